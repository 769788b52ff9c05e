"""The rules that a plan keeps: every level is tied to the next, goals are numbers, nothing is left over."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from careworth.measures import MEASURES
from careworth.plan.model import STAGES, Component, Goal, Plan

MOST_OBJECTIVES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is broken (error), a doubt (warning), something that no component covers (gap) or that two
    cover alike (duplicate). ``where`` is the place in the plan."""

    kind: Literal["error", "warning", "gap", "duplicate"]
    rule: str
    where: str
    sentence: str


def check_plan(plan: Plan, channels: Iterable[str] = ()) -> tuple[Finding, ...]:
    """All that is to be said of a plan. ``channels``: where customers write, as the facts know."""
    return (
        *_links(plan),
        *_graph(plan),
        *(finding for name, goal in plan.goals.items() for finding in _goal(name, goal)),
        *_components(plan),
        *_outcomes(plan),
        *_gaps(plan, channels),
        *_duplicates(plan.components),
    )


def complete(findings: Iterable[Finding]) -> bool:
    return not any(finding.kind == "error" for finding in findings)


def _links(plan: Plan) -> Iterator[Finding]:
    """Every name that is pointed at must be there."""
    pairs = (
        ("goals", "objectives"),
        ("strategies", "goals"),
        ("tactics", "strategies"),
        ("components", "objectives"),
        ("components", "goals"),
        ("outcomes", "components"),
    )
    for level, field in pairs:
        there: Mapping[str, object] = getattr(plan, field)
        for name, entry in getattr(plan, level).items():
            for one in getattr(entry, field):
                if one not in there:
                    yield Finding(
                        "error",
                        "unknown",
                        f"{level}.{name}",
                        f"{field} names {one}, which is not in the plan.",
                    )


def _graph(plan: Plan) -> Iterator[Finding]:
    if not plan.objectives:
        yield Finding("error", "no-objective", "objectives", "The plan has no objective.")
    if len(plan.objectives) > MOST_OBJECTIVES:
        yield Finding(
            "warning",
            "many-objectives",
            "objectives",
            f"{len(plan.objectives)} objectives: more than {MOST_OBJECTIVES} are hard to keep in mind.",
        )
    chain = (
        ("objectives", "goals", "objectives", "has no goal"),
        ("goals", "strategies", "goals", "has no strategy"),
        ("strategies", "tactics", "strategies", "has no tactic"),
    )
    for level, below, field, said in chain:
        served = {one for entry in getattr(plan, below).values() for one in getattr(entry, field)}
        for name in getattr(plan, level):
            if name not in served:
                yield Finding("error", said.replace(" ", "-")[4:], f"{level}.{name}", f"{name} {said}.")
    for level, field in (("goals", "objectives"), ("strategies", "goals"), ("tactics", "strategies")):
        for name, entry in getattr(plan, level).items():
            if not getattr(entry, field):
                yield Finding("error", "orphan", f"{level}.{name}", f"{name} serves none of the {field}.")


def _goal(name: str, goal: Goal) -> Iterator[Finding]:
    where = f"goals.{name}"
    for field in ("unit", "baseline", "target", "due"):
        if getattr(goal, field) is None:
            yield Finding("error", f"no-{field}", where, f"{name} has no {field}.")
    if goal.target is not None and goal.target == goal.baseline:
        yield Finding("warning", "no-change", where, f"The target of {name} is its baseline.")
    if goal.due is not None and goal.baseline_on is not None and goal.due <= goal.baseline_on:
        yield Finding("error", "due-first", where, f"{name} is due on or before the day of its baseline.")
    if goal.measure is None:
        if not goal.values:
            yield Finding(
                "warning",
                "not-live",
                where,
                f"{name} has neither a measure nor values: nobody can follow it.",
            )
    elif goal.measure not in MEASURES:
        yield Finding("error", "no-measure", where, f"{name} names {goal.measure}, which is no measure.")
    elif goal.unit is not None and goal.unit != MEASURES[goal.measure].unit:
        unit = MEASURES[goal.measure].unit
        yield Finding(
            "error", "unit", where, f"{name} is in {goal.unit}, its measure {goal.measure} in {unit}."
        )


def _components(plan: Plan) -> Iterator[Finding]:
    for name, one in plan.components.items():
        where = f"components.{name}"
        for field in ("objectives", "goals"):
            if not getattr(one, field):
                yield Finding("error", f"component-{field}", where, f"{name} serves none of the {field}.")
        for field in ("purpose", "owner"):
            if not getattr(one, field):
                yield Finding("warning", f"no-{field}", where, f"{name} has no {field}.")


def _outcomes(plan: Plan) -> Iterator[Finding]:
    for name, one in plan.outcomes.items():
        where = f"outcomes.{name}"
        if not one.components:
            yield Finding("error", "no-component", where, f"No component brought {name}.")
        for field in ("shares", "units"):
            parts: Mapping[str, float] = getattr(one, field)
            if parts and abs(sum(parts.values()) - 1) > 1e-6:
                total = sum(parts.values())
                yield Finding(
                    "error", f"{field}-sum", where, f"The {field} of {name} add to {total:g}, not to 1."
                )
        if one.shares and set(one.shares) != set(one.components):
            yield Finding(
                "error", "shares-names", where, f"The shares of {name} are not those of its components."
            )


def _gaps(plan: Plan, channels: Iterable[str]) -> Iterator[Finding]:
    components = plan.components.values()
    if not components:
        return
    for stage in STAGES:
        if not any(stage in one.stages for one in components):
            yield Finding("gap", "stage", f"stages.{stage}", f"No component serves the stage {stage}.")
    kinds = {one.kind for one in components}
    if "listening_post" not in kinds and "social_crm" not in kinds:
        yield Finding(
            "gap", "listening", "components", "No component listens: no listening post, no social CRM."
        )
    if not kinds & {"customer_community", "collaborative_tools"}:
        yield Finding("gap", "collaboration", "components", "Customers can nowhere work with each other.")
    covered = {one.channel for one in components}
    for channel in channels:
        if channel not in covered:
            yield Finding(
                "gap",
                "channel",
                f"channels.{channel}",
                f"Customers write on {channel}; no component is there.",
            )


def _duplicates(components: Mapping[str, Component]) -> Iterator[Finding]:
    for (first, one), (second, two) in combinations(components.items(), 2):
        where = f"components.{first}"
        if one.channel is not None and (one.channel, one.brand) == (two.channel, two.brand):
            said = f"{first} and {second} are the same account of {one.channel}."
            yield Finding("duplicate", "same-account", where, said)
        elif one.kind == two.kind and one.purpose and _same(one.purpose, two.purpose):
            said = f"{first} and {second} are of one kind and have the same purpose."
            yield Finding("duplicate", "same-purpose", where, said)


def _same(first: str, second: str) -> bool:
    return " ".join(first.casefold().split()) == " ".join(second.casefold().split())
