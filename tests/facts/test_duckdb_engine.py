"""DuckDB over the files of a snapshot."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from careworth.errors import EngineError
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import MERGES, MESSAGES, TABLES


def test_what_does_not_fit_into_memory_goes_to_disk(tmp_path: Path) -> None:
    spill = tmp_path / "spill"
    engine = DuckDBEngine({}, spill=spill)
    engine.limit_memory(40)
    sizes = []
    for rows in engine.stream("select hash(range) as h, range::text as name from range(2000000) order by h"):
        sizes.append(rows.num_rows)
        if len(sizes) == 1:
            assert any(spill.iterdir())
    assert sum(sizes) == 2_000_000
    engine.close()


def test_tables_without_files_are_empty() -> None:
    engine = DuckDBEngine({"merges": ()})
    for name, table in TABLES.items():
        answer = engine.query(f"from {name}")
        assert (answer.num_rows, answer.column_names) == (0, table.schema.names)
    engine.close()


def messages_in(folder: Path, conversations: list[int]) -> tuple[str, ...]:
    blank: dict[Any, Any] = {pa.bool_(): False, pa.string(): "", pa.float64(): 0.0, pa.int64(): 0}
    rows = [
        {field.name: blank.get(field.type, 0) for field in MESSAGES.schema}
        | {"message": at, "conversation": one}
        for at, one in enumerate(conversations, 1)
    ]
    path = folder / "it's messages.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=MESSAGES.schema), path)
    return (str(path),)


def test_messages_follow_the_merges_of_their_snapshot(tmp_path: Path) -> None:
    files = {"messages": messages_in(tmp_path, [1, 2, 3])}
    merges = tmp_path / "merges.parquet"
    pq.write_table(pa.table([[3], [1]], schema=MERGES.schema), merges)
    text = "select conversation from messages order by message"
    for more, expected in (({}, [1, 2, 3]), ({"merges": (str(merges),)}, [1, 2, 1])):
        engine = DuckDBEngine({**files, **more})
        assert engine.query(text)["conversation"].to_pylist() == expected
        engine.narrow_messages(pa.table({"conversation": [1]}))
        assert engine.query(text).num_rows == expected.count(1)
        engine.close()


def test_moments_come_back_in_utc(tmp_path: Path) -> None:
    engine = DuckDBEngine({"messages": messages_in(tmp_path, [1])})
    assert engine.query("from messages").schema.field("sent_at").type.tz == "UTC"
    assert (
        engine.query("select cast(sent_at as varchar) as t from messages")["t"][0].as_py()
        == "1970-01-01 00:00:00+00"
    )
    engine.close()


def test_what_the_engine_refuses_is_told(tmp_path: Path) -> None:
    engine = DuckDBEngine({})
    with pytest.raises(EngineError, match="DuckDB refused a query"):
        engine.query("select nothing from nowhere")
    with pytest.raises(EngineError, match="DuckDB refused a query"):
        engine.copy("select nothing from nowhere", tmp_path / "t.parquet")
    with pytest.raises(OSError, match="missing"):
        engine.copy("select 1", tmp_path / "missing" / "t.parquet")
    assert engine.copy("select 1 as one union all select 2", tmp_path / "t.parquet") == 2
    engine.close()
