"""What the store says of itself, and whether it is true."""

import json
from collections import Counter
from dataclasses import dataclass

from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import TABLES
from careworth.facts.store import Store


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
    bytes: int
    problems: tuple[str, ...]


def audit(store: Store) -> Audit:
    """Add up the ledger and compare it with the rows that are there. Raises NoFacts."""
    snapshot = store.snapshot()
    ledger = store.ledger().to_pylist()
    engine = DuckDBEngine(snapshot.files)
    try:
        rows = {name: _count(engine, name) for name in TABLES if name in snapshot.files}
    finally:
        engine.close()
    skipped: Counter[str] = Counter()
    for row in ledger:
        skipped.update(json.loads(row["skipped"]))
    received, stored, duplicates = (
        sum(row[k] for row in ledger) for k in ("received", "stored", "duplicates")
    )
    files = (file for file in store.folder.rglob("*") if file.is_file())
    return Audit(
        version=snapshot.version,
        batches=len({row["batch"] for row in ledger}),
        received=received,
        stored=stored,
        duplicates=duplicates,
        skipped=dict(sorted(skipped.items())),
        rows=rows,
        bytes=sum(file.stat().st_size for file in files),
        problems=tuple(_problems(received, stored, duplicates, skipped.total(), rows)),
    )


def _count(engine: DuckDBEngine, table: str) -> int:
    return int(engine.query(f"select count(*) as n from {table}")["n"][0].as_py())


def _problems(received: int, stored: int, duplicates: int, skipped: int, rows: dict[str, int]) -> list[str]:
    problems = []
    if received != stored + duplicates + skipped:
        parts = f"stored {stored:,} + duplicates {duplicates:,} + skipped {skipped:,}"
        problems.append(f"received {received:,} is not {parts}")
    if stored != rows.get("messages", 0):
        problems.append(f"the ledger says {stored:,} messages, the table holds {rows.get('messages', 0):,}")
    if skipped != (buried := rows.get("dead_letters", 0)):
        problems.append(f"the ledger skipped {skipped:,}, there are {buried:,} dead letters")
    return problems
