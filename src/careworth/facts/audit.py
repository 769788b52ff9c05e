"""What the store says of itself, and whether it is true."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careworth.facts.engines import DuckDBEngine
from careworth.facts.records import CUSTOMERS, RECORDS, RECORDS_FORMAT
from careworth.facts.schema import TABLES
from careworth.facts.store import Snapshot, Store

Ledger = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Audit:
    """The account of a whole store. ``problems``: sentences; none when all figures agree."""

    version: int
    batches: int
    received: int
    stored: int
    duplicates: int
    skipped: dict[str, int]
    rows: dict[str, int]
    """Table -> how many rows it holds."""
    unknown_customers: dict[str, int]
    """Table of records -> rows whose customer is not in the books: files may come in any order."""
    bytes: int
    """All files under the folder, those of earlier versions too."""
    problems: tuple[str, ...]


def audit(store: Store) -> Audit:
    """Add up the ledger and compare it with the rows that are there. Raises NoFacts."""
    snapshot = store.snapshot()
    ledger = store.ledger(snapshot.version).to_pylist()
    engine = DuckDBEngine(snapshot.files)
    try:
        rows = {name: _number(engine, f"count(*) from {name}") for name in TABLES if name in snapshot.files}
        unknown = dict(_unknown_customers(engine, rows))
        problems = [
            *_of_ledger(ledger),
            *_of_batches(ledger, engine),
            *_of_conversations(engine),
            *_of_labels(engine),
            *_of_attachments(engine),
            *_of_files(store, snapshot),
        ]
    finally:
        engine.close()
    skipped = sum((_skipped(row) for row in ledger), Counter())
    return Audit(
        version=snapshot.version,
        batches=len({row["batch"] for row in ledger}),
        **{name: sum(row[name] for row in ledger) for name in ("received", "stored", "duplicates")},
        skipped=dict(sorted(skipped.items())),
        rows=rows,
        unknown_customers=unknown,
        bytes=_size(store.folder),
        problems=tuple(problems),
    )


def _unknown_customers(engine: DuckDBEngine, rows: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for name, table in RECORDS.items():
        if rows.get(name) and table is not CUSTOMERS and "customer" in table.schema.names:
            held = f"exists (select 1 from {CUSTOMERS.name} c where c.customer = r.customer)"
            if count := _number(engine, f"count(*) from {name} r where not {held}"):
                yield name, count


def _skipped(row: Mapping[str, Any]) -> Counter[str]:
    return Counter(json.loads(row["skipped"]))


def _number(engine: DuckDBEngine, what: str) -> int:
    return int(engine.query(f"select {what}").column(0)[0].as_py() or 0)


def _of_ledger(ledger: Ledger) -> Iterator[str]:
    for row in ledger:
        skipped = _skipped(row).total()
        if row["received"] != row["stored"] + row["duplicates"] + skipped:
            parts = f"stored {row['stored']:,} + duplicates {row['duplicates']:,} + skipped {skipped:,}"
            yield f"batch {row['batch']}, {row['source']}: received {row['received']:,} is not {parts}"


def _of_batches(ledger: Ledger, engine: DuckDBEngine) -> Iterator[str]:
    stored: Counter[int] = Counter()
    skipped: Counter[int] = Counter()
    for row in ledger:
        stored[row["batch"]] += row["stored"] * (not row["format"].startswith(RECORDS_FORMAT))
        skipped[row["batch"]] += _skipped(row).total()
    new = "(select batch from messages union all select batch from deletions) news"
    for table, rows, said in (("messages", new, stored), ("dead_letters", "dead_letters", skipped)):
        found = engine.query(f"select batch, count(*) as n from {rows} group by batch")
        held = dict(zip(found["batch"].to_pylist(), found["n"].to_pylist(), strict=True))
        for batch in sorted(said.keys() | held.keys()):
            if said[batch] != held.get(batch, 0):
                yield (
                    f"batch {batch}: the ledger counts {said[batch]:,}, "
                    f"{table} holds {held.get(batch, 0):,} rows"
                )


def _of_conversations(engine: DuckDBEngine) -> Iterator[str]:
    """Conversations are derived: they must be those of the messages, and count each message once."""
    for what, derived, plain in (
        ("conversations", "count(*) from conversations", "count(distinct conversation) from messages"),
        ("messages", "sum(messages) from conversations", "count(*) from messages"),
    ):
        one, other = _number(engine, derived), _number(engine, plain)
        if one != other:
            yield f"the table conversations has {one:,} {what}, the table messages {other:,}"


def _of_labels(engine: DuckDBEngine) -> Iterator[str]:
    """A message has labels once or not at all, and no two versions of labels are mixed."""
    without = _number(
        engine, "count(*) from labels where not exists (from messages where message = labels.message)"
    )
    if without:
        yield f"the table labels has {without:,} rows of messages that are not there"
    twice = _number(engine, "count(*) - count(distinct message) from labels")
    if twice:
        yield f"the table labels has {twice:,} rows of messages that have labels already"
    versions = _number(engine, "count(distinct version) from labels")
    if versions > 1:
        yield f"the table labels mixes {versions} versions: careworth label labels all messages anew"


def _of_attachments(engine: DuckDBEngine) -> Iterator[str]:
    """An attachment belongs to a message that came with the same batch."""
    alone = "where not exists (from messages m where m.message = a.message and m.batch = a.batch)"
    if without := _number(engine, f"count(*) from attachments a {alone}"):
        yield f"the table attachments has {without:,} rows whose message did not come with their batch"


def _of_files(store: Store, snapshot: Snapshot) -> Iterator[str]:
    for name, files in store.newest_files().items():
        if set(files) != set(snapshot.files.get(name, ())):
            yield (
                f"the table {name} was written to in no batch of the ledger: either a batch was interrupted, "
                "then the next careworth ingest mends it, or something else wrote to it"
            )


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # an ingest that runs beside us clears up behind itself
            total += path.stat().st_size if path.is_file() else 0
    return total
