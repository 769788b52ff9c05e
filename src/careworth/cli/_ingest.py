"""careworth ingest"""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from careworth.cli._options import (
    bot_option,
    brand_option,
    data_option,
    json_option,
    labels_of,
    read_options,
    store_of,
)
from careworth.cli._print import counted, print_json, print_table, progress, skipped_text
from careworth.enrich.own import own_labeller
from careworth.errors import InputError, StoreBusy
from careworth.facts.schema import DELETIONS
from careworth.facts.store import Store
from careworth.intake.erasing import Erased, erase_deleted
from careworth.intake.ingest import Ingested
from careworth.intake.ingest import ingest as ingest_files
from careworth.intake.labelling import PIECE, label_batch


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    metavar="NAME",
    default="auto",
    show_default=True,
    help="One of twcs, ibm-care, x-v2, x-archive, mastodon, bluesky, meta, telegram, table; "
    "auto looks at each file.",
)
@click.option(
    "--mapping",
    metavar="FILE.toml",
    type=click.Path(path_type=Path, dir_okay=False),
    help="For a table of your own: which column is what. --format table goes without saying.",
)
@brand_option
@bot_option
@click.option(
    "--labels/--no-labels",
    "labels",
    default=None,
    help=f"Label the messages at once. [default: when there are at most {PIECE:,}; else: careworth label]",
)
@data_option
@json_option
def ingest(
    paths: tuple[Path, ...],
    form: str,
    mapping: Path | None,
    brands: tuple[str, ...],
    bot: str | None,
    labels: bool | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Bring exported conversations in: files, folders, .gz and .zip as they are.

    Every record is accounted for: received = stored + duplicates + skipped.
    """
    if mapping is not None:
        form = _of_table(form)
    store = store_of(data)

    def also(batch: int, stored: int) -> None:
        if labels or (labels is None and stored <= PIECE):
            label_batch(store, own_labeller(labels_of(data)), batch)

    with progress() as show:
        brought = ingest_files(
            store,
            paths,
            now=datetime.now(UTC),
            form=form,
            options=read_options(brands, mapping, bot),
            progress=show,
            also=also,
        )
    erased = _erase(store, brought)
    if as_json:
        print_json(account(brought) | {"version": erased.version, "erased": erased.messages})
    else:
        tell(brought)
        if erased.messages:
            lost = counted(erased.messages, "message")
            click.echo(f"{lost} that had been taken back lost their text; that is version {erased.version}.")


def _erase(store: Store, brought: Ingested) -> Erased:
    with suppress(StoreBusy):  # then a stream is writing, which does it by itself
        if store.version(DELETIONS) is not None:
            return erase_deleted(store, now=datetime.now(UTC))
    return Erased(0, brought.version)


def _of_table(form: str) -> str:
    if form not in ("auto", "table"):
        raise InputError(
            f"A mapping is for a table of your own; {form} knows its columns.",
            hint="Leave --mapping or --format out.",
        )
    return "table"


def account(brought: Ingested) -> dict[str, object]:
    return {
        "received": brought.received,
        "stored": brought.stored,
        "duplicates": brought.duplicates,
        "skipped": brought.skipped,
        "conversations": brought.conversations,
        "batch": brought.batch,
        "version": brought.version,
        "ignored": list(brought.ignored),
        "sources": [
            {
                "source": one.source,
                "format": one.format,
                "received": one.received,
                "stored": one.stored,
                "duplicates": one.duplicates,
                "skipped": one.skipped,
            }
            for one in brought.sources
        ],
    }


def tell(brought: Ingested) -> None:
    columns = ("source", "format", "received", "stored", "duplicates", "skipped", "why")
    rows = [
        (
            Path(one.source).name,
            one.format,
            one.received,
            one.stored,
            one.duplicates,
            sum(one.skipped.values()),
            skipped_text(one.skipped),
        )
        for one in brought.sources
    ]
    print_table(f"Batch {brought.batch}", columns, rows)
    skipped = sum(brought.skipped.values())
    click.echo(
        f"\nreceived {brought.received:,} = stored {brought.stored:,} + duplicates {brought.duplicates:,} "
        f"+ skipped {skipped:,}; the facts are in version {brought.version} "
        f"and hold {counted(brought.conversations or 0, 'conversation')}."
    )
    if skipped:
        click.echo("What was skipped is kept: careworth dead-letters shows it.")
    if brought.ignored:
        click.echo(f"Not read, in no format we know: {', '.join(Path(n).name for n in brought.ignored)}.")
