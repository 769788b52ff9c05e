"""From a table to a report: the effect of one column on another, with what stands for and against it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from careworth.causal._beside import linear_checks, placebo_checks
from careworth.causal._columns import Column, Columns, columns_of
from careworth.causal._scores import logit_score
from careworth.causal._threads import one_thread
from careworth.causal.checks import agreement, balance, overlap_of_groups
from careworth.causal.doubly_robust import doubly_robust_effect
from careworth.causal.effect import LEVEL, Check, Effect
from careworth.causal.matching import matched_effect
from careworth.causal.randomised import difference_in_means, regression_adjusted
from careworth.causal.weighting import balanced_effect, weighted_effect
from careworth.errors import InputError, UnknownName

DESIGNS = ("auto", "doubly-robust", "linear", "matching", "weighting", "balancing", "experiment")
"""``auto`` is ``doubly-robust``: boosted trees; ``linear`` is the same with linear models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectReport:
    """An effect beside an estimate of another kind and the raw comparison, and how they came about."""

    treatment: str
    outcome: str
    covariates: tuple[str, ...]
    design: str
    seed: int
    rows: int
    effect: Effect
    others: tuple[Effect, ...]
    """Estimators of another kind on the same rows."""
    raw: Effect
    """The difference of the groups as they are, with checks of whether that is a comparison at all."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "treatment": self.treatment,
            "outcome": self.outcome,
            "covariates": list(self.covariates),
            "design": self.design,
            "seed": self.seed,
            "rows": self.rows,
            "effect": self.effect.as_dict(),
            "others": [other.as_dict() for other in self.others],
            "raw": self.raw.as_dict(),
        }


@one_thread
def effect_of(
    table: Mapping[str, Column],
    treatment: str,
    outcome: str,
    covariates: Sequence[str] | None = None,
    design: str = "auto",
    *,
    placebo_outcomes: Sequence[str] = (),
    unit: str | None = None,
    share: float | None = None,
    seed: int = 0,
    level: float = LEVEL,
) -> EffectReport:
    """The effect of ``treatment`` (0 or 1) on ``outcome``, from columns of equal length.

    ``covariates`` must be known before the treatment; None takes every other column but ids. Text covariates
    count by level. ``placebo_outcomes`` are columns that the treatment cannot have changed: the same design
    must find nothing there. ``unit`` names the id of a row's unit, which may not repeat. ``share`` is the
    planned share of treated in an experiment. Everything random follows from ``seed``.

    Raises InputError for a table that cannot be used; an effect that cannot be known has no value and a
    reason.
    """
    if design not in DESIGNS:
        raise UnknownName(f"There is no design {design!r}.", hint=f"Known: {', '.join(DESIGNS)}.")
    given = covariates
    if given is None and placebo_outcomes:
        given = [c for c in _others(table, treatment, outcome, unit) if c not in placebo_outcomes]
    found = columns_of(table, treatment, outcome, given, unit)
    chosen = "doubly-robust" if design == "auto" else design
    if chosen != "experiment" and not np.ptp(found.x, axis=0).any():
        raise InputError(
            "There are no covariates that vary, so like cannot be compared with like.",
            hint="Name some, or use the design 'experiment' if chance decided who was treated.",
        )
    estimators = _estimators(chosen, found, seed, share, level)
    effect, *others = [estimate(found.y) for estimate in estimators]
    placebos = {name: estimators[0](_placebo(table, name, found)) for name in placebo_outcomes}
    beside = _beside(effect, tuple(others), found)
    return EffectReport(
        treatment=treatment,
        outcome=outcome,
        covariates=found.sources,
        design=chosen,
        seed=seed,
        rows=len(found.y),
        effect=effect.with_checks(*beside, *placebo_checks(placebos, "placebo outcome")),
        others=tuple(others),
        raw=_raw(found, level),
    )


Estimator = Callable[[np.ndarray[Any, np.dtype[np.float64]]], Effect]


def _estimators(design: str, found: Columns, seed: int, share: float | None, level: float) -> list[Estimator]:
    """The headline estimator and those of another kind that stand beside it, as functions of the outcome."""
    d, x, names = found.d, found.x, found.names
    known: dict[str, Estimator] = {
        "doubly-robust": lambda y: doubly_robust_effect(y, d, x, seed=seed, names=names, level=level),
        "linear": lambda y: doubly_robust_effect(
            y, d, x, models="linear", seed=seed, names=names, level=level
        ),
        "matching": lambda y: matched_effect(y, d, x, names=names, level=level),
        "weighting": lambda y: weighted_effect(y, d, x, names=names, level=level),
        "balancing": lambda y: balanced_effect(y, d, x, names=names, level=level),
        "adjusted": lambda y: regression_adjusted(y, d, x, names=names, share=share, level=level),
        "means": lambda y: difference_in_means(y, d, share=share, level=level),
    }
    beside = {
        "doubly-robust": ("balancing", "matching"),
        "linear": ("balancing", "matching"),
        "matching": ("linear", "balancing"),
        "weighting": ("matching", "linear"),
        "balancing": ("matching", "linear"),
    }
    if design == "experiment":
        return [known[name] for name in (("adjusted", "means") if x.shape[1] else ("means",))]
    return [known[name] for name in (design, *beside[design])]


def _beside(effect: Effect, others: tuple[Effect, ...], found: Columns) -> tuple[Check, ...]:
    checks = tuple(agreement(effect, other) for other in others)
    if found.x.shape[1] == 0:
        return checks
    return (*checks, *linear_checks(effect, found.y, found.d, found.x, found.names))


def _others(table: Mapping[str, Column], treatment: str, outcome: str, unit: str | None) -> list[str]:
    if treatment not in table or outcome not in table:
        return []
    return list(columns_of(table, treatment, outcome, None, unit).sources)


def _placebo(table: Mapping[str, Column], name: str, found: Columns) -> Column:
    if name not in table:
        raise UnknownName(f"The table has no column {name!r}.", hint=f"It has: {', '.join(table)}.")
    if name in found.sources:
        raise InputError(
            f"{name!r} is a covariate, so it cannot be a placebo outcome as well.",
            hint="Leave it out of the covariates.",
        )
    return table[name]


def _raw(found: Columns, level: float) -> Effect:
    """The difference as it is. Where chance did not decide, its checks say how unlike the groups are."""
    plain = difference_in_means(found.y, found.d, level=level)
    checks: tuple[Check, ...] = ()
    if found.x.shape[1]:
        score = logit_score(found.x, found.d)
        checks = (balance(found.x, found.d, found.names), overlap_of_groups(score.e, found.d))
    return Effect(
        estimand="difference of the groups as they are",
        value=plain.value,
        low=plain.low,
        high=plain.high,
        se=plain.se,
        n_treated=plain.n_treated,
        n_control=plain.n_control,
        design="raw comparison",
        method=plain.method,
        checks=checks or plain.checks,
        level=level,
        reason=plain.reason,
        assumptions=("The groups would have fared alike without the treatment.",),
    )
