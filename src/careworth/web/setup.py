"""What a data folder needs before pages can be served: keys, tables, static files, the setup token."""

import secrets
from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def prepare_folder(data: Path) -> None:
    """Make the folder and its key; before Django reads its settings."""
    folder = data / "desk"
    folder.mkdir(parents=True, exist_ok=True)
    _keep_secret(folder / "secret.key", 50)


def prepare() -> None:
    """Tables as this version needs them, static files with names that never change their content."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def make_setup_token() -> str:
    """The secret that lets the first owner in. Only for an installation that nobody owns yet."""
    return _keep_secret(_token_file(), 18)


def setup_token() -> str | None:
    """The secret, None when there is none: then nobody comes in by it."""
    path = _token_file()
    return path.read_text() if path.is_file() else None


def end_setup_token() -> None:
    """There is an owner: the secret in the log of the first start opens nothing from now on."""
    _token_file().unlink(missing_ok=True)


def _token_file() -> Path:
    data: Path = settings.CAREWORTH_DATA
    return data / "desk" / "setup.token"


def _keep_secret(path: Path, length: int) -> str:
    """The secret in a file that only its owner reads; made when it is not there."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(length))
    return path.read_text()
