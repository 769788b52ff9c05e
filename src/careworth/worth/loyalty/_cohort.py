"""The cohort: customers with a trouble, those who met the social team beside those who did not.

Both clocks start at the trouble. An answer within a window of grace after it makes a customer exposed. The
exposed were still customers when they were answered; so each control is given the delay of one of the
exposed and must still have been a customer then (prescription time-distribution matching, Zhou et al.
2005): else the exposed would have lived long enough to be exposed, and the controls not (immortal time).

A ``Cohort`` gives columns by doors that say when: ``known`` reads what happened before time zero and makes
covariates; ``after`` reads what happened from time zero on, ``until_the_end`` both, and they make outcomes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from careworth.worth.loyalty._records import DAY, MOMENTS, Records, sql

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

EXPOSED, CONTROL, UNANSWERED = "exposed", "control", "wrote and got no answer in time"

MONTH = 30.4375
"""Days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How troubles become episodes; all in days."""

    horizon: int = 365
    """How long after time zero outcomes are counted."""
    grace: int = 7
    """How long after time zero an answer by the social team makes a customer exposed."""
    quiet: int = 30
    """How long nothing must have happened before a sign starts a new episode."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Episodes (n rows): exposed and control, and apart from them those who wrote without an answer."""

    records: Records
    name: str
    signs: str
    """Where time zero comes from: ``troubles``, ``seen`` or ``at_risk``."""
    clock: Clock
    rows: pa.Table
    """One row an episode, by ``episode``."""
    left_out: Mapping[str, int]
    """Reason -> episodes that are not compared."""

    def __len__(self) -> int:
        return int(self.rows.num_rows)

    @property
    def exposed(self) -> Bools:
        """(n,) answered by the social team within the window of grace."""
        return self._part(EXPOSED)

    @property
    def people(self) -> Ints:
        """(n,) number of the customer: one may have several episodes."""
        return np.asarray(self.rows["person"].to_numpy())

    @property
    def compared(self) -> Bools:
        """(n,) exposed or control."""
        return ~self._part(UNANSWERED)

    @property
    def at_will(self) -> Bools:
        """(n,) of customers without a contract, whom nobody sees leave."""
        return np.asarray(self.number("contract") == 0, dtype=np.bool_)

    @property
    def chance_of_trouble(self) -> float:
        """That any customer has a trouble within the grace before a given moment; 1 where every message is
        taken for one."""
        zero = self.number("zero")
        if self.signs == "seen" or not len(zero):
            return 1.0
        span = max(float(np.ptp(zero)) / DAY, float(self.clock.grace))
        return min(len(zero) * self.clock.grace / span / self.records.rows["customers"], 1.0)

    def _part(self, name: str) -> Bools:
        return np.asarray(pc.equal(self.rows["part"], name).to_numpy(), dtype=np.bool_)

    def text(self, column: str) -> tuple[Ints, tuple[str, ...]]:
        """(n,) codes of a text column of the episodes, and the texts that they stand for, sorted."""
        coded = self.rows[column].combine_chunks().dictionary_encode()
        levels = coded.dictionary.to_pylist()
        order = sorted(range(len(levels)), key=lambda place: str(levels[place]))
        rank = np.empty(len(levels), dtype=np.int64)
        rank[order] = np.arange(len(levels))
        return rank[coded.indices.to_numpy()], tuple(levels[place] for place in order)

    def number(self, column: str) -> Floats:
        """(n,) a numeric column of the episodes, NaN where nothing is known."""
        return _floats(self.rows[column])

    def known(self, table: str, value: str, *, days: int | None = None, where: str = "true") -> Floats:
        """(n,) an aggregate over the customer's rows of a table that were known before time zero.

        ``value`` is SQL over the row ``r``, such as ``count(*)``; ``days``: of the last so many only. NaN
        where there is no such row.
        """
        at = f"epoch_us(r.{MOMENTS[table]})"
        low = "" if days is None else f" and {at} >= e.zero - {days * DAY}"
        return self._joined(table, {"value": value}, f"{at} < e.zero{low} and {where}")["value"]

    def known_each(self, table: str, values: Mapping[str, str]) -> dict[str, Floats]:
        """Several such aggregates at once: name -> SQL."""
        return self._joined(table, values, f"epoch_us(r.{MOMENTS[table]}) < e.zero")

    def after(self, table: str, value: str, *, days: int | None = None, where: str = "true") -> Floats:
        """(n,) an aggregate over the customer's rows of a table from time zero on, for ``days`` or the
        horizon. NaN where there is no such row."""
        at = f"epoch_us(r.{MOMENTS[table]})"
        end = f"e.zero + {(self.clock.horizon if days is None else days) * DAY}"
        return self._joined(table, {"value": value}, f"{at} >= e.zero and {at} < {end} and {where}")["value"]

    def until_the_end(self, table: str, values: Mapping[str, str]) -> dict[str, Floats]:
        """(n,) aggregates over all of the customer's rows until the horizon is over: for outcomes that hang
        on what went before, and never for a covariate."""
        return self._joined(table, values, self._before_the_end(table))

    def _before_the_end(self, table: str) -> str:
        return f"epoch_us(r.{MOMENTS[table]}) < e.zero + {self.clock.horizon * DAY}"

    def days_until_the_end(self, table: str) -> tuple[Ints, Ints]:
        """Days with a row of the customer's until the horizon is over: the episode (N,) and the day (N,),
        counted from 1970. For outcomes, too, and never for a covariate."""
        found = self.records.engine.query(
            f"select distinct e.episode, epoch_us(r.{MOMENTS[table]}) // {DAY} as day from {self.name} e "
            f"join {table} r on r.customer = e.customer where {self._before_the_end(table)}"
        )
        return found["episode"].to_numpy(), found["day"].to_numpy()

    def _joined(self, table: str, values: Mapping[str, str], condition: str) -> dict[str, Floats]:
        """Aggregates by episode; the name of the joined row is ``r``, of the episode ``e``."""
        asked = ", ".join(f'{text} as "{name}"' for name, text in values.items())
        found = self.records.engine.query(
            f"select e.episode, {asked} from {self.name} e join {table} r on r.customer = e.customer "
            f"where {condition} group by e.episode"
        )
        place = found["episode"].to_numpy()
        columns = {}
        for name in values:
            column = np.full(len(self), np.nan)
            column[place] = _floats(found[name])
            columns[name] = column
        return columns


def cohort_of(records: Records, signs: str, clock: Clock) -> Cohort:
    """Make episodes of the signs of this name and sort them into groups."""
    engine, name = records.engine, f"cohort_{signs}"
    engine.run(f"create or replace temp table signs as {sql('signs_' + signs)}")
    figures = {"horizon": clock.horizon, "grace": clock.grace, "quiet": clock.quiet}
    text = sql("episodes", until=records.until, **{k: v * DAY for k, v in figures.items()})
    engine.run(f"create or replace temp table {name}_all as {text}")
    parts = engine.query(f"select part, count(*) as n from {name}_all group by part order by part")
    found = dict(zip(parts["part"].to_pylist(), parts["n"].to_pylist(), strict=True))
    # The order of the rows must not hang on threads: folds and matches are drawn by position.
    engine.run(
        f"create or replace temp table {name} as "
        f"select row_number() over (order by person, zero) - 1 as episode, * from {name}_all "
        f"where part in ('{EXPOSED}', '{CONTROL}', '{UNANSWERED}')"
    )
    rows = engine.query(f"select * from {name} order by episode")
    left_out = {part: n for part, n in found.items() if part not in (EXPOSED, CONTROL)}
    return Cohort(records, name, signs, clock, rows, left_out)


def _floats(column: pa.ChunkedArray) -> Floats:
    numbers = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.array(numbers, dtype=np.float64)
