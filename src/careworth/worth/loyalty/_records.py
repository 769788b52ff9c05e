"""The company's records as the measures see them: what there is, who is who, who wrote and was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from string import Template

from careworth.errors import InputError
from careworth.facts.engines import DuckDBEngine

DAY = 86_400_000_000
"""Microseconds: moments are whole numbers of them, so that no border of a window is rounded."""

NEVER = 2**53
"""The year 2255: the last moment that a float holds to the microsecond."""

LEAST_LINK = 0.5
"""A handle that is less likely than this to be the customer's is nobody's."""

MOMENTS = {
    "care_contacts": "at",
    "purchases": "at",
    "subscriptions": "started_at",
    "at_risk": "at",
    "troubles": "at",
    "referrals": "at",
    "surveys": "at",
    "shares": "at",
    "margins": "month",
    "traits": "known_at",
}
"""Table of records -> the column that says when a row became known."""

NEEDED = ("customers", "identities", "conversations")

TABLES = (*NEEDED, *MOMENTS, "process_changes")


@dataclass(frozen=True, slots=True)
class Records:
    """An engine with the views ``people`` and ``social`` made, and how many rows each table has."""

    engine: DuckDBEngine
    rows: Mapping[str, int]
    until: int
    """The end of observation, microseconds since 1970."""
    lost_links: float
    """Answered conversations that are expected to be linked to the wrong customer."""

    def has(self, *tables: str) -> bool:
        return all(self.rows[table] > 0 for table in tables)

    @property
    def until_moment(self) -> datetime:
        return datetime.fromtimestamp(self.until / 1e6, UTC)


@cache
def _text(name: str) -> Template:
    return Template((resources.files("careworth.worth.loyalty") / "sql" / f"{name}.sql").read_text("utf-8"))


def sql(name: str, **figures: float | str) -> str:
    """The text of this name with its figures filled in."""
    return _text(name).substitute(figures)


def records_of(engine: DuckDBEngine, until: datetime | None = None) -> Records:
    """Look at what there is. ``until``: nothing after it counts; None: the last moment of any record.

    Raises InputError when customers, their handles or conversations are missing altogether.
    """
    rows = _rows(engine, TABLES)
    missing = [name for name in NEEDED if rows[name] == 0]
    if missing:
        raise InputError(
            f"The loyalty of customers cannot be measured: {' and '.join(missing)} "
            f"{'has' if len(missing) == 1 else 'have'} no rows.",
            hint="Bring them in: careworth records FOLDER for the company's records, "
            "careworth ingest PATH for conversations.",
        )
    engine.run(f"create or replace temp table people as {sql('people', never=NEVER)}")
    engine.run(f"create or replace temp table social as {sql('social', least_link=LEAST_LINK)}")
    end = _end(engine, rows) if until is None else round(until.timestamp() * 1e6)
    lost = engine.query(
        "select coalesce(sum(1 - probability), 0) as n from social where answered is not null"
    )
    return Records(engine, rows, end, float(lost["n"][0].as_py()))


def has_records(engine: DuckDBEngine) -> bool:
    """Whether there are customers, their handles and conversations: less cannot be measured."""
    return all(_rows(engine, NEEDED).values())


def _rows(engine: DuckDBEngine, tables: tuple[str, ...]) -> dict[str, int]:
    """How many rows each table has; 0 for one that is not there."""
    known = set(engine.query("select table_name from information_schema.tables")["table_name"].to_pylist())
    return {name: _count(engine, name) if name in known else 0 for name in tables}


def _count(engine: DuckDBEngine, table: str) -> int:
    return int(engine.query(f"select count(*) as n from {table}")["n"][0].as_py())


def _end(engine: DuckDBEngine, rows: Mapping[str, int]) -> int:
    """The last moment that anything is known of."""
    last = ["select max(last_message_at) as moment from conversations", "select max(left_at) from customers"]
    last += [
        f"select max(r.{column}) from {table} r"
        for table, column in MOMENTS.items()
        if rows[table] and table not in ("margins", "traits")
    ]
    found = engine.query(f"select epoch_us(max(moment)) as moment from ({' union all '.join(last)})")
    return int(found["moment"][0].as_py())
