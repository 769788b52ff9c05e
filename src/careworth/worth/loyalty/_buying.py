"""Customers who buy at will: nobody sees them leave, so what they buy tells how things stand with them."""

from dataclasses import replace

import numpy as np

from careworth.causal import BuyingModel, History, SpendModel
from careworth.errors import InputError
from careworth.worth.loyalty._cohort import Bools, Cohort, Floats, Ints
from careworth.worth.loyalty._records import DAY

_ENOUGH = 50_000
"""Customers that tell the four figures of the model to the second digit; more only take longer."""

_FEWEST = 100
"""Customers who bought again, below which no rate of buying is learned from them."""

_WEEK = 7.0


def buying(cohort: Cohort) -> dict[str, Floats]:
    """Outcomes (n,) of the episodes of customers who buy at will; 0 for those under contract.

    ``bought again``: a purchase within the horizon. ``value ahead``: the margin that is to be expected of the
    year after the horizon by all purchases until then (BG/NBD and gamma-gamma, fitted on both groups
    together); absent where too few bought again for a model of it.
    """
    at_will = cohort.at_will
    bought = np.nan_to_num(cohort.after("purchases", "count(*)")) > 0
    found = {"bought again": np.where(at_will & bought, 1.0, 0.0)}
    ahead = _ahead(cohort, at_will)
    return found if ahead is None else {**found, "value ahead": ahead}


def _ahead(cohort: Cohort, at_will: Bools) -> Floats | None:
    rows, seen = _histories(cohort, at_will)
    if int((seen.repeats > 0).sum()) < _FEWEST:
        return None
    some = _some(seen, slice(None, None, -(-len(rows) // _ENOUGH)))
    # All purchases are of one kind: the first in the record was hardly ever the customer's first.
    paid, everybody = (replace(one, repeats=one.repeats + 1) for one in (some, seen))
    try:
        often, much = BuyingModel.of(some), SpendModel.of(paid)
        worth = often.expected(seen, cohort.clock.horizon / _WEEK) * much.expected(everybody)
    except InputError:
        return None
    found = np.zeros(len(cohort))
    found[rows] = worth
    return found


def _histories(cohort: Cohort, at_will: Bools) -> tuple[Ints, History]:
    """Episodes with a purchase by the end of the horizon, and their purchases by whole days."""
    day = f"(epoch_us(r.at) // {DAY})"
    found = cohort.until_the_end(
        "purchases",
        {
            "first": f"min({day})",
            "last": f"max({day})",
            "days": f"count(distinct {day})",
            "margin": "sum(r.margin)",
        },
    )
    rows = np.flatnonzero(at_will & (found["days"] > 0))
    first, last, days, margin = (found[name][rows] for name in ("first", "last", "days", "margin"))
    end = np.floor(cohort.number("zero")[rows] / DAY) + cohort.clock.horizon
    return rows, History(
        customer=rows,
        repeats=days - 1,
        last=(last - first) / _WEEK,
        observed=(end - first) / _WEEK,
        spend=np.nan_to_num(margin) / days,
    )


def _some(seen: History, rows: slice) -> History:
    return History(
        customer=seen.customer[rows],
        repeats=seen.repeats[rows],
        last=seen.last[rows],
        observed=seen.observed[rows],
        spend=seen.spend[rows],
    )
