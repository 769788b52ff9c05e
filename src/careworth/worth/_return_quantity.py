"""Figures with a range, and the periods they are for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from typing import Self

import numpy as np
from numpy.typing import NDArray

from careworth.errors import UnknownName, WorthError

Numbers = NDArray[np.float64]
"""One number a draw, shape (draws,)."""

LARGEST = 1e15
"""No count and no amount may be larger, so that no product of them overflows."""

LEAST_INVESTMENT = 1e-6
"""Less than this is no investment: the ratio to it would say nothing."""

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12


class Period(StrEnum):
    """What a count or an amount of money is for. A month is a twelfth of a year of 365.25 days."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @classmethod
    def named(cls, name: str) -> "Period":
        """Raises UnknownName."""
        for period in cls:
            if period.value == name:
                return period
        raise UnknownName(f"There is no period “{name}”.", hint=did_you_mean(name, cls))

    @property
    def per_year(self) -> float:
        return _PER_YEAR[self]


_PER_YEAR = {Period.WEEK: DAYS_PER_YEAR / 7, Period.MONTH: 12.0, Period.QUARTER: 4.0, Period.YEAR: 1.0}


class Kind(StrEnum):
    """Where a figure comes from."""

    MEASURED = "measured"
    STATED = "stated"
    GUESS = "guess"


@dataclass(frozen=True, slots=True)
class PerPeriod:
    """A count or an amount that says which period it is for."""

    amount: float
    period: Period


_PER_PERIOD = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:/\s*([a-z]+)\s*)?")


def per_period(text: str) -> float | PerPeriod:
    """``"500"`` as a number, ``"6000/year"`` as a number with its period.

    Raises WorthError for anything else, a thousands comma too, and UnknownName for a wrong period.
    """
    match = _PER_PERIOD.fullmatch(text)
    if match is None:
        raise WorthError(f"“{text}” is not a number.", hint="Write for example 500, 499.95 or 6000/year.")
    amount, period = float(match[1]), match[2]
    return amount if period is None else PerPeriod(amount, Period.named(period))


def months_from(first: date, last: date) -> float:
    """Months from the first day to the last, both included.

    Whole calendar months are counted as such, so that a count of June is that month's count. Anything
    else is its days over 365.25 / 12.
    """
    after = last + timedelta(days=1)
    if first.day == 1 and after.day == 1:
        return float((after.year - first.year) * MONTHS_PER_YEAR + after.month - first.month)
    return (after - first).days * MONTHS_PER_YEAR / DAYS_PER_YEAR


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint: the nearest known name, or all of them."""
    names = [str(item) for item in known]
    near = get_close_matches(name, names, n=1)
    return f"Did you mean “{near[0]}”?" if near else f"Known: {', '.join(names)}."


def checked(value: float, name: str, *, most: float = LARGEST) -> float:
    """The value as a float from 0 to ``most``. Raises WorthError, naming it."""
    if not isfinite(value):
        raise WorthError(f"{name} is {value}, which is not a number one can count with.")
    if value < 0:
        raise WorthError(f"{name} is {value:g}: it cannot be less than 0.")
    if value > most:
        raise WorthError(f"{name} is {value:g}: it cannot be more than {most:g}.")
    return float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A figure that is not known exactly: lowest, most likely and highest value, at least 0.

    A figure that is known exactly has all three equal. Between them it is drawn from the triangular
    distribution, which can be checked on paper (its mean is their mean) and, unlike a PERT curve, does
    not make a guess look surer than it is. ``as_of`` is the day the figure was true.
    """

    low: float
    mode: float
    high: float
    kind: Kind = Kind.GUESS
    source: str = ""
    as_of: date | None = None

    def __post_init__(self) -> None:
        for name in ("low", "mode", "high"):
            checked(getattr(self, name), name)
        if not self.low <= self.mode <= self.high:
            raise WorthError(
                f"low {self.low:g}, mode {self.mode:g} and high {self.high:g} are not in rising order."
            )
        if self.kind is not Kind.GUESS and not self.source:
            raise WorthError(f"A {self.kind} figure needs a source.", hint="Without one it is a guess.")

    @classmethod
    def exactly(
        cls, value: float, *, kind: Kind = Kind.GUESS, source: str = "", as_of: date | None = None
    ) -> Self:
        return cls(low=value, mode=value, high=value, kind=kind, source=source, as_of=as_of)

    @property
    def exact(self) -> bool:
        return self.low == self.high

    def at_most(self, most: float, name: str) -> None:
        """Raises WorthError when the range reaches beyond ``most``."""
        checked(self.high, name, most=most)

    def at(self, u: Numbers) -> Numbers:
        """The values below which the shares ``u`` (0 to 1) of the triangular distribution lie."""
        if self.exact:
            return np.full_like(u, self.mode)
        width, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(u * width * rise)
        falling = self.high - np.sqrt((1 - u) * width * fall)
        return np.where(u * width <= rise, rising, falling)
