"""One SQL text for every engine: what differs between them is written as a macro.

Macros look like calls of a function whose name starts with ``@``::

    @micros(t)          microseconds since the epoch of a moment, as an integer
    @day(t, zone)       the date of a moment in a time zone; zone is a quoted name
    @truncate(u, d)     the first date of the 'week' or 'month' that a date lies in
    @quantile(q, x)     the exact quantile with linear interpolation, an aggregate
    @first(x, t, n)     the x of the earliest row by moment t, then by number n, of those that have an x;
                        an aggregate
    @divide(a, b)       a / b as a double; null where b is 0
    @whole(a, b)        a / b as an integer, for integers of zero or more
    @double(x)          a number as a double
    @same(a, b)         whether two values are equal, null being equal to null; joins on it are fast

Everything else must be SQL that DuckDB, PostgreSQL and Spark understand alike.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Macro = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine writes the macros."""

    name: str
    macros: Mapping[str, Macro]

    def render(self, sql: str) -> str:
        """The text with its macros written out, the innermost first."""
        while call := _innermost_call(sql):
            macro, arguments, start, end = call
            if macro not in self.macros:
                raise ValueError(f"There is no macro @{macro}; known are {', '.join(sorted(self.macros))}.")
            sql = sql[:start] + self.macros[macro](*arguments) + sql[end:]
        return sql


_TEXT = r"--[^\n]*|'(?:[^']|'')*(?:'|\Z)|" + r'"[^"]*"'
"""What is no SQL to look into: comments, texts, quoted names."""
_CALL = re.compile(_TEXT + r"|@(\w+)\(")
_MARK = re.compile(_TEXT + r"|[(),]")


def _innermost_call(sql: str) -> tuple[str, list[str], int, int] | None:
    calls = [found for found in _CALL.finditer(sql) if found.group(1)]
    if not calls:
        return None
    last = calls[-1]  # nothing behind it is a macro, so its arguments hold none
    arguments, end = _arguments(sql, last.end())
    return last.group(1), arguments, last.start(), end


def _arguments(sql: str, start: int) -> tuple[list[str], int]:
    """The arguments of a call whose opening bracket ends at ``start``, and where the call ends."""
    depth, at = 0, start
    parts: list[str] = []
    for found in _MARK.finditer(sql, start):
        mark, here = found.group(), found.start()
        if mark == ")" and depth == 0:
            return [*parts, sql[at:here].strip()], here + 1
        if mark == "," and depth == 0:
            parts.append(sql[at:here].strip())
            at = here + 1
        depth += (mark == "(") - (mark == ")")
    raise ValueError("A macro call is not closed: " + sql[max(0, start - 20) : start + 40])


def _duckdb_day(t: str, zone: str) -> str:
    """In UTC by arithmetic: the library of zones takes ten times as long."""
    local = f"make_timestamp(epoch_us({t}))" if zone == _UTC else f"timezone({zone}, {t})"
    return f"cast({local} as date)"


_UTC = "'UTC'"

DUCKDB = Dialect(
    "duckdb",
    {
        "micros": lambda t: f"epoch_us({t})",
        "day": _duckdb_day,
        "truncate": lambda unit, date: f"cast(date_trunc({unit}, {date}) as date)",
        "quantile": lambda q, x: f"quantile_cont({x}, {q})",
        # One wide integer orders as the pair does, and is compared three times as fast as a row of two.
        "first": lambda x, t, n: f"arg_min({x}, cast(epoch_us({t}) as hugeint) * 9223372036854775808 + {n})",
        "divide": lambda a, b: f"(cast({a} as double) / nullif({b}, 0))",
        "whole": lambda a, b: f"(({a}) // ({b}))",
        "double": lambda x: f"cast({x} as double)",
        "same": lambda a, b: f"(({a}) is not distinct from ({b}))",
    },
)

POSTGRES = Dialect(
    "postgres",
    {
        "micros": lambda t: f"(extract(epoch from {t}) * 1000000)::bigint",
        "day": lambda t, zone: f"(({t}) at time zone {zone})::date",
        "truncate": lambda unit, date: f"date_trunc({unit}, ({date})::timestamp)::date",
        "quantile": lambda q, x: f"percentile_cont({q}) within group (order by {x})",
        "first": lambda x, t, n: f"(array_agg({x} order by {t}, {n}) filter (where {x} is not null))[1]",
        "divide": lambda a, b: f"(({a})::double precision / nullif({b}, 0))",
        "whole": lambda a, b: f"(({a}) / ({b}))",
        "double": lambda x: f"({x})::double precision",
        # PostgreSQL can join on "is not distinct from" only by trying all pairs; equal arrays may hold nulls.
        "same": lambda a, b: f"(array[{a}] = array[{b}])",
    },
)

SPARK = Dialect(
    "spark",
    {
        "micros": lambda t: f"unix_micros({t})",
        "day": lambda t, zone: f"cast(from_utc_timestamp({t}, {zone}) as date)",
        "truncate": lambda unit, date: f"cast(date_trunc({unit}, {date}) as date)",
        "quantile": lambda q, x: f"percentile({x}, {q})",
        "first": lambda x, t, n: f"min_by({x}, case when {x} is not null then struct({t}, {n}) end)",
        "divide": lambda a, b: f"(cast({a} as double) / nullif({b}, 0))",
        "whole": lambda a, b: f"(({a}) div ({b}))",
        "double": lambda x: f"cast({x} as double)",
        "same": lambda a, b: f"(({a}) is not distinct from ({b}))",
    },
)


def quoted(text: str) -> str:
    """A text as DuckDB and PostgreSQL write it."""
    return "'" + text.replace("'", "''") + "'"
