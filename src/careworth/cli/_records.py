"""careworth records"""

from datetime import UTC, datetime
from pathlib import Path

import click

from careworth.cli._options import data_option, json_option, store_of
from careworth.cli._print import print_json, print_table, progress, skipped_text
from careworth.facts.records import RECORDS
from careworth.intake.records import RecordCount, Recorded, bring_records


@click.command(short_help="Bring the company's records in.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--table", metavar="NAME", help="What the files hold. [default: the name of each file says it]")
@click.option(
    "--mapping",
    metavar="FILE.toml",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Which column is what, where columns are not called as in the documentation.",
)
@click.option("--list", "only_list", is_flag=True, help="Name all tables and their columns with meanings.")
@data_option
@json_option
def records(
    paths: tuple[Path, ...],
    table: str | None,
    mapping: Path | None,
    only_list: bool,
    data: Path | None,
    as_json: bool,
) -> None:
    """Bring the company's records in: files or folders of CSV, JSON lines or Parquet, .gz and .zip.

    A file called customers.csv holds customers, and so on: --list names the tables. Every row is accounted
    for: received = stored + duplicates + skipped.
    """
    if only_list:
        _list(as_json)
        return
    if not paths:
        raise click.UsageError("Name a file or a folder, or --list to see the tables.")
    with progress() as show:
        brought = bring_records(
            store_of(data), paths, now=datetime.now(UTC), table=table, mapping=mapping, progress=show
        )
    if as_json:
        print_json(account_of_records(brought))
    else:
        tell_records(brought)


def account_of_records(brought: Recorded) -> dict[str, object]:
    def total(name: str) -> int:
        return sum(getattr(one, name) for one in brought.sources)

    skipped: dict[str, int] = {}
    for one in brought.sources:
        for reason, number in one.skipped.items():
            skipped[reason] = skipped.get(reason, 0) + number
    return {
        **{name: total(name) for name in ("received", "stored", "renewed", "duplicates")},
        "skipped": dict(sorted(skipped.items())),
        "traits": total("traits"),
        "batch": brought.batch,
        "version": brought.version,
        "ignored": list(brought.ignored),
        "sources": [_source(one) for one in brought.sources],
    }


def _source(one: RecordCount) -> dict[str, object]:
    names = ("source", "table", "received", "stored", "renewed", "duplicates", "skipped", "traits")
    return {name: getattr(one, name) for name in names}


def tell_records(brought: Recorded) -> None:
    columns = ("table", "source", "received", "stored", "renewed", "duplicates", "skipped", "why")
    rows = [
        (
            one.table,
            Path(one.source).name,
            one.received,
            one.stored,
            one.renewed,
            one.duplicates,
            sum(one.skipped.values()),
            skipped_text(one.skipped),
        )
        for one in brought.sources
    ]
    print_table(f"Batch {brought.batch}", columns, rows)
    click.echo(f"\nThe facts are in version {brought.version}.")
    if traits := sum(one.traits for one in brought.sources):
        click.echo(f"Extra columns of customers gave {traits:,} traits.")
    if any(one.skipped for one in brought.sources):
        click.echo("What was skipped is kept: careworth dead-letters shows it.")
    if brought.ignored:
        names = ", ".join(Path(name).name for name in brought.ignored)
        click.echo(f"Not read, the name is that of no table: {names}.")


def _list(as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "table": table.name,
                    "meaning": table.meaning,
                    "columns": [
                        {"name": c.name, "type": str(c.type), "needed": c.required, "meaning": c.meaning}
                        for c in table.given
                    ],
                }
                for table in RECORDS.values()
            ]
        )
        return
    for table in RECORDS.values():
        rows = [(c.name, "yes" if c.required else "", c.meaning) for c in table.given]
        print_table(f"{table.name}: {table.meaning}", ("column", "needed", "meaning"), rows)
        click.echo()
