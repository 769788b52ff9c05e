"""Maturity and plan for the pages: what the facts say is computed by a job and kept; the rest is quick."""

from dataclasses import asdict
from datetime import date
from typing import Any

import msgspec
import numpy as np

from careworth.desk.access import Action, allow
from careworth.desk.models import (
    EvidenceFile,
    MaturityAnswer,
    MaturityDay,
    PeersVersion,
    Person,
    PlanVersion,
    StandingFigures,
)
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.maturity import (
    Answer,
    Answers,
    MeasuredLevel,
    Peer,
    Present,
    Profile,
    Standing,
    answers_text,
    assess,
    measured_levels,
    parse_peers,
)
from careworth.maturity import present as present_of
from careworth.measures import BusinessHours, Question
from careworth.plan import Forecast, GoalStatus, Place, Plan, last_day, parse_plan, places, statuses

_CHANNELS = "select channel, count(*) as n from conversations where opened_by_customer group by channel"


def compute(store: Store, version: int, hours: str | None, zone: str) -> StandingFigures:
    """Ask the facts for measured levels, goals and places, and keep the answers; older ones go."""
    newest = PlanVersion.objects.order_by("-id").first()
    plan = parse_plan(newest.text) if newest is not None else None
    engine = DuckDBEngine(store.snapshot(version).files)
    try:
        question = Question(hours=None if hours is None else BusinessHours.parse(hours), zone_name=zone)
        levels = measured_levels(engine, question)
        counts = engine.query(_CHANNELS).to_pylist()
        today = last_day(engine, zone)
        now = present_of(engine, question)
        content: dict[str, Any] = {
            "present": {**asdict(now), "arrivals": now.arrivals.tolist(), "staff": now.staff.tolist()},
            "measured": {name: asdict(one) for name, one in levels.items()},
            "channels": _used(counts),
            "today": today,
        }
        if plan is not None and today is not None:
            content["goals"] = [asdict(one) for one in statuses(plan, engine, today, zone)]
            content["places"] = [asdict(one) for one in places(engine, plan)]
    finally:
        engine.close()
    StandingFigures.objects.all().delete()
    plain = msgspec.to_builtins(content, enc_hook=str)
    return StandingFigures.objects.create(version=version, plan=newest, content=plain)


def _used(counts: list[dict[str, Any]]) -> list[str]:
    """Channels with at least one in a hundred of the conversations."""
    total = sum(row["n"] for row in counts)
    return sorted(row["channel"] for row in counts if 100 * row["n"] >= total)


def kept() -> dict[str, Any]:
    found = StandingFigures.objects.order_by("-id").first()
    return {} if found is None else found.content


def measured() -> dict[str, MeasuredLevel]:
    return {
        name: MeasuredLevel(**{**one, "steps": tuple(one["steps"])})
        for name, one in kept().get("measured", {}).items()
    }


def answers() -> Answers:
    """Everybody's answers."""
    given: dict[str, list[Answer]] = {}
    proven = {(file.item, file.person_id): file.name for file in EvidenceFile.objects.all()}
    for row in MaturityAnswer.objects.all():
        evidence = row.evidence or proven.get((row.item, row.person_id), "")
        one = Answer(row.level, evidence, row.by, row.department)
        given.setdefault(row.item, []).append(one)
    return Answers({name: tuple(many) for name, many in given.items()})


def files() -> dict[str, list[EvidenceFile]]:
    """Item -> the files that prove its answers."""
    found: dict[str, list[EvidenceFile]] = {}
    for file in EvidenceFile.objects.select_related("person"):
        found.setdefault(file.item, []).append(file)
    return found


def peers() -> tuple[Peer, ...]:
    newest = PeersVersion.objects.order_by("-id").first()
    return () if newest is None else parse_peers(newest.text)


def peers_text(person: Person) -> str:
    allow(person, Action.SEE_MATURITY)
    newest = PeersVersion.objects.order_by("-id").first()
    return "" if newest is None else newest.text


def evidence_file(person: Person, number: int) -> EvidenceFile | None:
    allow(person, Action.SEE_MATURITY)
    return EvidenceFile.objects.filter(pk=number).first()


def profile(person: Person, language: str, today: date) -> Profile:
    """Where the company stands on a day, with its path so far."""
    allow(person, Action.SEE_MATURITY)
    earlier = [
        Standing(day.on, day.investment, day.innovation) for day in MaturityDay.objects.filter(on__lt=today)
    ]
    return assess(answers(), measured(), earlier=earlier, peers=peers(), on=today, language=language)


def current_plan(person: Person) -> PlanVersion | None:
    allow(person, Action.SEE_PLAN)
    return PlanVersion.objects.order_by("-id").first()


def goal_statuses(plan: PlanVersion) -> dict[str, GoalStatus]:
    """Goal -> where it stands; none while the newest plan is still being computed."""
    found = StandingFigures.objects.filter(plan=plan).order_by("-id").first()
    rows = [] if found is None else found.content.get("goals", [])
    return {
        row["goal"]: GoalStatus(
            **{**row, "forecast": None if row["forecast"] is None else Forecast(**row["forecast"])}
        )
        for row in rows
    }


def component_places(plan: PlanVersion) -> dict[str, Place]:
    found = StandingFigures.objects.filter(plan=plan).order_by("-id").first()
    rows = [] if found is None else found.content.get("places", [])
    return {row["component"]: Place(**row) for row in rows}


def channels() -> list[str]:
    used: list[str] = kept().get("channels", [])
    return used


def answers_of(person: Person) -> dict[str, MaturityAnswer]:
    """Item -> what this person answered."""
    allow(person, Action.ANSWER_MATURITY)
    return {row.item: row for row in MaturityAnswer.objects.filter(person=person)}


def answers_of_others(person: Person) -> dict[str, list[MaturityAnswer]]:
    allow(person, Action.SEE_MATURITY)
    found: dict[str, list[MaturityAnswer]] = {}
    for row in MaturityAnswer.objects.exclude(person=person):
        found.setdefault(row.item, []).append(row)
    return found


def read(plan: PlanVersion) -> Plan:
    return parse_plan(plan.text)


def texts_of_report() -> dict[str, str]:
    """What a board report tells of maturity and plan is made from: nothing where nobody said anything."""
    given, plan = answers(), PlanVersion.objects.order_by("-id").first()
    texts = {"answers": answers_text(given)} if given.by_item else {}
    return texts if plan is None else {**texts, "plan": plan.text}


def present() -> Present | None:
    """Demand and staff as the kept figures show them; None where there are no facts."""
    found = kept().get("present")
    if found is None:
        return None
    arrivals, staff = np.array(found["arrivals"], dtype=float), np.array(found["staff"], dtype=np.int64)
    return Present(arrivals, staff, found["handling_minutes"], found["measured_in_time"])
