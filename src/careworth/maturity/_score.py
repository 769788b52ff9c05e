"""From answers and measured values to a score with an interval, and the chance of each quadrant.

What enters is levels and weights. Nothing here knows how many messages, followers or customers there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

import numpy as np
from numpy.typing import NDArray

from careworth.maturity._items import AXES, ITEMS, TOP, Axis, Item
from careworth.maturity.answers import Answer, Answers
from careworth.maturity.measured import MeasuredLevel

FORMULA = (
    "axis = 100 × Σ weight × level ÷ (4 × Σ weight), over the items that are known. low: every unknown "
    "item at 0, every known one at the low end of its level; high: every unknown item at 4, every known "
    "one at its high end. The level of an item is the measured one where there is one, else the lower "
    "median of the answers; its ends are the lowest and highest answer, half a level further where no "
    "evidence is given. High on an axis is 50 or more."
)
CUT = 50.0
BORDER_BELOW = 0.75
"""When no quadrant is at least this likely, the company stands on the border."""
QUADRANTS: Mapping[tuple[bool, bool], str] = {
    (False, False): "Observer",
    (True, False): "Conservative",
    (False, True): "Contender",
    (True, True): "#SocialFirst",
}
"""(investment is high, innovation is high) -> the quadrant."""
ALIASES: Mapping[str, tuple[str, ...]] = {
    "Observer": (),
    "Conservative": (),
    "Contender": ("Participant", "Competitor"),
    "#SocialFirst": ("Leader",),
}
_DRAWS = 4000
_WEIGHT_SPREAD = 0.35
"""Standard deviation of the logarithm of a weight: two thirds of the draws are within 0.7 to 1.4 times it."""
_BASE = 0.5
"""Half a level each way: a level is a step, and even proven answers lie somewhere on it."""


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """One item as it enters the score: known by measurement, by answers, or not at all (level None).

    ``gap`` is the answered level minus the measured one. ``disagreement`` is the distance between the lowest
    and the highest answer.
    """

    id: str
    axis: Axis
    weight: int
    level: int | None
    low: float
    high: float
    basis: str
    answered: int | None
    answers: tuple[Answer, ...]
    disagreement: int
    measured: MeasuredLevel | None
    gap: int | None

    @property
    def finished(self) -> bool:
        return self.level == TOP


@dataclass(frozen=True, slots=True)
class Score:
    """Points from 0 to 100. ``value`` is None, with a reason, where no item of the axis is known."""

    value: float | None
    low: float
    high: float
    known: int
    items: int
    reason: str | None = None


def scored_items(answers: Answers, measured: Mapping[str, MeasuredLevel]) -> tuple[ScoredItem, ...]:
    """Every item of the index, in its order. ``measured``: item id -> its measured level."""
    return tuple(
        _item(item, answers.by_item.get(item.id, ()), measured.get(item.id)) for item in ITEMS.values()
    )


def _item(item: Item, given: Sequence[Answer], measured: MeasuredLevel | None) -> ScoredItem:
    answered = median_low(one.level for one in given) if given else None
    counts = item.measured_counts and measured is not None and measured.level is not None
    low, high, basis = 0.0, float(TOP), "unknown"
    if measured is not None and counts:
        low, high, basis = float(measured.low), float(measured.high), "measured"
    elif given:
        low = min(max(0.0, one.level - _doubt(one)) for one in given)
        high = max(min(float(TOP), one.level + _doubt(one)) for one in given)
        basis = "answered"
    return ScoredItem(
        id=item.id,
        axis=item.axis,
        weight=item.weight,
        level=measured.level if measured is not None and counts else answered,
        low=low,
        high=high,
        basis=basis,
        answered=answered,
        answers=tuple(given),
        disagreement=max(one.level for one in given) - min(one.level for one in given) if given else 0,
        measured=measured,
        gap=answered - measured.level
        if answered is not None and measured is not None and measured.level is not None
        else None,
    )


def _doubt(answer: Answer) -> float:
    return 0.0 if answer.proven else _BASE


def axis_score(items: Sequence[ScoredItem], axis: Axis) -> Score:
    """The score of one axis from its items."""
    own = [item for item in items if item.axis == axis]
    known = [item for item in own if item.level is not None]
    whole = TOP * sum(item.weight for item in own)
    low = 100 * sum(item.weight * item.low for item in own) / whole
    high = 100 * sum(item.weight * item.high for item in own) / whole
    if not known:
        return Score(None, low, high, 0, len(own), f"no item of {axis} is known")
    reached = sum(item.weight * item.level for item in known if item.level is not None)
    value = 100 * reached / (TOP * sum(item.weight for item in known))
    return Score(value, low, high, len(known), len(own))


def quadrant_of(investment: float, innovation: float) -> str:
    return QUADRANTS[investment >= CUT, innovation >= CUT]


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where the company may stand: ``points`` (draws, 2) holds investment and innovation, 0 to 100."""

    points: NDArray[np.float64]

    def probabilities(self) -> dict[str, float]:
        high = self.points >= CUT
        return {
            name: float(np.mean((high[:, 0] == first) & (high[:, 1] == second)))
            for (first, second), name in QUADRANTS.items()
        }


def cloud(items: Sequence[ScoredItem], seed: int = 1, draws: int = _DRAWS) -> Cloud:
    """Weights and levels, each moved at random within what is not known about it.

    The unknown items of an axis move together: a company that is good at one of them is rather good at all,
    and supposing them independent would make the middle look sure.
    """
    random = np.random.default_rng(seed)
    axes = [_drawn([item for item in items if item.axis == axis], random, draws) for axis in AXES]
    return Cloud(np.stack(axes, axis=1))


def _drawn(items: Sequence[ScoredItem], random: np.random.Generator, draws: int) -> NDArray[np.float64]:
    weights = np.array([item.weight for item in items], dtype=float)
    weights = weights * np.exp(random.normal(0, _WEIGHT_SPREAD, (draws, len(items))))
    low = np.array([max(0.0, item.low - _BASE) for item in items])
    high = np.array([min(float(TOP), item.high + _BASE) for item in items])
    unknown = np.array([item.level is None for item in items])
    levels = random.uniform(low, high, (draws, len(items)))
    together = random.uniform(0, TOP, (draws, 1))
    levels = np.where(unknown, together, levels)
    drawn: NDArray[np.float64] = 100 * (weights * levels).sum(axis=1) / (TOP * weights.sum(axis=1))
    return drawn
