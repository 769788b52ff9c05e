"""What to do next: actions by gain for effort, and the cheapest way to the top quadrant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from careworth.maturity._items import AXES, ITEMS, RECOMMENDATIONS, TOP, Axis, Texts
from careworth.maturity._score import CUT, ScoredItem, axis_score


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An action: every item in ``items`` rises by one level.

    ``gain`` is in points, both axes added; ``effort`` in weeks of one person's work (a prior). ``kind`` is
    "published" for advice that a source gives to this quadrant, "item" for one item alone.
    """

    kind: str
    id: str
    text: str
    items: tuple[str, ...]
    source: str
    gain: float
    effort: float

    @property
    def gain_per_effort(self) -> float:
        return self.gain / self.effort


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """An item on the cheapest way to the top quadrant: from one level to another."""

    item: str
    axis: Axis
    text: str
    start: int
    end: int
    effort: float


@dataclass(frozen=True, slots=True)
class Path:
    """The cheapest way to #SocialFirst over the items that are known; none is needed when ``steps`` is empty.

    ``reason`` says why there is no way, for example because no item of an axis is known.
    """

    steps: tuple[PathStep, ...]
    effort: float | None
    reason: str | None = None


def road_map(items: Sequence[ScoredItem], quadrant: str | None, words: Texts) -> tuple[Step, ...]:
    """All actions that can still raise the score, the most gain for effort first; nothing that is finished.

    Items that nobody answered are no actions: nobody knows whether they are done.
    """
    open_items = {item.id: item for item in items if item.level is not None and not item.finished}
    steps = [*_published(items, open_items, quadrant, words), *_single(items, open_items, words)]
    return tuple(sorted(steps, key=lambda step: (-step.gain_per_effort, step.kind, step.id)))


def _published(
    items: Sequence[ScoredItem], open_items: dict[str, ScoredItem], quadrant: str | None, words: Texts
) -> Iterator[Step]:
    unknown = {item.id for item in items if item.level is None}
    for one in RECOMMENDATIONS.values():
        left = tuple(name for name in one.items if name in open_items or name in unknown)
        if one.quadrant != quadrant or not left:
            continue
        yield Step(
            kind="published",
            id=one.id,
            text=words.recommendations[one.id],
            items=left,
            source=one.source,
            gain=sum(_gain(open_items[name], items) for name in left if name in open_items),
            effort=sum(ITEMS[name].effort for name in left),
        )


def _single(items: Sequence[ScoredItem], open_items: dict[str, ScoredItem], words: Texts) -> Iterator[Step]:
    for name, item in open_items.items():
        yield Step(
            kind="item",
            id=name,
            text=words.items[name].action,
            items=(name,),
            source=ITEMS[name].source,
            gain=_gain(item, items),
            effort=ITEMS[name].effort,
        )


def _gain(item: ScoredItem, items: Sequence[ScoredItem]) -> float:
    """Points that its axis gains when the item rises by one level."""
    assert item.level is not None
    risen = [replace(one, level=item.level + 1) if one.id == item.id else one for one in items]
    before, after = (axis_score(some, item.axis).value for some in (items, risen))
    assert before is not None and after is not None
    return after - before


def cheapest_path(items: Sequence[ScoredItem], words: Texts) -> Path:
    """The least effort that lifts both axes to the cut, over items that are known."""
    steps: list[PathStep] = []
    for axis in AXES:
        known = [item for item in items if item.axis == axis and item.level is not None]
        if not known:
            return Path((), None, f"no item of {axis} is known")
        steps += _cheapest(known, axis, words)
    return Path(tuple(steps), float(sum(step.effort for step in steps)))


def _cheapest(known: Sequence[ScoredItem], axis: Axis, words: Texts) -> list[PathStep]:
    """A knapsack: weights are whole numbers, so the least effort for each gain can be tabled exactly."""
    levels = {item.id: item.level or 0 for item in known}
    reached = sum(item.weight * levels[item.id] for item in known)
    need = max(0, -(-int(CUT * TOP * sum(item.weight for item in known)) // 100) - reached)
    best: list[tuple[float, tuple[tuple[str, int], ...]] | None] = [(0.0, ()), *[None] * need]
    for item in known:
        best = _with_item(best, item, levels[item.id])
    chosen = best[need]
    assert chosen is not None  # all items at the top level reach any cut
    return [
        PathStep(
            item=name,
            axis=axis,
            text=words.items[name].action,
            start=levels[name],
            end=levels[name] + rise,
            effort=ITEMS[name].effort * rise,
        )
        for name, rise in chosen[1]
    ]


def _with_item(
    best: list[tuple[float, tuple[tuple[str, int], ...]] | None], item: ScoredItem, level: int
) -> list[tuple[float, tuple[tuple[str, int], ...]] | None]:
    """The table when this item too may rise, by any number of levels that are left to it."""
    after = list(best)
    for gained, way in enumerate(best):
        if way is None:
            continue
        for rise in range(1, TOP - level + 1):
            to = min(len(best) - 1, gained + rise * item.weight)
            effort = way[0] + rise * ITEMS[item.id].effort
            there = after[to]
            if there is None or effort < there[0]:
                after[to] = (effort, (*way[1], (item.id, rise)))
    return after
