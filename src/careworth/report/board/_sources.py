"""The section "Where the figures come from": what was brought in, and what became of every record."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from careworth.facts.schema import LABELS
from careworth.report.blocks import Cell, Column, Definition, Provenance, Section, Sum, Table
from careworth.report.language import meant, say, tell
from careworth.report.writing import COUNT

RECEIVED = Definition(
    measure="records",
    version=1,
    name=meant("Records received"),
    text=meant(
        "Every record of every source that was brought in: stored as a new message, known already "
        "(duplicate), or skipped with a reason and kept as a dead letter. "
        "received = stored + duplicates + skipped."
    ),
)
_HEADINGS = {
    "received": meant("Received"),
    "stored": meant("Stored"),
    "duplicates": meant("Duplicates"),
    "skipped": meant("Skipped"),
}
_COUNTS = tuple(_HEADINGS)
_SCHEMA = pa.schema(
    [
        ("batch", pa.int64()),
        ("source", pa.string()),
        ("format", pa.string()),
        *((name, pa.int64()) for name in _COUNTS),
        ("why", pa.string()),
        ("digest", pa.string()),
    ]
)
_MOST = 12

Row = Mapping[str, Any]


def sources(ledger: pa.Table) -> pa.Table:
    """One row a source of a batch; batches that only labelled brought nothing in."""
    brought = [row for row in ledger.to_pylist() if row["format"] != LABELS.name]
    return pa.Table.from_pylist([_source(row) for row in brought], schema=_SCHEMA)


def _source(row: Row) -> dict[str, Any]:
    skipped = json.loads(row["skipped"])
    kept = {name: row[name] for name in ("batch", "format", "received", "stored", "duplicates", "digest")}
    why = ", ".join(f"{reason.replace('-', ' ')} {count}" for reason, count in skipped.items())
    return {**kept, "source": row["source"].rsplit("/", 1)[-1], "skipped": sum(skipped.values()), "why": why}


def sources_section(brought: pa.Table) -> Section:
    rows = brought.to_pylist()
    table = Table(
        title=say("Records by source") if len(rows) <= _MOST else say("Records by format"),
        columns=(
            Column(say("Source")),
            Column(say("Format")),
            *map(_column, _COUNTS),
            Column(say("Why skipped")),
        ),
        rows=tuple(_lines(rows)),
        total=(say("All"), "", *_sums(rows), ""),
        rows_csv="batches",
        note=say("received = stored + duplicates + skipped"),
    )
    text = tell(
        "Every record that was brought in is accounted for; what was skipped is kept and can be read again."
    )
    return Section(say("Where the figures come from"), (text, table))


def _column(name: str) -> Column:
    total = Provenance(measure="records", definition_version=1, rows_csv="batches", total=Sum(name))
    return Column(say(_HEADINGS[name]), COUNT, total)


def _lines(rows: list[Row]) -> Iterable[tuple[Cell, ...]]:
    """A line a source, or a line a format where sources are many."""
    if len(rows) <= _MOST:
        for row in rows:
            yield (row["source"], row["format"], *_sums([row]), row["why"])
        return
    for name in sorted({row["format"] for row in rows}):
        of = [row for row in rows if row["format"] == name]
        yield (say("{count} sources", count=len(of)), name, *_sums(of), "")


def _sums(rows: list[Row]) -> list[int]:
    return [sum(row[name] for row in rows) for name in _COUNTS]
