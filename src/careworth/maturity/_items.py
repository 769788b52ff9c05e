"""The items of the index and what was published as advice: data in TOML, texts in four languages."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from careworth.errors import UnknownName

Axis = Literal["investment", "innovation"]
AXES: tuple[Axis, ...] = ("investment", "innovation")
LANGUAGES = ("en", "id", "ur", "it")
TOP = 4
"""The highest level; the lowest is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question. ``effort``: weeks of one person's work to rise by one level, a prior of ours.

    ``measure`` names the measured value that stands beside the answers, where there is one.
    """

    id: str
    axis: Axis
    weight: int
    effort: float
    source: str
    measure: str | None = None
    measured_counts: bool = True
    """False where the measured value is only a sign, which stands beside the answers and replaces none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What was published as advice to a quadrant, and the items that carry it out."""

    id: str
    quadrant: str
    items: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class ItemText:
    """The question, what raises it, and what each level from 0 to 4 looks like."""

    text: str
    action: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language; ``items`` and ``recommendations`` by id."""

    language: str
    items: Mapping[str, ItemText]
    recommendations: Mapping[str, str]


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("careworth.maturity") / name).read_text(encoding="utf-8"))


ITEMS: Mapping[str, Item] = {name: Item(id=name, **entry) for name, entry in _toml("items.toml").items()}
RECOMMENDATIONS: Mapping[str, Recommendation] = {
    name: Recommendation(id=name, **{**entry, "items": tuple(entry["items"])})
    for name, entry in _toml("recommendations.toml").items()
}


@cache
def texts(language: str = "en") -> Texts:
    """The texts in a language. Raises UnknownName."""
    if language not in LANGUAGES:
        raise UnknownName(
            f"The items have no texts in {language!r}.", hint=f"Languages are {', '.join(LANGUAGES)}."
        )
    read = _toml(f"texts/{language}.toml")
    items = {
        name: ItemText(one["text"], one["action"], tuple(one["levels"]))
        for name, one in read["items"].items()
    }
    return Texts(language, items, read["recommendations"])


def items_of(axis: Axis) -> tuple[Item, ...]:
    return tuple(item for item in ITEMS.values() if item.axis == axis)
