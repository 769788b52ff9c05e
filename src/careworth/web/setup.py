"""What a data folder needs before pages can be served: keys, tables, static files, the setup token."""

import secrets
from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def prepare_folder(data: Path) -> None:
    """Make the folder and its key; before Django reads its settings."""
    folder = data / "desk"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("secret.key", "setup.token"):
        path = folder / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50 if name == "secret.key" else 18))


def prepare() -> None:
    """Tables as this version needs them, static files with names that never change their content."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def setup_token() -> str:
    """The secret that lets the first owner in."""
    data: Path = settings.CAREWORTH_DATA
    return (data / "desk" / "setup.token").read_text()
