"""Make the board report of a store, now or as it was: one data version, one set of inputs, one result."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import REPORTS
from careworth.facts.store import Store
from careworth.measures import BusinessHours, Question
from careworth.report.board import compose, gather
from careworth.report.write import ReportFiles, write_report
from careworth.worth import ReturnInputs

TITLE = "What social care was worth"


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
    try:
        evidence = gather(engine, Question(hours=hours, zone_name=order.zone), inputs)
    finally:
        engine.close()
    board = compose(
        evidence, snapshot, store.ledger(snapshot.version), title=order.title, notices=order.notices
    )
    files = write_report(board.report, board.tables, out)
    digest = hashlib.sha256(files.json.read_bytes()).hexdigest()
    _note(store, order, snapshot.version, digest, now)
    return Published(files, board.headline, snapshot.version, digest)


def as_it_was(store: Store, version: int, order: Order) -> Order:
    """The order with what was not given taken from the last report that was made of this version."""
    made = [row for row in store.rows(REPORTS) if row["data_version"] == version]
    if not made:
        return order
    last = max(made, key=lambda row: row["at"])
    return replace(
        order,
        title=last["title"] if order.title == TITLE else order.title,
        inputs=order.inputs if order.inputs is not None else last["inputs"],
        hours=order.hours if order.hours is not None else last["hours"],
        zone=order.zone if order.zone is not None else last["zone"],
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
    with store.writing():
        store.add(REPORTS, pa.Table.from_pylist([row], schema=REPORTS.schema))
