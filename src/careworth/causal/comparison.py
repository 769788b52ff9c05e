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

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from careworth.causal._arrays import Bools, Floats, Ints, covariates_of, names_of, numbers, treatment_of
from careworth.causal._beside import linear_checks
from careworth.causal._blocks import chosen
from careworth.causal._clusters import clusters_of
from careworth.causal._crossfit import folds_of
from careworth.causal._linear import Scaling, gram, logistic, sides, solve
from careworth.causal._scores import TRIM, clipped, kept, odds, shared, unsupported
from careworth.causal.checks import balance, overlap, power_check
from careworth.causal.doubly_robust import ASSUMPTIONS, FEWEST
from careworth.causal.effect import LEVEL, About, Check, Effect, estimated, nothing
from careworth.errors import InputError

METHOD = "AIPW with linear models, cross-fitted, one set of weights for all outcomes"


_MANY = 50_000

RIDGE = 5.0
"""Penalty on the squared standardised slopes of the outcome model: that of five rows among all."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What a comparison makes of outcomes (n, k)."""

    values: Floats
    """(k,) effects on the treated."""
    gaps: Floats
    """(n, k) outcome less what the outcome model predicts, mean over the divisions."""
    control: Floats
    """(k,) weighted mean gap of the controls: what the outcome model misses."""
    influence: Floats
    """(n, k) influence of each row on the values."""


class Comparison:
    """Treatment d (n,), covariates x (n, p); ``clusters`` (n,) names the unit that a row belongs to.

    A unit may have several rows; standard errors then add up the influence within units. The mean over
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
        start = logistic(self._z, self.d)
        return [self._scores_of(fold, start) for fold in self._folds]

    def _scores_of(self, fold: Ints, start: Floats) -> Floats:
        e = np.empty(len(self.d))
        for k in range(int(fold.max()) + 1):
            beta = logistic(self._z, self.d, start, rows=np.flatnonzero(fold != k))
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
        errors = self.errors(found.influence)
        return {
            name: self._estimated(name, float(value), float(se))
            for name, value, se in zip(outcomes, found.values, errors, strict=True)
        }

    def _estimated(self, name: str, value: float, se: float) -> Effect:
        about = self._about(name)
        if se == 0:
            return nothing("The outcome does not vary, so nothing can have changed it.", **about)
        return estimated(value, se, **about).with_checks(power_check(se, value, self._level))

    def beside(self, effect: Effect, y: ArrayLike) -> tuple[Check, ...]:
        """Sensitivity of an effect on y (n,) to the unseen, and to leaving out each covariate."""
        return linear_checks(effect, numbers(y, "The outcome"), self.d, self.x, self.names)

    def adjusted(self, outcomes: Floats) -> Adjusted:
        """Effects on outcomes (n, k), with what each row adds to them."""
        if outcomes.shape[0] != len(self.d):
            raise InputError(f"The outcomes have {outcomes.shape[0]} rows, the treatment {len(self.d)}.")
        parts = [self._one(outcomes, fold, e) for fold, e in zip(self._folds, self._scores, strict=True)]
        if len(parts) == 1:
            return parts[0]
        return Adjusted(*(np.mean([getattr(p, f) for p in parts], axis=0) for f in Adjusted.__slots__))

    def _one(self, outcomes: Floats, fold: Ints, e: Floats) -> Adjusted:
        gaps = outcomes - self._predicted(outcomes, fold)
        d = self.d
        w = np.where(d, 1.0, odds(np.minimum(e, TRIM))) * self.keep
        share = w / np.where(d, w[d].sum(), w[~d].sum())
        treated, control = share[d] @ gaps[d], share[~d] @ gaps[~d]
        centred = gaps - np.where(d[:, None], treated, control)
        influence = np.where(d, share, -share)[:, None] * centred
        influence[d] *= _untreated_noise(centred, d, share)
        return Adjusted(treated - control, gaps, control, influence)

    def _predicted(self, outcomes: Floats, fold: Ints) -> Floats:
        """(n, k) outcomes of the untreated, from least squares that never saw the row."""
        found = np.empty_like(outcomes)
        z, controls = self._z, ~self.d
        everywhere = np.flatnonzero(controls)
        products, right = gram(z, rows=everywhere), sides(z, outcomes, everywhere)
        # A rare level with one control in it would be told by that control alone.
        np.fill_diagonal(products[1:, 1:], np.diagonal(products)[1:] + RIDGE)
        for k in range(int(fold.max()) + 1):
            own = np.flatnonzero(controls & (fold == k))
            beta = solve(products - gram(z, rows=own), right - sides(z, outcomes, own))
            for part in chosen(z, np.flatnonzero(fold == k)):
                found[part] = z[part] @ beta
        return found

    def errors(self, influence: Floats) -> Floats:
        """(k,) standard errors from the influence (n, k) of the rows, added up within units."""
        if self._clusters is None:
            return np.asarray(np.sqrt((influence**2).sum(axis=0)))
        sums = np.column_stack([np.bincount(self._clusters, weights=column) for column in influence.T])
        return np.asarray(np.sqrt((sums**2).sum(axis=0) * self._draws / max(self._draws - 1, 1)))

    @cached_property
    def _draws(self) -> int:
        """Units with a row that counts."""
        assert self._clusters is not None
        return int(np.count_nonzero(np.bincount(self._clusters, weights=self.weights > 0)))

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


def _untreated_noise(centred: Floats, d: Bools, share: Floats) -> Floats:
    """(k,) how much larger the spread of the treated would have been without treatment than it was with.

    centred (n, k) gaps; the controls, weighted to be like the treated, show the spread without.
    """
    treated, control = share[d] @ centred[d] ** 2, share[~d] @ centred[~d] ** 2
    return np.asarray(np.sqrt(np.where(treated > 0, control / np.where(treated > 0, treated, 1.0), 1.0)))
