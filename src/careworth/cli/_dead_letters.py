"""careworth dead-letters, careworth replay"""

from datetime import UTC, datetime
from pathlib import Path

import click

from careworth.cli._ingest import account, tell
from careworth.cli._options import brand_option, data_option, json_option, read_options, store_of
from careworth.cli._print import counted, print_first, print_json
from careworth.intake import replay as replaying


@click.command("dead-letters")
@click.option("--batch", type=int, help="Only those of this batch.")
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
        written = replaying.export(letters, export)
        click.echo(
            f"{counted(letters.num_rows, 'dead letter')} in {', '.join(map(str, written)) or 'no file'}."
        )
        return
    shown = letters.select(["batch", "source", "line", "reason", "detail"])
    if as_json:
        print_json(shown.to_pylist())
        return
    if shown.num_rows == 0:
        click.echo("There are no dead letters.")
        return
    print_first(counted(shown.num_rows, "dead letter"), shown, "--json prints every one")


@click.command()
@click.option("--batch", type=int, help="Only the dead letters of this batch.")
@click.option(
    "--mapping", type=click.Path(path_type=Path, dir_okay=False), help="For tables: the mended mapping."
)
@brand_option
@data_option
@json_option
def replay(
    batch: int | None, mapping: Path | None, brands: tuple[str, ...], data: Path | None, as_json: bool
) -> None:
    """Read dead letters again, after a mapping or Careworth itself was mended."""
    options = read_options(brands, mapping)
    brought = replaying.replay(store_of(data), now=datetime.now(UTC), options=options, batch=batch)
    if as_json:
        print_json([account(one) for one in brought])
        return
    for one in brought:
        tell(one)
