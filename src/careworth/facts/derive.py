"""Conversations and turns, made from messages by the SQL texts beside this file."""

from functools import cache
from importlib import resources
from pathlib import Path

import pyarrow as pa

from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import CONVERSATIONS, TURNS, Table


@cache
def derivation(table: Table) -> str:
    """The SQL that makes a derived table from ``messages``."""
    return (resources.files("careworth.facts") / "sql" / f"{table.name}.sql").read_text(encoding="utf-8")


def derive(engine: DuckDBEngine, table: Table, touched: pa.Table | None, path: Path) -> int:
    """Write all rows of a derived table to a Parquet file; how many they are.

    ``touched``: one column ``conversation``; only these are made anew, the rest is taken from the table as
    it was. None: all are made.
    """
    names = ", ".join(f"cast({c.name} as {_SQL_TYPES[c.type]}) as {c.name}" for c in table.columns)
    made = f"select {names} from ({engine.dialect.render(derivation(table))})"
    if touched is None:
        return engine.copy(made, path)
    engine.register("touched", touched)
    engine.narrow_messages("conversation in (select conversation from touched)")
    kept = f"from {table.name} where conversation not in (select conversation from touched)"
    return engine.copy(f"{made} union all select {names} {kept}", path)


_SQL_TYPES = {
    pa.int64(): "bigint",
    pa.string(): "varchar",
    pa.bool_(): "boolean",
    pa.float64(): "double",
    CONVERSATIONS.schema.field("opened_at").type: "timestamptz",
}

DERIVED = (CONVERSATIONS, TURNS)
"""In the order in which they are made."""
