"""Every engine gives the answers of DuckDB: on a simulated year, and on real conversations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from engine_answers import (
    EVERY_ENGINE,
    ON_SPARK,
    OTHER_ENGINES,
    PYSPARK_WARNS,
    EngineOn,
    assert_same_rows,
    in_order,
)

from careworth.facts.derive import DERIVED, derivation
from careworth.facts.schema import CONVERSATIONS, MERGES, Table
from careworth.facts.store import Store
from careworth.measures import MEASURES, BusinessHours, Key, Question, curve, rows, values

pytestmark = PYSPARK_WARNS

STORES = ("simulated", "twcs")

CANNOT: dict[tuple[str, str], str] = {}
"""(engine, measure) -> why that engine cannot give it; a test fails when it can after all."""

SHIFTS = BusinessHours.parse(
    """
    zone = "Asia/Jakarta"
    holidays = ["2025-03-31", "12-25"]
    [week]
    monday = ["08:00-12:00", "13:00-17:00"]
    tuesday = ["08:00-12:00", "13:00-17:00"]
    wednesday = ["08:00-12:00", "13:00-17:00"]
    thursday = ["08:00-12:00", "13:00-17:00"]
    friday = ["08:00-11:30", "13:30-17:00"]
    saturday = ["21:00-03:00"]
    """
)

BY: tuple[tuple[Key, ...], ...] = ((), ("brand",), ("channel", "month"), ("agent", "week"))
CLOCKS = {"wall": None, "business": SHIFTS}


@dataclass(frozen=True)
class Case:
    engine: str
    store: str
    by: tuple[Key, ...]
    clock: str
    measure: str

    def __str__(self) -> str:
        return f"{self.engine}-{self.store}-{'+'.join(self.by) or 'all'}-{self.clock}-{self.measure}"


ONE_OF_EACH_SUMMARY = {measure.summary: name for name, measure in MEASURES.items()}.values()
SPARK_RUNS = {
    ("simulated", ("agent", "week"), "business"): MEASURES,
    ("simulated", (), "wall"): ("first_reply_time", "answered_within_1h"),
    ("simulated", ("channel", "month"), "wall"): ONE_OF_EACH_SUMMARY,
    ("twcs", ("brand",), "business"): ONE_OF_EACH_SUMMARY,
}
"""Spark takes a second for a query however small: every measure runs once there, summaries three times."""


def _runs() -> Iterator[Case]:
    for store in STORES:
        for by in BY:
            for clock in CLOCKS:
                measures = [one.name for one in MEASURES.values() if one.timed or clock == "wall"]
                yield from (Case("postgres", store, by, clock, measure) for measure in measures)
    for (store, by, clock), measures in SPARK_RUNS.items():
        yield from (Case("spark", store, by, clock, measure) for measure in measures)


def _cases() -> Iterator[object]:
    for case in _runs():
        marks = [ON_SPARK] if case.engine == "spark" else []
        if reason := CANNOT.get((case.engine, case.measure)):
            marks.append(pytest.mark.xfail(reason=reason, strict=True))
        yield pytest.param(case, id=str(case), marks=marks)


@pytest.mark.parametrize("case", list(_cases()))
def test_measure(case: Case, engine_on: EngineOn) -> None:
    measure, question = MEASURES[case.measure], Question(by=case.by, hours=CLOCKS[case.clock])
    [expected] = values(engine_on("duckdb", case.store), [measure], question)
    [found] = values(engine_on(case.engine, case.store), [measure], question)
    assert_same_rows(found.rows, expected.rows)


def test_every_measure_runs_on_every_engine() -> None:
    for engine in ("postgres", "spark"):
        assert {case.measure for case in _runs() if case.engine == engine} == set(MEASURES)


@pytest.mark.parametrize("engine", OTHER_ENGINES)
@pytest.mark.parametrize("name", ["conversations", "first_response_time", "backlog"])
def test_narrowed_question(engine: str, name: str, engine_on: EngineOn) -> None:
    """A span, requests only, and days of a zone that changes its clocks within the span."""
    question = Question(
        by=("brand", "day"),
        since=datetime(2025, 2, 20, tzinfo=UTC),
        until=datetime(2025, 3, 20, tzinfo=UTC),
        requests_only=True,
        zone_name="America/New_York",
    )
    [expected] = values(engine_on("duckdb", "simulated"), [MEASURES[name]], question)
    [found] = values(engine_on(engine, "simulated"), [MEASURES[name]], question)
    assert len(expected.rows) > 20
    assert_same_rows(found.rows, expected.rows)


@pytest.mark.parametrize("engine", OTHER_ENGINES)
@pytest.mark.parametrize("name", ["first_response_time", "backlog", "messages_out"])
def test_rows_behind_a_value(engine: str, name: str, engine_on: EngineOn) -> None:
    question = Question(by=("agent", "week"), hours=SHIFTS)
    expected = rows(engine_on("duckdb", "simulated"), MEASURES[name], question)
    found = rows(engine_on(engine, "simulated"), MEASURES[name], question)
    assert found.column_names == expected.column_names
    assert found["moment"].to_pylist() == expected["moment"].to_pylist()
    assert_same_rows(in_order(found), in_order(expected))


@pytest.mark.parametrize("engine", OTHER_ENGINES)
def test_curve(engine: str, engine_on: EngineOn) -> None:
    question = Question(hours=SHIFTS)
    expected = curve(engine_on("duckdb", "simulated"), MEASURES["first_response_time"], question)
    found = curve(engine_on(engine, "simulated"), MEASURES["first_response_time"], question)
    assert expected.num_rows > 100
    assert_same_rows(found.to_pylist(), expected.to_pylist())


@pytest.mark.parametrize("engine", EVERY_ENGINE)
@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("table", DERIVED, ids=lambda table: table.name)
def test_derivation(engine: str, store: str, table: Table, engine_on: EngineOn) -> None:
    """Made by any engine from all messages: what intake made batch by batch."""
    asked = engine_on(engine, store)
    made = asked.query(asked.dialect.render(derivation(table)))
    stored = engine_on("duckdb", store).query(f"select * from {table.name}")
    assert made.column_names == table.schema.names
    assert_same_rows(in_order(made.cast(table.schema)), in_order(stored.cast(table.schema)))


def test_the_simulated_store_has_merges(simulated: Store, engine_on: EngineOn) -> None:
    """Or what was said of derivations would not hold for messages whose conversation changed."""
    merges = engine_on("duckdb", "simulated").query(f"select * from {MERGES.name}")
    assert merges.num_rows > 50
    known = engine_on("duckdb", "simulated").query(f"select conversation from {CONVERSATIONS.name}")
    assert not set(merges["conversation"].to_pylist()) & set(known["conversation"].to_pylist())
