"""What every design returns: an effect, its interval, and the checks that it went through.

A check is an object of its own (the shape is CausalPy's): it passed, failed, or has no opinion, and
carries a sentence and, where it helps, a table. An effect without checks cannot be built.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import floor, isfinite, log10
from typing import Any, NotRequired, TypedDict, Unpack

from scipy import stats

from careworth.errors import InputError

Cell = str | float | int | bool | None

LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One look at whether an effect can be believed.

    ``passed`` is None where the check informs but cannot judge. ``value`` is the one number that the
    sentence is about, in the unit that the sentence names.
    """

    name: str
    passed: bool | None
    value: float | None
    text: str
    table: tuple[Mapping[str, Cell], ...] = ()

    def __post_init__(self) -> None:
        if not self.name or not self.text:
            raise InputError("A check needs a name and a sentence.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a treatment did, in the unit of the outcome, with an interval at ``level``.

    ``value`` is None when the data cannot give a number; ``reason`` then says why, and ``low``, ``high``
    and ``se`` are None too. ``n_treated`` and ``n_control`` count the rows (units for panels) that the
    number rests on, after trimming or matching. ``assumptions`` are what must be true of the world for
    the number to be the effect; no check can prove them.
    """

    estimand: str
    value: float | None
    low: float | None
    high: float | None
    se: float | None
    n_treated: int
    n_control: int
    design: str
    method: str
    checks: tuple[Check, ...]
    level: float = LEVEL
    reason: str | None = None
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.checks:
            raise InputError(f"An effect needs checks, and this one has none ({self.method}).")
        if not 0 < self.level < 1:
            raise InputError(f"The level of an interval lies between 0 and 1, not at {self.level}.")
        if self.value is None:
            self._is_honest_nothing()
        else:
            self._is_number(self.value)

    def _is_honest_nothing(self) -> None:
        if not self.reason:
            raise InputError("An effect without a value needs a reason.")
        if (self.low, self.high, self.se) != (None, None, None):
            raise InputError("An effect without a value has no interval either.")

    def _is_number(self, value: float) -> None:
        if self.low is None or self.high is None or self.se is None:
            raise InputError("An effect with a value needs an interval and a standard error.")
        if not all(map(isfinite, (value, self.low, self.high, self.se))):
            raise InputError("An effect is a finite number or None.")
        if not self.low <= value <= self.high:
            raise InputError(f"The interval {self.low:g} to {self.high:g} does not hold {value:g}.")

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed, in order."""
        return tuple(check for check in self.checks if check.passed is False)

    def check(self, name: str) -> Check:
        """The check of this name. Raises InputError when there is none."""
        for check in self.checks:
            if check.name == name:
                return check
        raise InputError(f"This effect has no check called {name!r}.")

    def with_checks(self, *more: Check) -> "Effect":
        """The same effect with further checks behind its own."""
        return replace(self, checks=(*self.checks, *more))

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def interval(value: float, se: float, level: float = LEVEL, df: float | None = None) -> tuple[float, float]:
    """Low and high end: normal, or Student's t when degrees of freedom are given."""
    tail = (1 + level) / 2
    z = float(stats.norm.ppf(tail) if df is None else stats.t.ppf(tail, df))
    return value - z * se, value + z * se


def shown(value: float) -> str:
    """A number for a sentence: four significant digits, thousands marked, no exponents but for extremes."""
    if value == 0 or not isfinite(value):
        return f"{value:g}"
    size = floor(log10(abs(value)))
    return f"{value:,.{max(0, 3 - size)}f}" if -4 <= size < 15 else f"{value:.3e}"


class About(TypedDict):
    """What an effect says of itself besides its number."""

    estimand: str
    design: str
    method: str
    n_treated: int
    n_control: int
    checks: tuple[Check, ...]
    assumptions: tuple[str, ...]
    level: NotRequired[float]


def estimated(value: float, se: float, *, df: float | None = None, **about: Unpack[About]) -> Effect:
    """An effect whose interval is the value plus and minus a quantile times the standard error."""
    low, high = interval(value, se, about.get("level", LEVEL), df)
    return Effect(value=value, low=low, high=high, se=se, **about)


def nothing(reason: str, **about: Unpack[About]) -> Effect:
    """An effect that the data cannot give, and why."""
    return Effect(value=None, low=None, high=None, se=None, reason=reason, **about)
