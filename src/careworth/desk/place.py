"""Where the installation keeps its files: everything under one folder of data."""

from pathlib import Path

from django.conf import settings

from careworth.facts.store import Store


def data() -> Path:
    folder: Path = settings.CAREWORTH_DATA
    return folder


def store() -> Store:
    return Store(data() / "facts")


def report_folder(number: int) -> Path:
    return data() / "desk" / "reports" / str(number)


def evidence_file(key: str) -> Path:
    return data() / "desk" / "evidence" / key


def upload_folder(name: str) -> Path:
    return data() / "desk" / "uploads" / name
