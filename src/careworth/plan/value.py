"""What each component is worth: measured amounts where there are any, a labelled prior where not.

An outcome is counted once: it is split over the components that touched it, so every total is the sum of its
parts, whatever the rule of attribution.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from careworth.errors import InputError
from careworth.plan.model import KINDS, STAGES, VALUES, Kind, Outcome, Plan, Stage, Value

Rule = Literal["stated", "equal", "first", "last"]
RULES: tuple[Rule, ...] = ("stated", "equal", "first", "last")
PRIOR_SOURCE = "project prior, 0 (none) to 3 (strong); to be replaced by measured outcomes"
NO_UNIT = "not assigned"

_PRIOR: Mapping[Kind, tuple[int, ...]] = dict(
    zip(
        KINDS,
        (
            (0, 2, 1, 2, 1, 3),
            (0, 2, 0, 1, 1, 3),
            (1, 1, 0, 2, 2, 2),
            (1, 1, 1, 3, 3, 2),
            (3, 2, 2, 2, 2, 1),
            (3, 3, 2, 0, 1, 1),
        ),
        strict=True,
    )
)
_STAGES_OF: Mapping[Value, tuple[Stage, ...]] = {
    "awareness": ("research",),
    "leads": ("research", "purchase"),
    "sales": ("purchase",),
    "service": ("loyalty",),
    "advocacy": ("loyalty",),
    "insight": STAGES,
}
"""A value that belongs to several stages is split evenly over them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A component's part of a value: ``amount`` is measured; ``prior`` is a guess on a scale of 0 to 3, shown
    only while nothing was measured."""

    component: str
    value: Value
    amount: float | None
    prior: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMatrix:
    """All amounts are in the plan's currency, and each group adds up to ``total``."""

    rule: Rule
    currency: str
    cells: tuple[Cell, ...]
    total: float
    by_component: Mapping[str, float]
    by_value: Mapping[str, float]
    by_stage: Mapping[str, float]
    by_unit: Mapping[str, float]
    direct: float
    assisted: float
    prior_source: str = PRIOR_SOURCE


def prior(kind: Kind, value: Value) -> int:
    return _PRIOR[kind][VALUES.index(value)]


def value_matrix(plan: Plan, rule: Rule = "stated") -> ValueMatrix:
    """The matrix under one rule of attribution. Raises InputError when shares do not add up.

    ``stated`` takes the shares of each outcome, and equal ones where none are stated.
    """
    cells: dict[tuple[str, Value], Fraction] = defaultdict(Fraction)
    sums: dict[str, dict[str, Fraction]] = {
        name: defaultdict(Fraction) for name in ("value", "stage", "unit", "kind")
    }
    for name, outcome in plan.outcomes.items():
        amount = Fraction(outcome.amount)
        for component, share in _shares(name, outcome, rule).items():
            cells[component, outcome.value] += amount * share
        sums["value"][outcome.value] += amount
        sums["kind"]["direct" if outcome.direct else "assisted"] += amount
        stages = _STAGES_OF[outcome.value]
        for stage in stages:
            sums["stage"][stage] += amount / len(stages)
        for unit, share in _parts(name, "units", outcome.units or {NO_UNIT: 1.0}).items():
            sums["unit"][unit] += amount * share
    return ValueMatrix(
        rule=rule,
        currency=plan.currency,
        cells=tuple(_cells(plan, cells)),
        total=float(sum((Fraction(one.amount) for one in plan.outcomes.values()), Fraction())),
        by_component=_by_component(plan, cells),
        by_value=_floats(sums["value"]),
        by_stage=_floats(sums["stage"]),
        by_unit=_floats(sums["unit"]),
        direct=float(sums["kind"]["direct"]),
        assisted=float(sums["kind"]["assisted"]),
    )


def _shares(name: str, outcome: Outcome, rule: Rule) -> Mapping[str, Fraction]:
    if not outcome.components:
        raise InputError(f"No component brought {name}.", hint="Name at least one in its components.")
    touched = list(dict.fromkeys(outcome.components))
    if rule == "stated" and outcome.shares:
        if set(outcome.shares) != set(touched):
            raise InputError(f"The shares of {name} are not those of its components.")
        return _parts(name, "shares", outcome.shares)
    if rule in ("first", "last"):
        return {touched[0 if rule == "first" else -1]: Fraction(1)}
    return {one: Fraction(1, len(touched)) for one in touched}


def _parts(name: str, field: str, parts: Mapping[str, float]) -> Mapping[str, Fraction]:
    """Shares as fractions that add to exactly 1, so that nothing is lost in rounding."""
    total = sum(parts.values())
    if abs(total - 1) > 1e-6:
        raise InputError(f"The {field} of {name} add to {total:g}, not to 1.", hint="Correct the shares.")
    exact = {one: Fraction(share) for one, share in parts.items()}
    whole = sum(exact.values())
    return {one: share / whole for one, share in exact.items()}


def _cells(plan: Plan, measured: Mapping[tuple[str, Value], Fraction]) -> Iterator[Cell]:
    for name, component in plan.components.items():
        for value in VALUES:
            amount = measured.get((name, value))
            if amount is None:
                yield Cell(name, value, None, prior(component.kind, value))
            else:
                yield Cell(name, value, float(amount), None)


def _by_component(plan: Plan, cells: Mapping[tuple[str, Value], Fraction]) -> dict[str, float]:
    sums: dict[str, Fraction] = {name: Fraction() for name in plan.components}
    for (name, _), amount in cells.items():
        sums[name] = sums.get(name, Fraction()) + amount
    return _floats(sums)


def _floats(sums: Mapping[str, Fraction]) -> dict[str, float]:
    return {name: float(amount) for name, amount in sums.items()}
