"""The customers: who they are, when they came, and when they would leave if nothing happened."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate.customers._world import (
    CHANNEL_SHARES,
    END,
    PLAN_MARGINS,
    PLAN_SHARES,
    UNIT_SHARES,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_LONGEST = 6 * 365.0
"""Days before the record begins in which the oldest customers joined."""
_NEWEST = 700.0


@dataclass(frozen=True, slots=True)
class People:
    """One entry a customer; days are counted from the first of the record."""

    joined: Floats
    leaves: Floats
    """When the customer would leave without any trouble; may lie beyond the record."""
    hazard: Floats
    """Chance of leaving, a day."""
    margin: Floats
    """A month."""
    plan: Ints
    unit: Ints
    channel: Ints
    """The network on which the customer writes, if at all."""
    age: Floats
    engagement: Floats
    """0 to 1."""

    def __len__(self) -> int:
        return len(self.joined)


def pick(shares: tuple[float, ...], n: int, dice: Generator) -> Ints:
    """(n,) numbers drawn by their shares."""
    places = np.searchsorted(np.cumsum(shares), dice.random(n), side="right")
    return np.minimum(places, len(shares) - 1).astype(np.int64)


def people(n: int, dice: Generator) -> People:
    """Draw the customers."""
    joined = np.floor(dice.uniform(-_LONGEST, _NEWEST, n))
    plan, unit = pick(PLAN_SHARES, n, dice), pick(UNIT_SHARES, n, dice)
    age: Floats = np.round(np.clip(dice.normal(44, 15, n), 18, 90)).astype(np.float64)
    keen = np.clip(dice.beta(2, 2, n) + (44 - age) / 200, 0, 1)
    engagement: Floats = np.round(keen, 3).astype(np.float64)
    margin = np.round(np.array(PLAN_MARGINS)[plan] * dice.lognormal(0, 0.15, n), 2)
    settled = np.clip(-joined / 365, 0, 5)
    hazard = 0.10 / 365 * np.exp(0.35 * (plan == 0) - 0.8 * (engagement - 0.5) - 0.12 * settled)
    # Who left before the record began is not in the books.
    leaves = np.maximum(joined, 0.0) + dice.exponential(1.0, n) / hazard
    channel = pick(CHANNEL_SHARES, n, dice)
    return People(joined, leaves, hazard, margin, plan, unit, channel, age, engagement)


def last_day(leaves: Floats) -> Floats:
    """Until when something can be known of a customer."""
    return np.minimum(leaves, END)
