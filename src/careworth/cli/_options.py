"""Options that several commands share, and how their text becomes values."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

import click

from careworth import config
from careworth.config import Config
from careworth.errors import InputError
from careworth.facts.engines import Engine, open_engine
from careworth.facts.store import Store
from careworth.measures import BusinessHours, Key, Question

if TYPE_CHECKING:
    from careworth.intake.formats import ReadOptions

_BOT = re.compile(r"[a-z0-9_]+")
_BY = "Values for each brand, channel or agent, and each day, week or month; such as channel,month."

Command = TypeVar("Command", bound=Callable[..., Any])

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"{config.DATA.help} [default: {config.DATA.default}, or ${config.DATA.variable}]",
)
zone_option = click.option(
    "--zone",
    metavar="NAME",
    help="The time zone of days, weeks and months, such as Asia/Jakarta. [default: that of --hours, or UTC]",
)
brand_option = click.option(
    "--brand",
    "brands",
    multiple=True,
    metavar="NAME",
    help="An account of your own, for exports that do not say which messages are yours. May be repeated.",
)
bot_option = click.option(
    "--bot",
    metavar="NAME",
    help="The bot of Telegram whose updates these are, by its user name, where you have several.",
)
inputs_option = click.option(
    "--inputs",
    metavar="FILE.toml",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Your figures and how sure they are: costs, hours, shares.",
)
hours_option = click.option(
    "--hours",
    metavar="FILE.toml",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Run times on the clock of these business hours.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
engine_option = click.option("--engine", metavar="URL", help=config.ENGINE.help)


def question_options(command: Command) -> Command:
    """--by, --since, --until, --hours, --zone, --requests."""
    for option in (
        click.option("--requests", is_flag=True, help="Only conversations tagged as a request for service."),
        zone_option,
        hours_option,
        click.option("--until", metavar="WHEN", help="Only what began before this day or moment."),
        click.option("--since", metavar="WHEN", help="Only what began on this day or moment or later."),
        click.option("--by", default="", metavar="KEYS", help=_BY),
    ):
        command = option(command)
    return command


def one_form(as_json: bool, as_csv: bool) -> None:
    if as_json and as_csv:
        raise InputError("The answer cannot be JSON and CSV at once.", hint="Leave --json or --csv out.")


def settings(data: Path | None, engine: str | None = None) -> Config:
    return config.read(os.environ, data, engine)


def store_of(data: Path | None) -> Store:
    return Store(settings(data).facts)


def labels_of(data: Path | None) -> Path:
    """The folder of what a company gives its labels: names, kinds of request, a model of its own."""
    return settings(data).data / "labels"


def engine_of(data: Path | None, url: str | None) -> Engine:
    """An engine over the facts: those in the folder, or those that a server holds itself."""
    chosen = settings(data, url)
    reads_files = chosen.engine is None or chosen.engine.startswith("spark://")
    return open_engine(chosen.engine, Store(chosen.facts).snapshot().files if reads_files else {})


def read_options(brands: tuple[str, ...], mapping: Path | None, bot: str | None = None) -> "ReadOptions":
    from careworth.intake.formats import ReadOptions  # who only asks need not wait for it

    named = None if bot is None else _account(bot)
    if named is not None and not _BOT.fullmatch(named):
        raise InputError(
            f"{bot!r} cannot be the name of a bot.", hint="Give its user name, such as --bot acme_help_bot."
        )
    return ReadOptions(frozenset(map(_account, brands)), mapping, bot=named)


def _account(name: str) -> str:
    return name.lstrip("@").lower()


def question(
    by: str = "",
    since: str | None = None,
    until: str | None = None,
    hours: Path | None = None,
    requests: bool = False,
    zone: str | None = None,
) -> Question:
    keys = dict.fromkeys(key.strip() for key in by.split(",") if key.strip())
    asked = Question(
        by=cast(tuple[Key, ...], tuple(keys)),  # the question itself refuses what is no key
        hours=None if hours is None else BusinessHours.load(hours),
        requests_only=requests,
        zone_name=zone,
    )
    place = ZoneInfo(asked.zone)
    begin, end = moment(since, place), moment(until, place)
    if begin is not None and end is not None and begin >= end:
        raise InputError(
            f"There is no time between --since {since} and --until {until}.",
            hint="The day or moment of --until is not included.",
        )
    return replace(asked, since=begin, until=end)


def moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    """A day (its first moment in the zone) or a moment (of the zone, where it names none) in UTC."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo is not None else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise InputError(
            f"{text!r} is neither a day nor a moment.", hint="Write 2026-03-01 or 2026-03-01T08:30."
        ) from problem
