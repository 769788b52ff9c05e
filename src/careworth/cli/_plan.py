"""careworth plan"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from careworth.cli._options import (
    data_option,
    engine_of,
    engine_option,
    json_option,
    settings,
    store_of,
    zone_option,
)
from careworth.cli._print import cell, counted, print_json, print_table
from careworth.errors import InputError
from careworth.facts.engines import Engine
from careworth.plan import (
    CONVENTIONS,
    RULES,
    Finding,
    GoalStatus,
    Place,
    Plan,
    check_plan,
    complete,
    last_day,
    load_plan,
    places,
    statuses,
    to_csv,
    to_toml,
    value_matrix,
)

T = TypeVar("T")

_CHANNELS = """
select channel, count(*) as n from conversations where opened_by_customer group by channel order by channel
"""
plan_argument = click.argument("path", metavar="PLAN", type=click.Path(path_type=Path, dir_okay=False))
today_option = click.option(
    "--today", metavar="DAY", help="The day for which goals are told. [default: the last day of the facts]"
)


@click.group()
def plan() -> None:
    """Objectives, goals that are live measures, strategies, tactics; and the ecosystem they live in."""


@plan.command()
@plan_argument
@data_option
@engine_option
@json_option
def check(path: Path, data: Path | None, engine: str | None, as_json: bool) -> None:
    """Which rules the plan breaks, which gaps and duplicates it has. Ends with 1 when a rule is broken."""
    findings = check_plan(load_plan(path), _asked(data, engine, _channels) or ())
    if as_json:
        print_json({"complete": complete(findings), "findings": [asdict(one) for one in findings]})
    else:
        _tell_findings(findings)
    if not complete(findings):
        raise SystemExit(1)


@plan.command()
@plan_argument
@today_option
@zone_option
@data_option
@engine_option
@json_option
def status(
    path: Path, today: str | None, zone: str | None, data: Path | None, engine: str | None, as_json: bool
) -> None:
    """Where each goal stands, and whether it will be reached in time."""
    found, day = _statuses(load_plan(path), today, zone or "UTC", data, engine)
    if as_json:
        print_json({"today": day, "goals": [asdict(one) for one in found]})
        return
    _tell_goals(found, day)


@plan.command()
@plan_argument
@today_option
@zone_option
@click.option(
    "--rule",
    type=click.Choice(RULES),
    default="stated",
    show_default=True,
    help="How outcomes are attributed.",
)
@data_option
@engine_option
@json_option
def show(
    path: Path,
    today: str | None,
    zone: str | None,
    rule: str,
    data: Path | None,
    engine: str | None,
    as_json: bool,
) -> None:
    """The whole plan: graph, goals, components, findings."""
    whole = load_plan(path)
    findings = check_plan(whole, _asked(data, engine, _channels) or ())
    found, day = _statuses(whole, today, zone or "UTC", data, engine)
    placed = _asked(data, engine, lambda place: places(place, whole)) or ()
    matrix = value_matrix(whole, next(one for one in RULES if one == rule))
    if as_json:
        print_json(
            {
                "plan": msgspec.to_builtins(whole),
                "today": day,
                "goals": [asdict(one) for one in found],
                "places": [asdict(one) for one in placed],
                "value": asdict(matrix),
                "complete": complete(findings),
                "findings": [asdict(one) for one in findings],
            }
        )
        return
    _tell_graph(whole)
    _tell_goals(found, day)
    _tell_places(placed)
    amounts = [(name, whole.components[name].kind, amount) for name, amount in matrix.by_component.items()]
    print_table(
        f"\nMeasured value, {matrix.currency} (rule: {rule})", ("component", "kind", "amount"), amounts
    )
    click.echo(
        f"Total {cell(matrix.total)}: direct {cell(matrix.direct)}, assisted {cell(matrix.assisted)}\n"
    )
    _tell_findings(findings)


@plan.command()
@plan_argument
@click.option(
    "--form", type=click.Choice(("toml", "csv")), default="toml", show_default=True, help="What to write."
)
@click.option(
    "--convention",
    type=click.Choice(CONVENTIONS),
    help="The words to write it in. [default: those it was read in]",
)
def export(path: Path, form: str, convention: str | None) -> None:
    """The plan as TOML or CSV, in the words of OGST or of GSOT."""
    words = next((one for one in CONVENTIONS if one == convention), None)
    click.echo((to_csv if form == "csv" else to_toml)(load_plan(path), words), nl=False)


def _asked(data: Path | None, url: str | None, ask: Callable[[Engine], T]) -> T | None:
    """What the facts answer; None where there are none."""
    if settings(data, url).engine is None and not store_of(data).exists():
        if data is not None:
            raise InputError(f"There are no facts in {data}.", hint="Bring some in: careworth ingest PATH")
        return None
    engine = engine_of(data, url)
    try:
        return ask(engine)
    finally:
        engine.close()


def _channels(engine: Engine) -> list[str]:
    """Channels with at least one in a hundred of the conversations."""
    rows = engine.query(_CHANNELS).to_pylist()
    total = sum(row["n"] for row in rows)
    return [row["channel"] for row in rows if 100 * row["n"] >= total]


def _statuses(
    whole: Plan, today: str | None, zone: str, data: Path | None, url: str | None
) -> tuple[tuple[GoalStatus, ...], date]:
    asked = _day(today)

    def ask(engine: Engine) -> tuple[tuple[GoalStatus, ...], date]:
        day = asked or last_day(engine, zone) or datetime.now(UTC).date()
        return statuses(whole, engine, day, zone), day

    found = _asked(data, url, ask)
    if found is not None:
        return found
    day = asked or datetime.now(UTC).date()
    return statuses(whole, None, day, zone), day


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise InputError(f"{text!r} is not a day.", hint="Write --today 2026-03-31.") from problem


def _tell_graph(whole: Plan) -> None:
    click.echo(click.style(whole.title or "Plan", bold=True))
    for level, links in (
        ("objectives", ""),
        ("goals", "objectives"),
        ("strategies", "goals"),
        ("tactics", "strategies"),
    ):
        click.echo(f"\n{level.capitalize()}")
        for name, entry in getattr(whole, level).items():
            served = f"  → {', '.join(getattr(entry, links))}" if links else ""
            click.echo(f"  {name}: {entry.text}{served}")
    click.echo()


def _tell_goals(found: tuple[GoalStatus, ...], day: date) -> None:
    rows = [
        (
            one.goal,
            one.state,
            one.value,
            one.progress,
            one.forecast.value if one.forecast else None,
            one.forecast.low if one.forecast else None,
            one.forecast.high if one.forecast else None,
            one.forecast.probability if one.forecast else None,
            one.reason or "",
        )
        for one in found
    ]
    columns = ("goal", "state", "now", "progress", "forecast", "low", "high", "probability", "note")
    print_table(f"Goals on {day}", columns, rows)


def _tell_places(placed: tuple[Place, ...]) -> None:
    if placed:
        rows = [(one.component, one.position, one.low, one.high, one.nearest or one.reason) for one in placed]
        print_table(
            "\nFrom social CRM (0) to mass media (1)", ("component", "position", "low", "high", ""), rows
        )


def _tell_findings(findings: tuple[Finding, ...]) -> None:
    for one in findings:
        click.echo(f"{one.kind}: {one.where}: {one.sentence}")
    broken = sum(one.kind == "error" for one in findings)
    click.echo(f"{counted(broken, 'rule')} broken." if broken else "Every rule is kept.")
