"""Stores to ask, and engines to ask them with."""

import csv
import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

import pytest
from engine_answers import EngineOn
from spark_cluster import spark_cluster

from careworth.enrich.own import own_labeller
from careworth.facts.engines import DuckDBEngine, Engine, PostgresEngine, SparkEngine, open_engine
from careworth.facts.store import Store
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import ingest
from careworth.intake.labelling import label_messages
from careworth.simulate import simulate_care_year

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NOW = datetime(2026, 1, 1, tzinfo=UTC)

Missing = Callable[[str], NoReturn]


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A small simulated year in two batches: many a message comes before the one it replies to."""
    folder = tmp_path_factory.mktemp("year")
    year = simulate_care_year(11, folder, conversations=800)
    store = Store(folder / "facts")
    for half in _halves(year.messages, folder):
        ingest(store, [half], now=NOW, form="table", options=ReadOptions(mapping=year.mapping))
    label_messages(store, own_labeller(folder), now=NOW)
    return store


def _halves(messages: Path, folder: Path) -> Iterator[Path]:
    with gzip.open(messages, "rt", encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    for name, half in (("odd", rows[1::2]), ("even", rows[::2])):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *half])
        yield folder / f"{name}.csv"


@pytest.fixture(scope="session")
def twcs(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Store:
    """Real conversations of many brands."""
    store = Store(tmp_path_factory.mktemp("twcs") / "facts")
    ingest(store, [shared_data / "twcs-multibrand" / "twcs_multibrand.csv.gz"], now=NOW)
    label_messages(store, own_labeller(store.folder.parent), now=NOW)
    return store


@pytest.fixture(scope="session")
def postgres(server_or_skip: Missing) -> str:
    """The address of a PostgreSQL server."""
    if find_spec("psycopg") is None:
        server_or_skip("PostgreSQL needs psycopg: pip install 'careworth[postgres]'")
    if "CAREWORTH_TEST_POSTGRES" not in os.environ:
        server_or_skip("set CAREWORTH_TEST_POSTGRES to the address of a PostgreSQL server")
    return os.environ["CAREWORTH_TEST_POSTGRES"]


@contextmanager
def _own_schema(url: str) -> Iterator[str]:
    """A name that no other run of the tests has; what is loaded there goes when the block ends."""
    import psycopg

    name = f"careworth_test_{uuid4().hex}"
    try:
        yield name
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'drop schema if exists "{name}" cascade'.encode())


@pytest.fixture
def postgres_schema(postgres: str) -> Iterator[str]:
    with _own_schema(postgres) as name:
        yield name


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory, server_or_skip: Missing) -> Iterator["SparkSession"]:
    """A session on a real cluster of two workers."""
    if os.environ.get("CAREWORTH_TEST_SPARK") != "1":
        server_or_skip("set CAREWORTH_TEST_SPARK=1 to start a Spark cluster; it takes about a minute")
    if find_spec("pyspark") is None:
        server_or_skip("Spark needs pyspark: pip install 'careworth[spark]'")
    if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        server_or_skip("Spark needs Java 17 or newer")
    with spark_cluster(tmp_path_factory.mktemp("spark")) as master, closing(open_engine(master, {})):
        from pyspark.sql import SparkSession

        yield SparkSession.builder.getOrCreate()  # the one whose context the engine has started


@pytest.fixture(scope="session")
def opened() -> Iterator[tuple[dict[tuple[str, str], Engine], ExitStack]]:
    with ExitStack() as closing_all:
        yield {}, closing_all


@pytest.fixture
def engine_on(
    request: pytest.FixtureRequest, opened: tuple[dict[tuple[str, str], Engine], ExitStack]
) -> EngineOn:
    """Opens an engine over a store, once for all tests."""
    engines, closing_all = opened

    def start(engine: str, store: str) -> Engine:
        files = request.getfixturevalue(store).snapshot().files
        if engine == "duckdb":
            return DuckDBEngine(files)
        if engine == "spark":
            return SparkEngine(request.getfixturevalue("spark"), files)
        url = request.getfixturevalue("postgres")
        server = PostgresEngine(url, closing_all.enter_context(_own_schema(url)))
        server.load(files)
        return server

    def on(engine: str, store: str) -> Engine:
        if (engine, store) not in engines:
            engines[engine, store] = start(engine, store)
            closing_all.callback(engines[engine, store].close)
        return engines[engine, store]

    return on
