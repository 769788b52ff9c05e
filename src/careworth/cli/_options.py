"""Options that several commands share, and how their text becomes values."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from careworth import config
from careworth.config import Config
from careworth.errors import InputError, UnknownName
from careworth.facts.engines import Engine, open_engine
from careworth.facts.store import Store
from careworth.measures import KEYS, BusinessHours, Question

Command = TypeVar("Command", bound=Callable[..., Any])

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"{config.DATA.help} [default: {config.DATA.default}, or ${config.DATA.variable}]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
engine_option = click.option("--engine", metavar="URL", help=config.ENGINE.help)


def question_options(command: Command) -> Command:
    """--by, --since, --until, --hours, --requests."""
    for option in (
        click.option("--requests", is_flag=True, help="Only conversations tagged as a request for service."),
        click.option(
            "--hours",
            type=click.Path(path_type=Path, dir_okay=False),
            help="A calendar of business hours (TOML); its zone is also that of days.",
        ),
        click.option("--until", metavar="WHEN", help="Only what began before this day or moment."),
        click.option("--since", metavar="WHEN", help="Only what began on this day or moment or later."),
        click.option("--by", default="", metavar="KEYS", help=f"One or more of {','.join(KEYS)}."),
    ):
        command = option(command)
    return command


def settings(data: Path | None, engine: str | None = None) -> Config:
    return config.read(os.environ, data, engine)


def store_of(data: Path | None) -> Store:
    return Store(settings(data).facts)


def engine_of(data: Path | None, url: str | None, version: int | None = None) -> Engine:
    """An engine over the facts: those in the folder, or those a URL names."""
    chosen = settings(data, url)
    if chosen.engine and not chosen.engine.startswith("spark"):
        return open_engine(chosen.engine)
    return open_engine(chosen.engine, Store(chosen.facts).snapshot(version).files)


def question(
    by: str, since: str | None, until: str | None, hours: Path | None, requests: bool = False
) -> Question:
    calendar = None if hours is None else BusinessHours.load(hours)
    zone = ZoneInfo("UTC" if calendar is None else calendar.zone)
    keys = tuple(key.strip() for key in by.split(",") if key.strip())
    for key in keys:
        if key not in KEYS:
            raise UnknownName(f"There is no key {key!r}.", hint=f"Keys are: {', '.join(KEYS)}.")
    return Question(keys, moment(since, zone), moment(until, zone), calendar, requests)  # type: ignore[arg-type]


def moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    """A day (its first moment in the zone) or a moment (of the zone, where it names none) in UTC."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError as problem:
        raise InputError(
            f"{text!r} is neither a day nor a moment.", hint="Write 2026-03-01 or 2026-03-01T08:30."
        ) from problem
    return (read if read.tzinfo is not None else read.replace(tzinfo=zone)).astimezone(UTC)
