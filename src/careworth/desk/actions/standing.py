"""Writes about maturity and plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import msgspec
from django.db import transaction

from careworth.desk import standing
from careworth.desk.access import Action, allow
from careworth.desk.actions.audit import note
from careworth.desk.models import Figures, Job, MaturityAnswer, MaturityDay, Person, PlanVersion
from careworth.errors import InputError
from careworth.maturity import ITEMS
from careworth.measures import measure_named
from careworth.plan import Goal, Objective, Plan, Strategy, Tactic, parse_plan, to_toml
from careworth.shapes import known

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """``level`` is None where the person does not know: then no answer is kept."""

    level: int | None
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGoal:
    """A goal with the objective it serves and, where they are said, its strategy and tactic."""

    objective: str
    text: str
    measure: str
    target: float
    due: date
    strategy: str = ""
    tactic: str = ""


@transaction.atomic
def save_answers(person: Person, department: str, given: Mapping[str, GivenAnswer], today: date) -> None:
    """Keep what one person answers; other people's answers stay. The day joins the company's path."""
    allow(person, Action.ANSWER_MATURITY)
    known(given, ITEMS, "answers")
    for item, one in given.items():
        if one.level is None:
            MaturityAnswer.objects.filter(person=person, item=item).delete()
            continue
        MaturityAnswer.objects.update_or_create(
            person=person,
            item=item,
            defaults={
                "by": str(person),
                "department": department,
                "level": one.level,
                "evidence": one.evidence,
            },
        )
    found = standing.profile(person, "en", today).standing
    if found is not None:
        MaturityDay.objects.update_or_create(
            on=today, defaults={"investment": found[0], "innovation": found[1]}
        )
    note(
        person,
        "answered the checklist",
        department,
        items=sum(one.level is not None for one in given.values()),
    )


@transaction.atomic
def save_plan(person: Person, text: str) -> PlanVersion:
    """Keep a plan that can be read; raises InputError for one that cannot. Rules may still be broken."""
    allow(person, Action.EDIT_PLAN)
    parse_plan(text)
    saved = PlanVersion.objects.create(text=text, saved_by=person)
    note(person, "saved the plan", saved.pk)
    job = Job.objects.create(kind=Job.Kind.COMPUTE, started_by=person)
    note(person, "asked for work", job.pk, kind=job.kind)
    return saved


@transaction.atomic
def add_goal(person: Person, new: NewGoal) -> PlanVersion:
    """The newest plan with one goal more; its baseline is what the measure says now."""
    allow(person, Action.EDIT_PLAN)
    newest = PlanVersion.objects.order_by("-id").first()
    plan = Plan("OGST") if newest is None else parse_plan(newest.text)
    objective, objectives = _named(plan.objectives, new.objective, "objective", Objective(new.objective))
    baseline, on = _baseline(new.measure)
    goal = Goal(
        new.text,
        objectives=(objective,),
        unit=measure_named(new.measure).unit,
        baseline=baseline,
        baseline_on=on,
        target=new.target,
        due=new.due,
        measure=new.measure,
    )
    name, goals = _named(plan.goals, "", "goal", goal)
    plan = msgspec.structs.replace(plan, objectives=objectives, goals=goals)
    return save_plan(person, to_toml(_with_way(plan, name, new)))


def _with_way(plan: Plan, goal: str, new: NewGoal) -> Plan:
    """The plan with the strategy and the tactic of a new goal."""
    if not new.strategy:
        return plan
    name, strategies = _named(plan.strategies, new.strategy, "strategy", Strategy(new.strategy))
    old = strategies[name]
    strategies = {**strategies, name: msgspec.structs.replace(old, goals=(*old.goals, goal))}
    tactics = plan.tactics
    if new.tactic:
        _name, tactics = _named(tactics, new.tactic, "tactic", Tactic(new.tactic, (name,)))
    return msgspec.structs.replace(plan, strategies=strategies, tactics=tactics)


def _named(there: Mapping[str, T], text: str, stem: str, new: T) -> tuple[str, dict[str, T]]:
    """The name of the entry with this text, and all entries; a new one where there is none such."""
    for name, entry in there.items():
        if text and getattr(entry, "text", None) == text:
            return name, dict(there)
    number = next(n for n in range(1, len(there) + 2) if f"{stem}{n}" not in there)
    return f"{stem}{number}", {**there, f"{stem}{number}": new}


def _baseline(measure: str) -> tuple[float, date]:
    figures = Figures.objects.first()
    value = None if figures is None else figures.content["measures"][measure]["whole"]["value"]
    if figures is None or value is None:
        raise InputError(
            f"{measure} has no value yet, so the goal would have no baseline.",
            hint="Import conversations first.",
        )
    return float(value), date.fromisoformat(figures.content["last"])
