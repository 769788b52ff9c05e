"""Make the board report of a store, now or as it was: one data version, one set of inputs, one result."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import REPORT_TEXTS, REPORTS
from careworth.facts.store import Store
from careworth.maturity import Answers, assess, measured_levels
from careworth.measures import BusinessHours, Question
from careworth.plan import parse_plan, statuses, value_matrix
from careworth.report.board import Evidence, compose, gather
from careworth.report.board._maturity import maturity_part
from careworth.report.board._part import Part
from careworth.report.board._plan import plan_part
from careworth.report.language import meant, say, speaking, words_of
from careworth.report.write import ReportFiles, write_report
from careworth.worth import ReturnInputs

TITLE = meant("What social care was worth")


@dataclass(frozen=True, slots=True)
class Order:
    """What a report is made from beside the facts: the texts of the inputs and of the calendar.

    ``zone`` is that of days; None: that of the calendar, else UTC.
    """

    title: str = TITLE
    inputs: str | None = None
    hours: str | None = None
    notices: tuple[str, ...] = ()
    zone: str | None = None
    answers: str | None = None
    """The text of the answers to the maturity index; with it the report has that section."""
    plan: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Published:
    files: ReportFiles
    headline: str
    version: int
    digest: str
    """SHA-256 of report.json: the same facts and order give the same digest."""


def publish(store: Store, order: Order, out: Path, *, now: datetime, version: int | None = None) -> Published:
    """Write the report of a version of the facts (default: the newest) and note that it was made.

    ``now`` goes into the note only; the report holds no date but that of its data.
    """
    snapshot = store.snapshot(version)
    inputs = None if order.inputs is None else ReturnInputs.parse(order.inputs)
    hours = None if order.hours is None else BusinessHours.parse(order.hours)
    engine = DuckDBEngine(snapshot.files)
    with speaking(words_of(order.language)):
        try:
            evidence = gather(engine, Question(hours=hours, zone_name=order.zone), inputs)
            parts = list(_parts(order, engine, evidence))
        finally:
            engine.close()
        board = compose(
            evidence,
            snapshot,
            store.ledger(snapshot.version),
            title=say(order.title) if order.title == TITLE else order.title,
            notices=order.notices,
            parts=parts,
        )
        files = write_report(board.report, board.tables, out)
    digest = hashlib.sha256(files.json.read_bytes()).hexdigest()
    _note(store, order, snapshot.version, digest, now)
    return Published(files, board.headline, snapshot.version, digest)


def _parts(order: Order, engine: DuckDBEngine, evidence: Evidence) -> Iterator[Part]:
    """The sections that the order asks for, told for the last day of the facts."""
    today, whole = evidence.day(evidence.last), replace(evidence.question, requests_only=False)
    if order.answers is not None:
        measured = measured_levels(engine, whole)
        answers = Answers.parse(order.answers)
        yield maturity_part(assess(answers, measured, on=today, language=order.language))
    if order.plan is not None:
        plan = parse_plan(order.plan)
        goals = statuses(plan, engine, today, evidence.question.zone)
        yield plan_part(plan, goals, value_matrix(plan))


def as_it_was(store: Store, version: int, order: Order) -> Order:
    """The order with what was not given taken from the last report that was made of this version."""
    made = [row for row in store.rows(REPORTS) if row["data_version"] == version]
    if not made:
        return order
    last = max(made, key=lambda row: row["at"])
    texts = {row["name"]: row["text"] for row in store.rows(REPORT_TEXTS) if row["at"] == last["at"]}
    return replace(
        order,
        title=last["title"] if order.title == TITLE else order.title,
        inputs=order.inputs if order.inputs is not None else last["inputs"],
        hours=order.hours if order.hours is not None else last["hours"],
        zone=order.zone if order.zone is not None else last["zone"],
        answers=order.answers if order.answers is not None else texts.get("answers"),
        plan=order.plan if order.plan is not None else texts.get("plan"),
        language=order.language if order.language != "en" else texts.get("language", "en"),
        notices=order.notices or tuple((last["notices"] or "").splitlines()),
    )


def _note(store: Store, order: Order, version: int, digest: str, now: datetime) -> None:
    row = {
        "data_version": version,
        "inputs": order.inputs,
        "hours": order.hours,
        "zone": order.zone,
        "title": order.title,
        "notices": "\n".join(order.notices),
        "digest": digest,
        "at": now,
    }
    more = [
        {"at": now, "name": name, "text": text}
        for name, text in (("answers", order.answers), ("plan", order.plan), ("language", order.language))
        if text is not None
    ]
    with store.writing():
        if more:
            store.add(REPORT_TEXTS, pa.Table.from_pylist(more, schema=REPORT_TEXTS.schema))
        store.add(REPORTS, pa.Table.from_pylist([row], schema=REPORTS.schema))
