"""careworth load"""

from pathlib import Path

import click

from careworth.cli._options import data_option, store_of
from careworth.errors import InputError
from careworth.facts.engines import PostgresEngine


@click.command()
@click.argument("url")
@click.option(
    "--as-of", "version", type=int, metavar="VERSION", help="A version of the facts, else the newest."
)
@data_option
def load(url: str, version: int | None, data: Path | None) -> None:
    """Copy the facts to PostgreSQL at a URL, in one transaction.

    Then ask there: careworth measures --engine URL.
    """
    if not url.startswith(("postgresql://", "postgres://")):
        raise InputError(
            f"{url} is no PostgreSQL address.", hint="Give postgresql://user@host:5432/database."
        )
    snapshot = store_of(data).snapshot(version)
    engine = PostgresEngine(url)
    try:
        engine.load(snapshot.files)
    finally:
        engine.close()
    click.echo(f"Version {snapshot.version} of the facts is in the schema careworth of that database.")
