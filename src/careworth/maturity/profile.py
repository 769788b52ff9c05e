"""The profile of a company: where it stands on both axes, how sure that is, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from careworth.maturity._items import ITEMS, Texts, texts
from careworth.maturity._peers import Peer, Position, Standing, positions
from careworth.maturity._roadmap import Path, Step, cheapest_path, road_map
from careworth.maturity._score import (
    ALIASES,
    BORDER_BELOW,
    FORMULA,
    Score,
    ScoredItem,
    axis_score,
    cloud,
    quadrant_of,
    scored_items,
)
from careworth.maturity.answers import Answers
from careworth.maturity.measured import MeasuredLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """``quadrant`` is where the two values lie; None, with a reason, while no item of an axis is known.

    ``border``: no quadrant is likely enough. ``points`` (draws, 2) is the cloud that probabilities count.
    """

    investment: Score
    innovation: Score
    quadrant: str | None
    also_called: tuple[str, ...]
    reason: str | None
    probabilities: Mapping[str, float]
    border: bool
    items: tuple[ScoredItem, ...]
    roadmap: tuple[Step, ...]
    path: Path
    positions: tuple[Position, ...]
    standings: tuple[Standing, ...]
    language: str
    points: NDArray[np.float64] = field(repr=False)

    @property
    def standing(self) -> tuple[float, float] | None:
        """Investment and innovation in points."""
        if self.investment.value is None or self.innovation.value is None:
            return None
        return self.investment.value, self.innovation.value


def assess(
    answers: Answers,
    measured: Mapping[str, MeasuredLevel] | None = None,
    *,
    earlier: Sequence[Standing] = (),
    peers: Sequence[Peer] = (),
    on: date | None = None,
    language: str = "en",
    seed: int = 1,
) -> Profile:
    """The profile that answers and measured levels give; the same input gives the same profile.

    ``earlier`` and ``peers`` set it in relation; ``on`` is its day, where the answers name none.
    """
    words = texts(language)
    items = scored_items(answers, measured or {})
    investment, innovation = axis_score(items, "investment"), axis_score(items, "innovation")
    points = cloud(items, seed)
    probabilities = points.probabilities()
    reason = investment.reason or innovation.reason
    quadrant = None
    standings = tuple(sorted(earlier, key=lambda one: one.on))
    if investment.value is not None and innovation.value is not None:
        quadrant = quadrant_of(investment.value, innovation.value)
        day = answers.taken_on or on
        if day is not None:
            standings = (*standings, Standing(day, investment.value, innovation.value))
    return Profile(
        investment=investment,
        innovation=innovation,
        quadrant=quadrant,
        also_called=ALIASES[quadrant] if quadrant is not None else (),
        reason=reason,
        probabilities=probabilities,
        border=max(probabilities.values()) < BORDER_BELOW,
        items=items,
        roadmap=road_map(items, quadrant, words),
        path=cheapest_path(items, words),
        positions=positions(standings, peers),
        standings=standings,
        language=language,
        points=points.points,
    )


def to_json(profile: Profile) -> dict[str, Any]:
    """The profile as it is printed and sent."""
    words = texts(profile.language)
    return {
        "investment": asdict(profile.investment),
        "innovation": asdict(profile.innovation),
        "quadrant": profile.quadrant,
        "also_called": list(profile.also_called),
        "reason": profile.reason,
        "probabilities": dict(profile.probabilities),
        "border": profile.border,
        "border_below": BORDER_BELOW,
        "formula": FORMULA,
        "items": [_item(item, words) for item in profile.items],
        "roadmap": [_step(step) for step in profile.roadmap],
        "path": asdict(profile.path),
        "positions": [asdict(one) for one in profile.positions],
    }


def _item(item: ScoredItem, words: Texts) -> dict[str, Any]:
    return {
        "id": item.id,
        "axis": item.axis,
        "text": words.items[item.id].text,
        "weight": item.weight,
        "level": item.level,
        "low": item.low,
        "high": item.high,
        "basis": item.basis,
        "answered": item.answered,
        "answers": [
            {name: getattr(one, name) for name in ("level", "evidence", "by", "department")}
            for one in item.answers
        ],
        "disagreement": item.disagreement,
        "measured": None if item.measured is None else asdict(item.measured),
        "gap": item.gap,
        "finished": item.finished,
    }


def _step(step: Step) -> dict[str, Any]:
    return {**asdict(step), "gain_per_effort": step.gain_per_effort}


def items_json(language: str = "en") -> list[dict[str, Any]]:
    """The items as data: id, axis, text, levels, weight, source and what it costs to rise."""
    words = texts(language)
    return [
        {
            "id": item.id,
            "axis": item.axis,
            "text": words.items[item.id].text,
            "levels": list(words.items[item.id].levels),
            "weight": item.weight,
            "source": item.source,
            "effort": item.effort,
            "action": words.items[item.id].action,
            "measure": item.measure,
        }
        for item in ITEMS.values()
    ]
