"""One comparison of two groups, and its effect on any number of outcomes.

Everything that does not depend on the outcome (scores, weights, divisions of the rows, balance, overlap) is
made once. Both models are linear, so the effect on a sum of outcomes is the sum of the effects, to the last
digit: a total can be taken apart and put together again. For one outcome alone, ``doubly_robust_effect``
with boosted trees sees more.

The effect is what happened to the treated rows themselves, not to rows that might have been drawn instead:
what is uncertain is how they would have fared untreated, and the standard error is of that (Abadie and
Imbens 2006, section 3). How much the effect differs from one of them to the next is not in it.

Assumptions: as for ``doubly_robust_effect``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from careworth.causal._arrays import Bools, Floats, Ints, covariates_of, names_of, numbers, treatment_of
from careworth.causal._beside import linear_checks
from careworth.causal._certainty import Certainty, certainty
from careworth.causal._clusters import clusters_of
from careworth.causal._crossfit import folds_of
from careworth.causal._division import RIDGE, Division
from careworth.causal._linear import Scaling, logistic
from careworth.causal._scores import TRIM, clipped, kept, odds, shared, unsupported
from careworth.causal.checks import balance, overlap, power_check
from careworth.causal.doubly_robust import ASSUMPTIONS, FEWEST
from careworth.causal.effect import LEVEL, About, Check, Effect, estimated, nothing
from careworth.errors import InputError

METHOD = "AIPW with linear models, cross-fitted, one set of weights for all outcomes"

_MANY = 50_000


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What a comparison makes of outcomes (n, k)."""

    values: Floats
    """(k,) effects on the treated."""
    gaps: Floats
    """(n, k) outcome less what the outcome model predicts, mean over the divisions."""
    control: Floats
    """(k,) weighted mean gap of the controls: what the outcome model misses."""
    certainty: Certainty
    """How sure the effects are."""


class Comparison:
    """Treatment d (n,), covariates x (n, p); ``clusters`` (n,) names the unit that a row belongs to.

    A unit may have several rows; standard errors then add up the influence within units, and intervals are
    those of Student's t with as many degrees of freedom as the standard error has. The mean over
    ``splits`` random divisions in ``folds`` is reported: a median would not add up. Where they are not given,
    two divisions in five, and one in two for tables of more than 50,000 rows: there, linear models fit what
    they saw no better than what they did not.
    """

    def __init__(
        self,
        d: ArrayLike,
        x: ArrayLike,
        *,
        names: tuple[str, ...] | None = None,
        clusters: ArrayLike | None = None,
        seed: int = 0,
        folds: int | None = None,
        splits: int | None = None,
        level: float = LEVEL,
    ) -> None:
        raw = numbers(d, "The treatment")
        self.d = treatment_of(raw, len(raw))
        self.x = covariates_of(x, len(raw))
        self.names = names_of(names, self.x.shape[1])
        self._clusters = clusters_of(clusters, len(raw))
        self._z = Scaling.of(self.x).design(self.x)
        self._level = level
        many = len(raw) > _MANY
        parts, divisions = folds or (2 if many else 5), splits or (1 if many else 2)
        states = np.random.SeedSequence(seed).generate_state(divisions).tolist()
        self._folds = [
            folds_of(self.d, parts, np.random.default_rng(state), self._clusters) for state in states
        ]

    @property
    def reason(self) -> str | None:
        """Why the rows cannot carry any number, or None when they can."""
        fewest = min(int(self.d.sum()), int((~self.d).sum()))
        if fewest < FEWEST:
            return f"One group has {fewest} rows; {FEWEST} are the least for cross-fitting."
        return unsupported(self.d, self.keep & shared(self.score, self.d, False), self.weights)

    @cached_property
    def _scores(self) -> list[Floats]:
        """(n,) cross-fitted scores of each division."""
        start = logistic(self._z, self.d, ridge=RIDGE)
        return [self._scores_of(fold, start) for fold in self._folds]

    def _scores_of(self, fold: Ints, start: Floats) -> Floats:
        e = np.empty(len(self.d))
        for k in range(int(fold.max()) + 1):
            # With few treated rows to a covariate, a score that is free to separate them has weights that are
            # mostly noise. What a score that is held back leaves to do, the outcome model does.
            beta = logistic(self._z, self.d, start, RIDGE, rows=np.flatnonzero(fold != k))
            test = fold == k
            e[test] = expit((self._z @ beta)[test])
        return clipped(e)

    @cached_property
    def score(self) -> Floats:
        """(n,) chance of being treated given the covariates."""
        return np.asarray(np.mean(self._scores, axis=0))

    @cached_property
    def keep(self) -> Bools:
        """(n,) rows with a counterpart in the other group."""
        return kept(self.score, False)

    @cached_property
    def weights(self) -> Floats:
        """(n,) 1 for treated rows, the odds of the score for controls, 0 for rows left out."""
        return np.asarray(np.where(self.d, 1.0, odds(np.minimum(self.score, TRIM))) * self.keep)

    def effect(self, y: ArrayLike, estimand: str = "effect on the treated") -> Effect:
        """The effect on one outcome y (n,)."""
        return self.effects({estimand: y})[estimand]

    def effects(self, outcomes: Mapping[str, ArrayLike]) -> dict[str, Effect]:
        """The effects on outcomes (n,) by name; the name says what the estimand is."""
        if self.reason is not None:
            return {name: nothing(self.reason, **self._about(name)) for name in outcomes}
        found = self.adjusted(np.column_stack([numbers(y, name) for name, y in outcomes.items()]))
        sure = found.certainty
        return {
            name: self._estimated(name, *map(float, figures))
            for name, *figures in zip(outcomes, found.values, sure.errors, sure.freedom, strict=True)
        }

    def _estimated(self, name: str, value: float, se: float, df: float) -> Effect:
        about = self._about(name)
        if se == 0:
            return nothing("The outcome does not vary, so nothing can have changed it.", **about)
        return estimated(value, se, df=df, **about).with_checks(power_check(se, value, self._level))

    def beside(self, effect: Effect, y: ArrayLike) -> tuple[Check, ...]:
        """Sensitivity of an effect on y (n,) to the unseen, and to leaving out each covariate."""
        return linear_checks(effect, numbers(y, "The outcome"), self.d, self.x, self.names)

    def adjusted(self, outcomes: Floats) -> Adjusted:
        """Effects on outcomes (n, k), with what each row adds to them."""
        if outcomes.shape[0] != len(self.d):
            raise InputError(f"The outcomes have {outcomes.shape[0]} rows, the treatment {len(self.d)}.")
        parts = [(d.gaps(outcomes), d.shares, d.weights, d.leverage) for d in self._divisions]
        control = _mean(shares[~self.d] @ gaps[~self.d] for gaps, shares, *_ in parts)
        gaps, shares, weights, leverage = map(_mean, zip(*parts, strict=True))
        treated = shares[self.d] @ gaps[self.d]
        sure = certainty(weights, shares, gaps, leverage, self.d, self._clusters)
        return Adjusted(treated - control, gaps, control, sure)

    @cached_property
    def _divisions(self) -> list[Division]:
        return [
            Division.of(self._z, fold, ~self.d, self._shares(e))
            for fold, e in zip(self._folds, self._scores, strict=True)
        ]

    def _shares(self, e: Floats) -> Floats:
        """(n,) of the rows in the mean of their group, by scores e (n,)."""
        w = np.where(self.d, 1.0, odds(np.minimum(e, TRIM))) * self.keep
        return np.asarray(w / np.where(self.d, w[self.d].sum(), w[~self.d].sum()))

    def _about(self, estimand: str) -> About:
        left = self.keep & self.d if self._enough else self.d
        return About(
            estimand=estimand,
            design="doubly robust",
            method=METHOD,
            n_treated=int(left.sum()),
            n_control=int((self.weights > 0)[~self.d].sum()) if self._enough else int((~self.d).sum()),
            checks=self.checks,
            assumptions=ASSUMPTIONS,
            level=self._level,
        )

    @property
    def _enough(self) -> bool:
        return min(int(self.d.sum()), int((~self.d).sum())) >= FEWEST

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Balance before and after, and overlap: the same for all outcomes."""
        if not self._enough:
            return (overlap(self.d, self.d, np.zeros(len(self.d))),)
        support = overlap(self.d, self.keep, self.weights)
        if self.reason is not None:
            return (support,)
        return (balance(self.x, self.d, self.names, self.weights), support)


def _mean(of_divisions: Iterable[Floats]) -> Floats:
    first, *others = of_divisions
    return np.asarray(np.mean([first, *others], axis=0)) if others else first
