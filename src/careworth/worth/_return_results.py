"""What the calculation of the return on service gives back."""

from dataclasses import dataclass
from typing import Self

from careworth.worth._return_quantity import Kind, Period

INTERVAL = "low and high: 5th and 95th percentile of the draws; mid: their mean"


@dataclass(frozen=True, slots=True)
class Estimate:
    """``low`` and ``high`` hold the middle 90 % of the draws, ``mid`` is their mean.

    The mean, because only means add up: gross − failure cost − investment is net.
    """

    low: float
    mid: float
    high: float

    def times(self, factor: float) -> Self:
        return type(self)(self.low * factor, self.mid * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Money of one month with every driver at its most likely value; ratio is net ÷ investment."""

    gross: float
    failure_cost: float
    investment: float
    net: float
    ratio: float


@dataclass(frozen=True, slots=True)
class PeriodReturn:
    """Money of one period with its uncertainty; ratio is net ÷ investment."""

    period: Period
    gross: Estimate
    failure_cost: Estimate
    investment: Estimate
    net: Estimate
    ratio: Estimate


@dataclass(frozen=True, slots=True)
class SolvedRequests:
    """A, per month. ``source`` is ``measured`` or ``typed``.

    ``guess_share`` is the part of the requests, 0 to 1 and at the most likely values, that rests on the
    guess about conversations nobody tagged; None when nothing was measured or there are no requests.
    """

    source: str
    solved: Estimate
    deflected_requests: Estimate
    """Of the solved those that would otherwise have become a contact on a dearer channel."""
    handled: Estimate | None
    guess_share: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something the result stands on. Without numbers it is a way of counting rather than a figure."""

    name: str
    text: str
    low: float | None
    mode: float | None
    high: float | None
    unit: str
    source: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Part:
    """One line of ``of`` (gross, failure_cost or investment): money of a month at the most likely values."""

    of: str
    name: str
    amount: float


@dataclass(frozen=True, slots=True)
class Swing:
    """Net of a month with one driver at its low and at its high, all others at their most likely value."""

    name: str
    text: str
    unit: str
    low: float
    high: float
    net_at_low: float
    net_at_high: float

    @property
    def swing(self) -> float:
        return abs(self.net_at_high - self.net_at_low)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The value of a driver at which net is 0, all others at their most likely value.

    ``value`` is None, with a reason, when no possible value does that. ``now`` is its most likely value.
    """

    name: str
    text: str
    unit: str
    now: float
    value: float | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOnService:
    """The return on social service, for a month and a year of 12 such months, in ``currency``.

    When it cannot be given, ``month``, ``year`` and all that is made from them are None or empty and
    ``reason`` says why. ``notes`` are what a reader must know before trusting the figures.
    """

    currency: str
    month: PeriodReturn | None
    year: PeriodReturn | None
    reason: str | None
    probability_net_positive: float | None
    at_modes: Amounts | None
    requests: SolvedRequests | None
    assumptions: tuple[Assumption, ...]
    parts: tuple[Part, ...]
    tornado: tuple[Swing, ...]
    """One for each driver that has a range, the widest swing first."""
    break_even: tuple[BreakEven, ...]
    notes: tuple[str, ...]
    interval: str
    draws: int
    seed: int
