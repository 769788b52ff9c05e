"""careworth doctor"""

import json
import platform
import sys
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

import click

from careworth import __version__
from careworth.cli._options import data_option, json_option, labels_of, settings
from careworth.cli._print import cell, counted, print_json, print_table, skipped_text
from careworth.enrich.own import REQUEST, own_labeller
from careworth.errors import InputError
from careworth.facts.audit import Audit, audit
from careworth.facts.store import Store
from careworth.intake.erasing import deletions_waiting
from careworth.intake.replay import dead_letters

PACKAGES = ("duckdb", "deltalake", "pyarrow", "numpy", "scipy", "typst", "vl-convert-python")
_SHOWN = 20
EXTRAS = {"psycopg": "careworth[postgres]", "pyspark": "careworth[spark]"}


@click.command()
@data_option
@json_option
def doctor(data: Path | None, as_json: bool) -> None:
    """What is installed, where the data are, what was received, stored and skipped.

    Says too when a model of your own should be trained again.

    Ends with 1 when a figure of the store does not agree with its rows.
    """
    chosen = settings(data)
    store = Store(chosen.facts)
    found = audit(store) if store.exists() else None
    pending = dead_letters(store).num_rows if found is not None else 0
    if as_json:
        facts = None if found is None else {**asdict(found), "pending_dead_letters": pending}
        place = chosen.data.resolve()
        told = {"careworth": __version__, "data": place, "installed": _installed(), "facts": facts}
        print_json({**told, "advice": _advice(labels_of(data))})
    else:
        _tell_installed(chosen.data)
        _tell_facts(store, found, pending)
        if (advice := _advice(labels_of(data))) is not None:
            click.echo(advice, err=True)
    if found is not None and found.problems:
        sys.exit(1)


def _advice(folder: Path) -> str | None:
    """About the company's own labels; a file of theirs that cannot be read is said and ends nothing."""
    if not (folder / REQUEST).exists():
        return None
    try:
        return own_labeller(folder).advice
    except InputError as error:
        return str(error)


def _installed() -> dict[str, str | None]:
    return {name: _version(name) for name in (*PACKAGES, *EXTRAS)}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _tell_installed(data: Path) -> None:
    rows = [("careworth", __version__, ""), ("python", platform.python_version(), "")]
    for name, version in _installed().items():
        where = f": comes with {EXTRAS[name]}" if name in EXTRAS else ""
        rows.append((name, version or "–", "" if version else f"not installed{where}"))
    print_table("Installed", ("package", "version", ""), rows)
    click.echo(f"\nData: {data.resolve()}")


def _tell_facts(store: Store, found: Audit | None, pending: int) -> None:
    if found is None:
        click.echo("There are no facts yet. Bring some in with: careworth ingest PATH")
        return
    ledger = store.ledger().to_pylist()
    columns = ("batch", "source", "format", "received", "stored", "duplicates", "skipped")
    rows = [
        (
            row["batch"],
            Path(row["source"]).name,
            *(row[name] for name in columns[2:-1]),
            skipped_text(json.loads(row["skipped"])),
        )
        for row in ledger[-_SHOWN:]
    ]
    click.echo()
    print_table(f"Facts, version {found.version}: the last batches", columns, rows)
    held = ", ".join(f"{name} {cell(count)}" for name, count in found.rows.items())
    click.echo(f"\nRows: {held}. On disk: {found.bytes / 1e6:,.1f} MB.")
    skipped = sum(found.skipped.values())
    click.echo(
        f"received {found.received:,} = stored {found.stored:,} + duplicates {found.duplicates:,} "
        + f"+ skipped {skipped:,}"
        + (f" ({skipped_text(found.skipped)})" if skipped else "")
        + f"; dead letters not read again: {pending:,}."
    )
    if waiting := deletions_waiting(store):
        told = counted(
            waiting, "message that was taken back has its", "messages that were taken back have their"
        )
        click.echo(f"{told} text still: careworth forget takes it out.")
    if found.unknown_customers:
        told = ", ".join(f"{name} {count:,}" for name, count in found.unknown_customers.items())
        click.echo(f"Rows of customers who are not in the books, which count nowhere until they are: {told}.")
    for problem in found.problems:
        click.echo(f"{click.style('Problem:', fg='red')} {problem}.", err=True)
    if not found.problems:
        click.echo("All figures agree with the rows.")
