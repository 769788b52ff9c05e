"""Customers who buy at will: nobody sees them leave, so what they buy tells how things stand with them."""

from dataclasses import dataclass

import numpy as np

from careworth.causal import PausingModel, Spells, SpendModel, spells
from careworth.errors import InputError
from careworth.worth.loyalty._cohort import Bools, Cohort, Floats
from careworth.worth.loyalty._records import DAY

_ENOUGH_DAYS, _ENOUGH_MONEY = 3_000, 50_000
"""Customers that a model learns from at most: of how often, of how much. With more it takes longer."""

_FEWEST = 100
"""Customers who bought again, below which no rate of buying is learned from them."""

_PERIOD = 28.0
"""Days, about, in which a customer may stop once. Whoever buys at will seldom buys every week."""


def buying(cohort: Cohort) -> dict[str, Floats]:
    """Outcomes (n,) of the episodes of customers who buy at will; 0 for those under contract.

    ``bought again``: a purchase within the horizon. ``value ahead``: the margin that is to be expected of the
    year after the horizon by all purchases until then (a model of purchases with pauses where there are any,
    and gamma-gamma, fitted on both groups together); absent where too few bought again for a model of it.
    """
    at_will = cohort.at_will
    bought = np.nan_to_num(cohort.after("purchases", "count(*)")) > 0
    found = {"bought again": np.where(at_will & bought, 1.0, 0.0)}
    ahead = _ahead(cohort, at_will)
    return found if ahead is None else {**found, "value ahead": ahead}


def _ahead(cohort: Cohort, at_will: Bools) -> Floats | None:
    horizon = cohort.clock.horizon
    periods = max(round(horizon / _PERIOD), 1)
    episode, day = cohort.days_until_the_end("purchases")
    mine = at_will[episode]
    if not mine.any():
        return None
    end = np.floor(cohort.number("zero") / DAY) + horizon
    seen = spells(episode[mine], day[mine], end[episode[mine]], unit=horizon / periods)
    margin = cohort.until_the_end("purchases", {"margin": "sum(r.margin)"})["margin"]
    paid = _paid(margin, seen)
    if int((paid.repeats > 1).sum()) < _FEWEST:
        return None
    try:
        often = PausingModel.likelier(_some(seen, _ENOUGH_DAYS))
        much = SpendModel.of(_paid(margin, _some(seen, _ENOUGH_MONEY)))
        worth = often.expected(seen, periods) * much.expected(paid)
    except InputError:
        return None
    found = np.zeros(len(cohort))
    found[seen.customer] = worth
    return found


def _some(seen: Spells, most: int) -> Spells:
    return seen.some(slice(None, None, -(-len(seen) // most)))


@dataclass(frozen=True, slots=True)
class _Paid:
    """What customers spent a day with a purchase.

    All purchases are of one kind: the first in the record was hardly ever the customer's first.
    """

    repeats: Floats
    spend: Floats


def _paid(margin: Floats, seen: Spells) -> _Paid:
    days = (seen.repeats + seen.late + 1).astype(np.float64)
    return _Paid(days, np.nan_to_num(margin[seen.customer]) / days)
