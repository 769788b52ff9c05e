"""What would change with other staff, tools or levels: score, service level and money, beside the present."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from careworth.errors import InputError
from careworth.facts.engines import Engine
from careworth.maturity._hours import HOURS_OF_WEEK, HourlyFacts, hourly_facts
from careworth.maturity._items import AXES, ITEMS, TOP
from careworth.maturity._queue import Service, simulate_queue
from careworth.maturity._score import ScoredItem, axis_score, quadrant_of
from careworth.maturity.profile import Profile
from careworth.measures import Question, measure_named, values
from careworth.shapes import known, load_text, parse_toml, shaped

_WEEKS_OF_MONTH = 52 / 12
RUNS = 8
RUN_CONVERSATIONS = 6000
"""A run is as long as it takes for about so many conversations, from one to eight weeks."""

Level = Annotated[int, msgspec.Meta(ge=0, le=TOP)]
Amount = Annotated[float, msgspec.Meta(ge=0)]


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``agent_hour`` is the cost of an hour on duty. ``answer_in_time`` is the worth of one more conversation
    answered within the target: low, most likely, high."""

    currency: str
    agent_hour: Amount
    answer_in_time: tuple[float, float, float] = (0.0, 0.0, 0.0)


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is changed. ``staff`` multiplies the agents on duty, ``more_agents`` adds to them in the hours
    ``hours`` (of the day, first and last, not included) of all days."""

    staff: Amount = 1.0
    more_agents: int = 0
    hours: tuple[int, int] = (0, 24)
    handling_minutes: Amount | None = None
    handling_factor: Amount = 1.0
    demand: Amount = 1.0
    target_minutes: Annotated[int, msgspec.Meta(gt=0)] = 60
    spending_month: float = 0.0
    money: Money | None = None
    levels: dict[str, Level] = {}


@dataclass(frozen=True, slots=True)
class Present:
    """What the facts say of demand and staff: per hour of the week, with the handling time in minutes."""

    arrivals: NDArray[np.float64]
    staff: NDArray[np.int64]
    handling_minutes: float | None
    measured_in_time: float | None


@dataclass(frozen=True, slots=True)
class Range:
    """The mean of simulated runs; ``low`` and ``high`` are the lowest and the highest of them."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One of the two situations that are compared. Money is a month's."""

    investment: float | None
    innovation: float | None
    quadrant: str | None
    staffed_hours_week: float
    answered_in_time: Range | None
    mean_wait: Range | None
    occupancy: float | None
    staff_cost: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The present beside the changed situation. ``net_month``: worth of more answers in time minus the change
    in cost, a month; None where no money was stated."""

    now: Situation
    then: Situation
    measured_in_time: float | None
    target_minutes: int
    cost_month: float | None
    worth_month: Range | None
    net_month: Range | None
    currency: str | None
    notes: tuple[str, ...]


def load_change(path: Path) -> Change:
    """The change in a TOML file; docs/maturity.md is its manual. Raises InputError and UnknownName."""
    text = load_text(path)
    change = shaped(parse_toml(text), Change, text, "the file")
    known(change.levels, ITEMS, "levels")
    return change


def present(engine: Engine, question: Question, target_minutes: int = 60) -> Present:
    """Demand and staff as the facts show them. ``question.by`` is not looked at."""
    facts: HourlyFacts = hourly_facts(engine, question)
    whole = replace(question, by=())
    names = ("conversations", "answered", "handling_time", "answered_within_1h", "answered_within_4h")
    rows = {
        table.measure.name: table.rows[0]
        for table in values(engine, [measure_named(name) for name in names], whole)
    }
    messages = float(facts.arrived.sum())
    share = rows["conversations"]["n"] / messages if messages else 0.0
    staff = np.ceil(facts.by_hour_of_week(facts.active) - 1e-9).astype(np.int64)
    in_time = {60: "answered_within_1h", 240: "answered_within_4h"}.get(target_minutes)
    return Present(
        arrivals=facts.by_hour_of_week(facts.arrived) * share,
        staff=staff,
        handling_minutes=rows["handling_time"]["value"],
        measured_in_time=rows[in_time]["value"] if in_time else None,
    )


def what_if(
    profile: Profile,
    change: Change,
    facts: Present | None,
    seed: int = 1,
    runs: int = RUNS,
    conversations: int = RUN_CONVERSATIONS,
) -> WhatIf:
    """The present and the changed situation, simulated with the same random numbers. Raises InputError.

    Fewer ``runs`` of fewer ``conversations`` are quicker, and their lowest and highest say less.
    """
    shape = (change.target_minutes, seed, runs, conversations)
    handling = change.handling_minutes or (facts.handling_minutes if facts is not None else None)
    notes = list(_notes(facts, handling))
    simulated = facts if handling is not None and facts is not None and facts.staff.any() else None
    raised = _raised(profile.items, change.levels)
    if simulated is None or handling is None:
        now, then = _situation(profile.items, None, (), change), _situation(raised, None, (), change)
        return _compared(now, then, change, None, None, notes)
    staff = _changed_staff(simulated.staff, change)
    before = _runs(simulated.arrivals, simulated.staff, handling, *shape)
    after = _runs(simulated.arrivals * change.demand, staff, handling * change.handling_factor, *shape)
    now = _situation(profile.items, simulated.staff, before, change)
    then = _situation(raised, staff, after, change)
    gained = [
        two.within[change.target_minutes] - one.within[change.target_minutes]
        for one, two in zip(before, after, strict=True)
    ]
    month = float(simulated.arrivals.sum()) * change.demand * _WEEKS_OF_MONTH
    return _compared(now, then, change, (gained, month), simulated, notes)


def _notes(facts: Present | None, handling: float | None) -> list[str]:
    if facts is None:
        return ["No facts were given, so no service level is simulated."]
    if not facts.staff.any():
        return ["No agent wrote in the facts, so no service level is simulated."]
    if handling is None:
        return [
            "The facts hold no handling times: state handling_minutes, then the service level is simulated."
        ]
    return [
        "On duty counts the agents who wrote in an hour, rounded up to whole people; "
        "those who waited are not seen."
    ]


def _raised(items: Sequence[ScoredItem], levels: Mapping[str, int]) -> tuple[ScoredItem, ...]:
    return tuple(
        replace(item, level=levels[item.id], low=float(levels[item.id]), high=float(levels[item.id]))
        if item.id in levels
        else item
        for item in items
    )


def _changed_staff(staff: NDArray[np.int64], change: Change) -> NDArray[np.int64]:
    first, last = change.hours
    if not 0 <= first < last <= 24:
        raise InputError(
            f"hours = [{first}, {last}] is no span of a day.", hint="Write hours = [8, 20] for 8 to 20 h."
        )
    scaled = np.rint(staff * change.staff).astype(np.int64)
    of_day = np.arange(HOURS_OF_WEEK) % 24
    changed: NDArray[np.int64] = np.maximum(
        0, scaled + np.where((of_day >= first) & (of_day < last), change.more_agents, 0)
    )
    return changed


def _runs(
    arrivals: NDArray[np.float64],
    staff: NDArray[np.int64],
    handling: float,
    target: int,
    seed: int,
    runs: int,
    conversations: int,
) -> tuple[Service, ...]:
    weeks = int(np.clip(conversations / max(float(arrivals.sum()), 1.0), 1, 8))
    return _runs_of(arrivals.tobytes(), staff.tobytes(), handling, target, seed, runs, weeks)


@lru_cache(maxsize=64)
def _runs_of(
    arrivals: bytes, staff: bytes, handling: float, target: int, seed: int, runs: int, weeks: int
) -> tuple[Service, ...]:
    """Kept, since the present is simulated for every change that it is compared with."""
    asked, on_duty = np.frombuffer(arrivals), np.frombuffer(staff, dtype=np.int64)
    return tuple(
        simulate_queue(asked, on_duty, handling, weeks=weeks, within=(target,), seed=1000 * seed + run)
        for run in range(runs)
    )


def _situation(
    items: Sequence[ScoredItem], staff: NDArray[np.int64] | None, runs: Sequence[Service], change: Change
) -> Situation:
    investment, innovation = (axis_score(items, axis).value for axis in AXES)
    hours = float(staff.sum()) if staff is not None else 0.0
    known = investment is not None and innovation is not None
    return Situation(
        investment=investment,
        innovation=innovation,
        quadrant=quadrant_of(investment or 0.0, innovation or 0.0) if known else None,
        staffed_hours_week=hours,
        answered_in_time=_range([run.within[change.target_minutes] for run in runs]),
        mean_wait=_range([run.mean_wait for run in runs]),
        occupancy=runs[0].occupancy if runs else None,
        staff_cost=hours * _WEEKS_OF_MONTH * change.money.agent_hour
        if change.money is not None and staff is not None
        else None,
    )


def _compared(
    now: Situation,
    then: Situation,
    change: Change,
    gain: tuple[Sequence[float], float] | None,
    facts: Present | None,
    notes: Sequence[str],
) -> WhatIf:
    cost, worth, net = None, None, None
    if change.money is not None:
        cost = change.spending_month + (then.staff_cost or 0.0) - (now.staff_cost or 0.0)
    if change.money is not None and cost is not None and gain is not None:
        gained, conversations = gain
        low, mode, high = change.money.answer_in_time
        ends = [share * conversations * each for share in (min(gained), max(gained)) for each in (low, high)]
        worth = Range(float(np.mean(gained)) * conversations * mode, min(ends), max(ends))
        net = Range(worth.value - cost, worth.low - cost, worth.high - cost)
    return WhatIf(
        now=now,
        then=then,
        measured_in_time=facts.measured_in_time if facts is not None else None,
        target_minutes=change.target_minutes,
        cost_month=cost,
        worth_month=worth,
        net_month=net,
        currency=change.money.currency if change.money is not None else None,
        notes=tuple(notes),
    )


def _range(values: Sequence[float]) -> Range | None:
    return Range(float(np.mean(values)), min(values), max(values)) if values else None


def to_json(result: WhatIf) -> dict[str, Any]:
    return asdict(result)
