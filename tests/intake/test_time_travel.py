"""A version of the facts stays what it was, whatever comes later."""

from pathlib import Path

import pyarrow as pa
from care_oracle import NOW, Tweet, write_twcs

from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake.ingest import ingest

BATCHES = [
    [Tweet("1", "11", True, NOW, "@Acme help", "9"), Tweet("2", "Acme", False, NOW, "yes?", "8")],
    [Tweet("3", "Acme", False, NOW.replace(minute=5), "gladly", "1")],
    [Tweet("9", "11", True, NOW, "late", "8"), Tweet("8", "12", True, NOW, "first of all")],
    [Tweet("1", "11", True, NOW, "@Acme help", "9")],
]


def everything(store: Store, version: int | None) -> dict[str, pa.Table]:
    engine = DuckDBEngine(store.snapshot(version).files)
    names = ("messages", "conversations", "turns", "merges", "dead_letters", "batches")
    tables = {name: engine.query(f"from {name} order by all") for name in names}
    engine.close()
    return tables


def test_every_version_gives_exactly_the_old_rows(tmp_path: Path) -> None:
    store = Store(tmp_path / "facts")
    seen: list[dict[str, pa.Table]] = []
    for number, tweets in enumerate(BATCHES):
        path = write_twcs(tmp_path / "t.csv", tweets)
        path.write_text(path.read_text(encoding="utf-8") + "too,few\n", encoding="utf-8")
        brought = ingest(store, [path], now=NOW)
        assert brought.version == number
        seen.append(everything(store, None))
    assert [everything(store, version) for version in range(len(BATCHES))] == seen
    assert [tables["conversations"].num_rows for tables in seen] == [2, 2, 1, 1]
    assert [tables["dead_letters"].num_rows for tables in seen] == [1, 2, 3, 4]
    assert [tables["merges"].num_rows for tables in seen] == [0, 0, 1, 1]
