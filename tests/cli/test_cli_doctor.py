"""careworth doctor: what is there, and whether the figures of the store agree with its rows."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cli_runs import answer, run
from deltalake import write_deltalake

from careworth.facts.audit import audit
from careworth.facts.store import Store


@pytest.fixture
def data(year_data: Path, tmp_path: Path) -> Path:
    """A copy of the facts, to be tampered with."""
    return shutil.copytree(year_data, tmp_path / "data")


def _problems(data: Path) -> tuple[str, ...]:
    return audit(Store(data / "facts")).problems


def _file(data: Path, table: str) -> Path:
    (name,) = Store(data / "facts").snapshot().files[table]
    return Path(name)


def _rewrite(data: Path, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change a file of facts behind the back of the store."""
    path = _file(data, table)
    pq.write_table(change(pq.ParquetFile(path).read()), path)


def test_without_facts_it_tells_what_is_installed(tmp_path: Path) -> None:
    found = answer("doctor", "--data", tmp_path)
    assert found["facts"] is None and found["data"] == str(tmp_path.resolve())
    assert found["installed"]["duckdb"] and set(found["installed"]) >= {"psycopg", "pyspark"}
    told = run("doctor", "--data", tmp_path).stdout
    assert "There are no facts yet." in told and str(tmp_path) in told


def test_with_facts_it_tells_the_account(year_data: Path) -> None:
    facts = answer("doctor", "--data", year_data)["facts"]
    assert facts["received"] == facts["stored"] + facts["duplicates"] + sum(facts["skipped"].values())
    assert (facts["version"], facts["batches"], facts["pending_dead_letters"]) == (0, 1, 3)
    assert facts["skipped"] == {"bad-date": 2, "missing-id": 1}
    assert facts["rows"]["messages"] == facts["stored"] and facts["rows"]["conversations"] == 200
    assert facts["problems"] == [] and facts["bytes"] > 10_000
    told = run("doctor", "--data", year_data)
    assert "bad-date 2, missing-id 1" in told.stdout and told.stderr == ""
    assert told.stdout.endswith("dead letters not read again: 3.\nAll figures agree with the rows.\n")


def test_a_row_that_came_past_the_ledger(data: Path) -> None:
    row = pq.ParquetFile(_file(data, "messages")).read().slice(0, 1)
    write_deltalake(data / "facts" / "messages", row, mode="append")
    (problem,) = answer("doctor", "--data", data, code=1)["facts"]["problems"]
    assert problem.startswith("the table messages was written to in no batch of the ledger")
    told = run("doctor", "--data", data, code=1)
    assert told.stderr == f"Problem: {problem}.\n" and "All figures agree" not in told.stdout


def test_a_message_that_is_gone(data: Path) -> None:
    _rewrite(data, "messages", lambda rows: rows.slice(1))
    problems = _problems(data)
    assert problems[0].startswith("batch 1: the ledger counts 685, messages holds 684 rows")
    assert any("the table conversations has 685 messages, the table messages 684" in one for one in problems)


def test_a_conversation_that_is_gone(data: Path) -> None:
    _rewrite(data, "conversations", lambda rows: rows.slice(1))
    assert "the table conversations has 199 conversations, the table messages 200" in _problems(data)


def test_a_dead_letter_that_is_gone(data: Path) -> None:
    _rewrite(data, "dead_letters", lambda rows: rows.slice(0, 2))
    assert _problems(data) == ("batch 1: the ledger counts 3, dead_letters holds 2 rows",)


def test_a_ledger_that_does_not_add_up(data: Path) -> None:
    def one_more(rows: pa.Table) -> pa.Table:
        at = rows.schema.get_field_index("received")
        return rows.set_column(at, rows.schema.field(at), pa.array([701], pa.int64()))

    _rewrite(data, "batches", one_more)
    (problem,) = _problems(data)
    assert problem.endswith("received 701 is not stored 685 + duplicates 12 + skipped 3")
