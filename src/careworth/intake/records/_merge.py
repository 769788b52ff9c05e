"""What of some rows is new to a table, what renews an older row, and what was there already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from careworth.facts.engines import DuckDBEngine
from careworth.facts.records import RecordTable

SOURCE = "source"
"""The column that says which source of the batch a row came from."""


@dataclass(frozen=True, slots=True)
class Merged:
    """``rows``: to append; where older ones were renewed, all rows of the table as it will be."""

    rows: pa.Table
    renews: bool
    stored: Mapping[int, int]
    """Source -> how many of its rows are new or renew an older one."""
    renewed: Mapping[int, int]
    """Source -> how many of its rows took the place of an older one."""


def merge(engine: DuckDBEngine, table: RecordTable, rows: pa.Table) -> Merged:
    """Hold rows, which have a column ``source`` besides, against the table as the engine has it."""
    _make_fresh(engine, table, rows)
    known = f"exists (select 1 from {table.name} t where {_same(table.key, 'f')})"
    renewed = _by_source(engine, f"from fresh f where {known}") if table.renewed else {}
    names, key = _listed(c.name for c in table.given), _listed(table.key or table.schema.names[:2])
    text = f"select {names}, null::bigint as batch from fresh"
    if renewed:
        kept = f"not exists (select 1 from fresh f where {_same(table.key, 'f')})"
        text = f"select {names}, batch from {table.name} t where {kept} union all {text}"
    # Sorted: rows of a customer stand together, which makes the files small and quick to read.
    whole = engine.query(f"from ({text}) order by {key}")
    return Merged(whole, bool(renewed), _by_source(engine, "from fresh f"), renewed)


def _make_fresh(engine: DuckDBEngine, table: RecordTable, rows: pa.Table) -> None:
    """The table ``fresh``: rows that say something new, each key once.

    Of rows with one key the last counts where rows are renewed, else the first.
    """
    names = [c.name for c in table.given]
    engine.register("given", rows.append_column("place", pa.array(range(rows.num_rows), pa.int64())))
    order = "desc" if table.renewed else "asc"
    compared = tuple(names) if table.renewed or not table.key else table.key
    known = f"exists (select 1 from {table.name} t where {_same(compared, 'g')})"
    if "id" in names:
        known += f" or (g.id is not null and g.id in (select id from {table.name} where id is not null))"
    engine.run(
        f"""create or replace temp table fresh as
        with once as (
            from given
            qualify row_number() over (partition by {_named_by(table)} order by place {order}) = 1
        )
        from once g where not ({known})"""
    )


def _named_by(table: RecordTable) -> str:
    """What makes two rows one: the key, else the id where there is one, else all that a row says."""
    if table.key:
        return _listed(table.key)
    names = [c.name for c in table.given]
    if "id" not in names:
        return _listed(names)
    return ", ".join(["id", *(f'case when id is null then "{name}" end' for name in names if name != "id")])


def _same(names: tuple[str, ...], other: str) -> str:
    """By "is not distinct from": a row with gaps is equal to itself."""
    return " and ".join(f't."{name}" is not distinct from {other}."{name}"' for name in names)


def _by_source(engine: DuckDBEngine, what: str) -> dict[int, int]:
    found = engine.query(f"select f.{SOURCE} as source, count(*) as n {what} group by f.{SOURCE}")
    return dict(zip(found["source"].to_pylist(), found["n"].to_pylist(), strict=True))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
