"""From evidence to a report and the tables that go out with it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from careworth.facts.store import Snapshot
from careworth.measures.catalogue import MEASURES
from careworth.report.blocks import Column, Definition, Paragraph, Provenance, Report, Section, Sum, Table
from careworth.report.board._evidence import SERVICE, Evidence
from careworth.report.board._executive import executive, headline
from careworth.report.board._service import service_section
from careworth.report.board._worth import DEFINITION as RETURN
from careworth.report.board._worth import worth_section, worth_tables
from careworth.report.writing import COUNT, write_day

_RECEIVED = Definition(
    measure="records",
    version=1,
    name="Records received",
    text="Every record of every source that was brought in: stored as a new message, known already "
    "(duplicate), or skipped with a reason and kept as a dead letter. "
    "received = stored + duplicates + skipped.",
)


@dataclass(frozen=True, slots=True)
class Board:
    """A composed report, the tables with the rows behind it, and its headline for a terminal."""

    report: Report
    tables: Mapping[str, pa.Table]
    headline: str


def compose(
    evidence: Evidence, snapshot: Snapshot, ledger: pa.Table, *, title: str, notices: tuple[str, ...] = ()
) -> Board:
    """The board report. ``ledger``: the rows of ``batches`` in that version."""
    sources = _sources(ledger)
    tables = {**evidence.rows, **worth_tables(evidence), "batches": sources}
    framework = evidence.framework
    report = Report(
        title=title,
        subtitle=_subtitle(evidence),
        data_version=snapshot.version,
        data_day=snapshot.committed_at.date(),
        executive=executive(evidence),
        sections=(worth_section(evidence), service_section(evidence), _account(sources)),
        definitions=(RETURN, *(_definition(name) for name in SERVICE), _RECEIVED),
        notices=(*notices, *_span_notice(evidence)),
        draft=framework is None or not framework.complete,
    )
    return Board(report, tables, headline(evidence))


def _subtitle(evidence: Evidence) -> str:
    names = ", ".join(evidence.brands[:3]) + (" and others" if len(evidence.brands) > 3 else "")
    span = f"{write_day(evidence.first.date())} to {write_day(evidence.last.date())}"
    return f"{names}, {span}" if names else span


def _span_notice(evidence: Evidence) -> Iterator[str]:
    hours = evidence.question.hours
    if hours is not None:
        yield f"Times run on the clock of business hours: {hours.name or hours.zone}."


def _definition(name: str) -> Definition:
    measure = MEASURES[name]
    return Definition(
        measure=name,
        version=measure.version,
        name=name.replace("_", " ").capitalize(),
        text=f"{measure.text} Unit: {measure.unit}.",
    )


def _sources(ledger: pa.Table) -> pa.Table:
    rows = [
        {
            "batch": row["batch"],
            "source": row["source"].rsplit("/", 1)[-1],
            "format": row["format"],
            "received": row["received"],
            "stored": row["stored"],
            "duplicates": row["duplicates"],
            "skipped": sum(json.loads(row["skipped"]).values()),
            "why": ", ".join(f"{reason} {count}" for reason, count in json.loads(row["skipped"]).items()),
            "digest": row["digest"],
        }
        for row in ledger.to_pylist()
    ]
    return pa.Table.from_pylist(rows)


def _account(sources: pa.Table) -> Section:
    """Where the figures come from: what was brought in, and what became of every record."""
    names = ("received", "stored", "duplicates", "skipped")
    rows = sources.to_pylist()

    def column(name: str) -> Column:
        total = Provenance(measure="records", definition_version=1, rows_csv="batches", total=Sum(name))
        return Column(name.capitalize(), COUNT, total)

    table = Table(
        title="Records by source",
        columns=(
            Column("Source"),
            Column("Format"),
            *(column(name) for name in names),
            Column("Why skipped"),
        ),
        rows=tuple(
            (row["source"], row["format"], *(row[name] for name in names), row["why"]) for row in rows
        ),
        total=("All", "", *(sum(row[name] for row in rows) for name in names), ""),
        rows_csv="batches",
        note="received = stored + duplicates + skipped",
    )
    text = (
        "Every record that was brought in is accounted for; what was skipped is kept and can be read again."
    )
    return Section("Where the figures come from", (Paragraph((text,)), table))
