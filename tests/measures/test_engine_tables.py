"""What goes into an engine comes out of it; what cannot be done is said in a sentence."""

import math
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet
import pytest
from engine_answers import EVERY_ENGINE, ON_SPARK, PYSPARK_WARNS, EngineOn, assert_same_rows

from careworth.errors import EngineError
from careworth.facts.engines import DuckDBEngine, PostgresEngine, SparkEngine, open_engine
from careworth.facts.schema import CONVERSATIONS, MESSAGES, MOMENT
from careworth.facts.store import Store

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = PYSPARK_WARNS

MOMENTS = [datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC), datetime(2025, 3, 9, 7, 30, tzinfo=UTC), None]
SMALL = pa.table(
    {
        "n": pa.array([1, 2, 3]),
        "large": pa.array([2**53 + 1, -(2**63), None], pa.int64()),
        "number": pa.array([0.1 + 0.2, 5e-324, None]),
        "word": pa.array(["", 'two "lines",\n\\.\n\\N and a \\ tab\t', None]),
        "other": pa.array(["null", "Ünïcödé 🙂 \r\n", " "]),
        "yes": pa.array([True, False, None]),
        "day": pa.array([date(1969, 12, 31), date(2024, 2, 29), None]),
        "moment": pa.array(MOMENTS, MOMENT),
    }
)


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_registered_rows_come_back(engine: str, engine_on: EngineOn) -> None:
    asked = engine_on(engine, "simulated")
    asked.register("small", SMALL)
    found = asked.query("select * from small order by n")
    assert found.schema.types == SMALL.schema.types
    assert found.to_pylist() == SMALL.to_pylist()


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_registering_a_name_again_replaces(engine: str, engine_on: EngineOn) -> None:
    asked = engine_on(engine, "simulated")
    asked.register("small", SMALL)
    asked.register("small", SMALL.slice(1, 1).select(["day", "n"]))
    assert asked.query("select * from small").to_pylist() == [{"day": date(2024, 2, 29), "n": 2}]


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_facts_are_answered_in_their_types(engine: str, engine_on: EngineOn) -> None:
    asked = engine_on(engine, "simulated")
    names = ", ".join(CONVERSATIONS.schema.names)
    more = "@micros(opened_at) as us, @day(opened_at, 'Asia/Jakarta') as day, @double(messages) as x"
    sql = asked.dialect.render(f"select {names}, {more} from conversations where conversation < 0")
    assert asked.query(sql).schema.types == [
        *CONVERSATIONS.schema.types,
        pa.int64(),
        pa.date32(),
        pa.float64(),
    ]


MACROS = {
    "@micros(moment)": [-1, 1_741_505_400_000_000, None],
    "@day(moment, 'Asia/Kathmandu')": [date(1970, 1, 1), date(2025, 3, 9), None],
    "@day(moment, 'America/New_York')": [date(1969, 12, 31), date(2025, 3, 9), None],
    "@truncate('week', day)": [date(1969, 12, 29), date(2024, 2, 26), None],
    "@truncate('month', day)": [date(1969, 12, 1), date(2024, 2, 1), None],
    "@divide(n, n - 2)": [-1.0, None, 3.0],
    "@whole(n * 86400000000 - 1, 86400000000)": [0, 1, 2],
    "@double(n)": [1.0, 2.0, 3.0],
    "@same(word, other)": [False, False, False],
    "@same(yes, case when n < 3 then true end)": [True, False, True],
}


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_macros(engine: str, engine_on: EngineOn) -> None:
    asked = engine_on(engine, "simulated")
    asked.register("small", SMALL)
    made = ", ".join(f"{macro} as x{number}" for number, macro in enumerate(MACROS))
    found = asked.query(asked.dialect.render(f"select {made} from small order by n"))
    assert dict(zip(MACROS, found.to_pydict().values(), strict=True)) == MACROS


SUMMED_UP = {
    "@quantile(0.5, x)": 2.5,
    "@quantile(0.9, case when x > 1 then x end)": 3.8,
    "@quantile(0.5, case when x > 9 then x end)": None,
    "@first(name, t, n)": "b",
    "@first(case when n > 9 then name end, t, n)": None,
}


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_macros_that_sum_up(engine: str, engine_on: EngineOn) -> None:
    """The first name is b: row 4 is earlier but has none, row 2 of the same moment has a higher number."""
    asked = engine_on(engine, "simulated")
    moments = pa.array([5, 3, 3, 1]).cast(pa.timestamp("us", "UTC"))
    columns = {"x": [4.0, 1.0, 3.0, 2.0], "name": ["a", "c", "b", None], "t": moments, "n": [1, 4, 2, 3]}
    asked.register("four", pa.table(columns))
    made = ", ".join(f"{macro} as x{number}" for number, macro in enumerate(SUMMED_UP))
    [found] = asked.query(asked.dialect.render(f"select {made} from four")).to_pylist()
    assert_same_rows([dict(zip(SUMMED_UP, found.values(), strict=True))], [SUMMED_UP])


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_a_refused_query_is_told(engine: str, engine_on: EngineOn) -> None:
    asked = engine_on(engine, "simulated")
    for wrong in ("select nobody from conversations", "select 1 from no_such_table", "selekt"):
        with pytest.raises(EngineError):
            asked.query(wrong)
    assert asked.query("select 1 as n").to_pylist() == [{"n": 1}]


@pytest.mark.parametrize(
    ("sql", "type_", "value"),
    [
        ("select cast(7 as smallint)", pa.int64(), 7),
        ("select sum(n) from (values (9007199254740993::bigint)) as t (n)", pa.int64(), 2**53 + 1),
        ("select avg(n) from (values (1::bigint), (3::bigint)) as t (n)", pa.float64(), 2.0),
        ("select 2.50", pa.float64(), 2.5),
        ("select cast('nan' as numeric)", pa.float64(), math.nan),
        ("select '7'", pa.string(), "7"),
        ("select timestamptz '2025-01-01 08:00+07'", MOMENT, datetime(2025, 1, 1, 1, tzinfo=UTC)),
    ],
)
def test_types_of_postgres(sql: str, type_: pa.DataType, value: object, engine_on: EngineOn) -> None:
    [found] = engine_on("postgres", "simulated").query(sql).columns
    assert found.type == type_
    assert str(found.to_pylist()[0]) == str(value)  # nan is not equal to itself


def _messages(folder: Path, name: str, texts: list[str]) -> tuple[str, ...]:
    """A file of messages, each a conversation of its own."""
    plain = {pa.int64(): 1, pa.string(): "x", pa.bool_(): False, MOMENT: MOMENTS[1], pa.float64(): 0.5}
    rows = [
        {column.name: plain[column.type] for column in MESSAGES.columns}
        | {"message": number, "conversation": number, "text": text}
        for number, text in enumerate(texts, start=1)
    ]
    pa.parquet.write_table(pa.Table.from_pylist(rows, schema=MESSAGES.schema), folder / name)
    return (str(folder / name),)


def _texts(engine: PostgresEngine) -> list[str]:
    return engine.query("select text from messages order by message")["text"].to_pylist()


def test_loading_replaces_at_once(postgres: str, postgres_schema: str, tmp_path: Path) -> None:
    writer, reader = (PostgresEngine(postgres, postgres_schema) for _ in range(2))
    with pytest.raises(EngineError, match="Load the facts"):
        _texts(reader)
    writer.load({"messages": _messages(tmp_path, "first.parquet", ["one", "two"])})
    assert _texts(reader) == ["one", "two"]
    assert reader.query("select count(*) as n from conversations").to_pylist() == [{"n": 0}]

    broken = tmp_path / "broken.parquet"
    pa.parquet.write_table(pa.table({"conversation": [1]}), broken)
    second = _messages(tmp_path, "second.parquet", ["three"])
    with pytest.raises(EngineError):
        writer.load({"messages": second, "turns": (str(broken),)})
    assert _texts(reader) == _texts(writer) == ["one", "two"]

    writer.load({"messages": second})
    assert _texts(reader) == ["three"]
    reader.close()
    writer.close()


def test_loaded_tables_say_what_they_mean(engine_on: EngineOn) -> None:
    sql = "select obj_description('conversations'::regclass) as meaning"
    assert engine_on("postgres", "simulated").query(sql).to_pylist() == [{"meaning": CONVERSATIONS.meaning}]


@ON_SPARK
def test_spark_reads_a_file_whatever_its_name(spark: "SparkSession", tmp_path: Path) -> None:
    folder = tmp_path / "o'clock {a,b}* [0-9]? 100% ü"
    folder.mkdir()
    engine = SparkEngine(spark, {"messages": _messages(folder, "one.parquet", ["found"])})
    assert engine.query("select text from messages").to_pylist() == [{"text": "found"}]


@ON_SPARK
def test_a_session_that_is_lent_stays_as_it_was(spark: "SparkSession", simulated: Store) -> None:
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    engine = SparkEngine(spark, simulated.snapshot().files)
    assert engine.query("select current_timezone() as zone").to_pylist() == [{"zone": "UTC"}]
    engine.close()
    assert spark.sql("select current_timezone() as zone").collect()[0].zone == "Asia/Tokyo"
    assert not spark.catalog.tableExists("conversations")


@ON_SPARK
def test_only_one_context_of_spark(spark: "SparkSession") -> None:
    with pytest.raises(EngineError, match="already"):
        open_engine(spark.sparkContext.master, {})


def test_no_address_is_duckdb(simulated: Store) -> None:
    engine = open_engine(None, simulated.snapshot().files)
    assert isinstance(engine, DuckDBEngine)
    assert engine.query("select count(*) as n from messages").to_pylist()[0]["n"] > 2000


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://root:secret@host/db", "no engine for mysql"),
        ("duck.db", "no engine for an address without"),
        ("postgresql://user:secret@127.0.0.1:1/test", "cannot be reached"),
        ("postgresql://user:secret@host/test?nonsense=secret", "cannot be understood"),
        ("spark://127.0.0.1:1", "No Spark master answers"),
        ("spark://127.0.0.1", "No Spark master answers"),
        ("spark://127.0.0.1:99999", "No Spark master answers"),
    ],
)
def test_where_there_is_no_engine(address: str, said: str) -> None:
    pytest.importorskip("pyspark" if address.startswith("spark") else "psycopg")
    with pytest.raises(EngineError, match=said) as told:
        open_engine(address, {})
    assert told.value.hint
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("module", "address", "extra"),
    [
        ("psycopg", "postgresql://127.0.0.1/test", "careworth[postgres]"),
        ("pyspark", "spark://127.0.0.1:7077", "careworth[spark]"),
    ],
)
def test_an_extra_that_is_missing(
    module: str, address: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(EngineError, match=module) as told:
        open_engine(address, {})
    assert extra in told.value.hint


@pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed")
def test_java_that_is_missing(tmp_path: Path) -> None:
    """In a process of its own: once Java runs, pyspark uses it again."""
    program = """
from careworth.errors import EngineError
from careworth.facts.engines import SparkEngine
try:
    SparkEngine("local[1]", {})
except EngineError as problem:
    print(problem.hint)
"""
    surroundings = {**os.environ, "JAVA_HOME": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", program], env=surroundings, capture_output=True, text=True)
    assert ran.stdout == "It needs Java 17 or newer on this machine.\n"
