"""Requests that somebody of the company had to answer: who asked, in which week, and about what."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from careworth.worth.loyalty._cohort import Bools, Floats, Ints
from careworth.worth.loyalty._known import ASSISTED
from careworth.worth.loyalty._records import DAY, Records, sql

WEEK = 7 * DAY

_TROUBLED = 365 * DAY
"""So long after a trouble, what its customer asks is mostly about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """One entry a request (N of them) of the whole weeks of the record, in no order."""

    person: Ints
    """(N,) who asked; requests of one customer share a number."""
    week: Ints
    """(N,) from 0, which is the first whole week."""
    part: Ints
    """(N,) 1 within a year after a trouble of the same customer, else 0."""
    kind: Ints
    """(N,) place in ``kinds``."""
    kinds: tuple[str, ...]
    first: int
    """The first whole week, counted from 1970."""
    weeks: int
    cost: float | None
    """Mean cost of a request."""

    def of(self, kinds: Iterable[str]) -> Bools:
        """(N,) requests of these kinds."""
        wanted = np.isin(np.array(self.kinds, dtype=object), list(kinds))
        return np.asarray(wanted[self.kind], dtype=np.bool_)

    def some(self, rows: Bools) -> "Requests":
        """The requests chosen by rows (N,)."""
        return replace(
            self, person=self.person[rows], week=self.week[rows], part=self.part[rows], kind=self.kind[rows]
        )

    def without(self, week: int) -> "Requests":
        """As if there had never been this week."""
        left = self.some(self.week != week)
        return replace(left, week=left.week - (left.week > week), weeks=self.weeks - 1)

    def by_week(self, rows: Bools) -> Floats:
        """(weeks,) how many of these requests (N,) came in each."""
        return np.bincount(self.week[rows], minlength=self.weeks).astype(np.float64)


def requests_of(records: Records) -> Requests:
    """Whole weeks only: of the first and of the last, a part may lie outside of the record."""
    clock = "troubles" if records.has("troubles") else "(select * from troubles limit 0)"
    found = records.engine.query(
        sql("requests", assisted=ASSISTED, until=records.until, week=WEEK, troubled=_TROUBLED, troubles=clock)
    )
    week = found["week"].to_numpy().astype(np.int64)
    first, end = int(week.min()) + 1, records.until // WEEK
    coded = found["kind"].combine_chunks().dictionary_encode()
    person = found["person"].to_numpy().astype(np.int64)
    # Nobody in the books asked: each such request is somebody else's.
    person = np.where(person < 0, -1 - np.arange(len(person)), person)
    costs = records.engine.query(
        f"select avg(r.cost) as cost from care_contacts r "
        f"where {ASSISTED} and epoch_us(r.at) < {records.until}"
    )
    whole = Requests(
        person=person,
        week=week - first,
        part=found["part"].to_numpy().astype(np.int64),
        kind=coded.indices.to_numpy().astype(np.int64),
        kinds=tuple(coded.dictionary.to_pylist()),
        first=first,
        weeks=max(end - first, 1),
        cost=costs["cost"][0].as_py(),
    )
    return whole.some((whole.week >= 0) & (whole.week < whole.weeks))
