"""careworth serve"""

import os
from pathlib import Path

import click

from careworth.cli._options import data_option, settings
from careworth.errors import InputError

_LACKS = {"django": "web", "psycopg": "postgres"}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Its port.")
@click.option(
    "--database",
    metavar="URL",
    help="For the desk, postgresql://... [default: SQLite in the folder of data, or $CAREWORTH_DATABASE]",
)
@data_option
def serve(host: str, port: int, database: str | None, data: Path | None) -> None:
    """The pages, in a browser: worth, measures, reports, people.

    At the first start it prints the address where the owner chooses a password.
    """
    folder = settings(data).data.resolve()
    os.environ["CAREWORTH_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "careworth.web.settings"
    if database:
        os.environ["CAREWORTH_DATABASE"] = database
    try:
        import django

        from careworth.web.setup import end_setup_token, make_setup_token, prepare, prepare_folder

        prepare_folder(folder)
        django.setup()
        from careworth.desk.actions import owner_exists
        from careworth.web.begin import begin
        from careworth.web.server import serve as run
    except ImportError as problem:
        extra = _LACKS.get((problem.name or "").split(".")[0], "web")
        raise InputError(
            f"The pages need {problem.name}, which is not installed.",
            hint=f"Install it with: pip install 'careworth[{extra}]'",
        ) from problem
    prepare()
    begin(folder)
    address = os.environ.get("CAREWORTH_URL") or f"http://{host}:{port}"
    click.echo(f"Careworth is at {address}/ and keeps everything in {folder}")
    if owner_exists():
        end_setup_token()
    else:
        click.echo(
            f"Nobody owns it yet. Choose the owner's password at {address}/start/{make_setup_token()}/"
        )
    run(host, port)
