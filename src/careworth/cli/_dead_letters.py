"""careworth dead-letters, careworth replay"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import pyarrow as pa

from careworth.cli._ingest import account, tell
from careworth.cli._options import brand_option, data_option, json_option, read_options, store_of
from careworth.cli._print import counted, print_first, print_json
from careworth.cli._records import account_of_records, tell_records
from careworth.intake import replay as replaying
from careworth.intake.records import Recorded


@click.command("dead-letters")
@click.option("--batch", metavar="NUMBER", type=int, help="Only those of this batch.")
@click.option("--all", "everything", is_flag=True, help="Also those that were read again since.")
@click.option(
    "--export",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write them to files in this folder, to be mended by hand and ingested again.",
)
@data_option
@json_option
def dead_letters(
    batch: int | None, everything: bool, export: Path | None, data: Path | None, as_json: bool
) -> None:
    """Records that could not be read: where they stand and why."""
    letters = replaying.dead_letters(store_of(data), batch=batch, pending_only=not everything)
    if export is not None:
        _export(letters, export, as_json)
        return
    shown = letters.select(["batch", "source", "line", "reason", "detail"])
    if as_json:
        print_json(shown.to_pylist())
        return
    if shown.num_rows == 0:
        click.echo("There are no dead letters.")
        return
    print_first(counted(shown.num_rows, "dead letter"), shown, "--json prints every one")


def _export(letters: pa.Table, folder: Path, as_json: bool) -> None:
    written = replaying.export(letters, folder) if letters.num_rows else []
    if as_json:
        print_json({"dead_letters": letters.num_rows, "files": written})
    elif written:
        click.echo(f"{counted(letters.num_rows, 'dead letter')} in {', '.join(map(str, written))}.")
    else:
        click.echo("There are no dead letters to export.")


@click.command()
@click.option("--batch", metavar="NUMBER", type=int, help="Only those of this batch.")
@click.option(
    "--mapping",
    metavar="FILE.toml",
    type=click.Path(path_type=Path, dir_okay=False),
    help="For tables: the mended mapping.",
)
@brand_option
@data_option
@json_option
def replay(
    batch: int | None, mapping: Path | None, brands: tuple[str, ...], data: Path | None, as_json: bool
) -> None:
    """Read dead letters again, after a mapping or Careworth itself was mended.

    What was mended by hand (dead-letters --export) is brought in with careworth ingest.
    """
    options = read_options(brands, mapping)
    done = replaying.replay(store_of(data), now=datetime.now(UTC), options=options, batch=batch)
    if not done.brought:
        raise done.refused[0].problem
    if as_json:
        print_json(
            [account_of_records(one) if isinstance(one, Recorded) else account(one) for one in done.brought]
        )
    else:
        for one in done.brought:
            if isinstance(one, Recorded):
                tell_records(one)
            else:
                tell(one)
    for refused in done.refused:
        click.echo(f"Batch {refused.batch}, {refused.format}, stays as it was: {refused.problem}", err=True)
    if done.refused:
        sys.exit(2)
