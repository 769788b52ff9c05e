"""How a report writes numbers, days and its own fixed words, in the language of its readers."""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_LEFT_TO_RIGHT, _AS_IT_BEGINS, _END = "\u2066", "\u2068", "\u2069"
"""Marks around a number, a range and a name where directions mix, which would else pull signs apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """How a kind of number is written: ``prefix``, value × ``scale`` with ``decimals``, ``suffix``.

    ``name`` heads a column of such numbers; the prefix or suffix does so when it is empty.
    """

    decimals: int = 0
    scale: float = 1.0
    prefix: str = ""
    suffix: str = ""
    name: str = ""

    @property
    def heading(self) -> str:
        return self.name or " ".join((self.prefix + self.suffix).split())

    @property
    def bare(self) -> "Unit":
        """The same without words around the number, for where they are said already; signs stay."""
        prefix, suffix = (mark if len(mark) == 1 else "" for mark in (self.prefix, self.suffix))
        return replace(self, prefix=prefix, suffix=suffix)


COUNT = Unit()
PERCENT = Unit(scale=100.0, suffix="%")
"""For shares, which are kept between 0 and 1."""
HOURS = Unit(decimals=1, suffix=" h")


def money(symbol: str, decimals: int = 0) -> Unit:
    """Amounts of a currency, with its symbol in front: ``money("$")``."""
    return Unit(decimals=decimals, prefix=symbol)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every text that a report brings itself. The defaults are English; a translation fills all of them.

    ``language`` is a tag such as ``ur``; ``direction`` is that of its script. ``texts`` translates sentences
    of the sections and ``patterns`` those that come finished from elsewhere: English -> the language.
    """

    language: str = "en"
    direction: Literal["ltr", "rtl"] = "ltr"
    thousands: str = ","
    decimal: str = "."
    months: tuple[str, ...] = (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    )
    months_short: tuple[str, ...] = (
        *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    )
    day: str = "{day} {month} {year}"
    range: str = "{low} to {high}"
    interval: str = "{level} interval"
    not_given: str = "not given"
    listing: str = "; "

    skip: str = "Skip to the report"
    as_of: str = "Data as of {day}"
    data_version: str = "Data version {version}"
    draft: str = "Draft: the return framework is not complete, so this report is not for decisions."
    contents: str = "Contents"
    executive: str = "In one minute"
    changed: str = "What changed"
    actions: str = "What to do"
    page: str = "Page"

    definition: str = "definition"
    definitions: str = "Definitions of the measures"
    definition_version: str = "version {version}"
    rows: str = "rows"
    behind: str = "The numbers behind this chart"
    total: str = "Total"

    assumptions: str = "Assumptions"
    assumption: str = "Assumption"
    value: str = "Value"
    source: str = "Source"

    unshown: str = "Letters for which this file has no font are shown as {sign}; report.html shows them."

    framework: str = "The six elements of the return framework"
    missing: str = "missing"
    investment: str = "True investment"
    goals: str = "Goals aligned with business results"
    benchmarks: str = "Benchmarks that define success"
    targets: str = "Targets that say how much and by when"
    metrics: str = "Metrics that measure progress"
    analysis: str = "Analysis that turns numbers into actions"

    alt_answered: str = "{name}: answered {shares}"
    alt_within: str = "{share} within {time}"
    alt_median: str = "half within {time}"
    alt_unanswered: str = "less than half by {time}"
    alt_flow: str = (
        "{total} {name}, from {first} in the week of {first_week} to {last} in the week of {last_week}"
    )
    alt_peak: str = "most {name}: {value} in the week of {week}"
    alt_tornado: str = "The result of {mid} moves most with {name}, from {range}"
    alt_then: str = "then {name}, from {range}"
    alt_row: str = "{name}: {value}"
    alt_row_range: str = "{name}: {value}, between {low} and {high}"

    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    patterns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)


ENGLISH = Words()
_SPOKEN: ContextVar[Words] = ContextVar("words", default=ENGLISH)


def spoken() -> Words:
    """The words of the language in which a report is being written."""
    return _SPOKEN.get()


@contextmanager
def speaking(words: Words) -> Iterator[None]:
    """Write in a language. All texts of a report, its numbers and its drawings need it: handing it through
    some eighty functions would hide what they say."""
    before = _SPOKEN.set(words)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def write_number(value: float, unit: Unit, words: Words | None = None) -> str:
    """``-1204.5`` in ``money("$", 2)`` gives ``−$1,204.50``."""
    words = words or spoken()
    digits = f"{abs(value) * unit.scale:,.{unit.decimals}f}"
    digits = digits.translate({ord(","): words.thousands, ord("."): words.decimal})
    negative = value < 0 and any(digit in "123456789" for digit in digits)
    number = f"{_MINUS if negative else ''}{unit.prefix}{digits}"
    if words.direction == "ltr":
        return f"{number}{unit.suffix}".replace(" ", _NO_BREAK)
    # A word behind the number belongs to the sentence: inside the marks it would be read before it.
    inside, behind = ("", unit.suffix) if _turned(unit.suffix) else (unit.suffix, "")
    return f"{_LEFT_TO_RIGHT}{number}{inside}{_END}{behind}".replace(" ", _NO_BREAK)


def write_cell(value: float, unit: Unit, words: Words | None = None) -> str:
    """The number alone, for a column whose heading says the unit, so that digits stand under digits."""
    return write_number(value, Unit(decimals=unit.decimals, scale=unit.scale), words)


def write_range(low: float, high: float, unit: Unit, words: Words | None = None) -> str:
    """From left to right the two share their unit: ``IDR 1.2 to 3.4 million``, ``−2 to 5%``."""
    words = words or spoken()
    first, last = (unit, unit) if words.direction == "rtl" else _shared(unit, low)
    text = words.range.format(low=write_number(low, first, words), high=write_number(high, last, words))
    return f"{_AS_IT_BEGINS}{text}{_END}" if words.direction == "rtl" else text


def _shared(unit: Unit, low: float) -> tuple[Unit, Unit]:
    """The unit for either end: a suffix stands once, and so does a word in front; a symbol is repeated."""
    once = unit.prefix.endswith(" ") and low >= 0
    return replace(unit, suffix=""), replace(unit, prefix="") if once else unit


def write_name(name: str) -> str:
    """A name inside a sentence: one in the other direction keeps to itself and moves no number."""
    other = _latin(name) if spoken().direction == "rtl" else _turned(name)
    return f"{_AS_IT_BEGINS}{name}{_END}" if other else name


def _latin(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) == "L" for letter in text)


def _turned(text: str) -> bool:
    """Whether it holds letters of a script that runs from right to left."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def write_day(day: date, words: Words | None = None) -> str:
    words = words or spoken()
    text = words.day.format(day=day.day, month=words.months[day.month - 1], year=day.year)
    return text.replace(" ", _NO_BREAK)
