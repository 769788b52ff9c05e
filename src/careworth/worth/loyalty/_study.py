"""A cohort compared: its covariates, its outcomes, and the effects of care on them with their checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from careworth.causal import Check, Comparison, Effect, matched_effect
from careworth.causal.checks import Linkage, agreement, linkage_check, looks, null_effect
from careworth.worth.loyalty._cohort import Bools, Cohort, Floats, Ints
from careworth.worth.loyalty._known import ASSISTED, Known, known, months
from careworth.worth.loyalty._outcomes import Outcomes, outcomes

FEWEST = 30
"""Exposed customers below which a group is not looked at apart."""

_CELLS = 24
"""Calendar months; beyond, matches share a quarter instead of a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An effect of care per exposed customer, others beside it, and what it comes to for all of them."""

    name: str
    text: str
    """What the number counts, for a table."""
    unit: str
    """``months``, ``share``, ``money`` or ``count``."""
    effect: Effect
    others: tuple[Effect, ...] = ()
    naive: float | None = None
    """The plain difference of means, exposed less controls, which nobody should believe; it stands beside."""

    @property
    def total(self) -> tuple[float, float, float] | None:
        """Low, value and high times the exposed customers; None without a value."""
        effect = self.effect
        if effect.value is None or effect.low is None or effect.high is None:
            return None
        n = effect.n_treated
        return effect.low * n, effect.value * n, effect.high * n


class Study:
    """The exposed of a cohort beside its controls. ``rows``: the episodes that are compared."""

    def __init__(
        self,
        cohort: Cohort,
        seed: int,
        *,
        of: tuple[Known, Outcomes] | None = None,
        rows: Bools | None = None,
    ) -> None:
        self.cohort = cohort
        self.seed = seed
        self._known, self._outcomes = (known(cohort), outcomes(cohort)) if of is None else of
        self.rows = cohort.compared if rows is None else rows & cohort.compared
        self.outcomes = self._outcomes.some(self.rows)
        self.exposed = cohort.exposed[self.rows]

    def where(self, rows: Bools) -> "Study":
        """The same for some episodes of the cohort only."""
        return Study(self.cohort, self.seed, of=(self._known, self._outcomes), rows=rows)

    def text(self, column: str) -> tuple[Ints, tuple[str, ...]]:
        """(n,) codes of a text column of the episodes compared, and their texts."""
        code, levels = self.cohort.text(column)
        return code[self.rows], levels

    @property
    def all_outcomes(self) -> Outcomes:
        """Outcomes of every episode of the cohort, those without an answer too."""
        return self._outcomes

    @property
    def comparable(self) -> bool:
        return min(int(self.exposed.sum()), int((~self.exposed).sum())) >= FEWEST

    @cached_property
    def comparison(self) -> Comparison:
        return self._compare(self.rows, self.cohort.exposed)

    def _compare(self, rows: Bools, treated: Bools) -> Comparison:
        x = self._known.x[rows]
        varying = np.ptp(x, axis=0) > 0
        names = tuple(name for name, varies in zip(self._known.names, varying, strict=True) if varies)
        people = self.cohort.people[rows]
        return Comparison(treated[rows], x[:, varying], names=names, clusters=people, seed=self.seed)

    @cached_property
    def effects(self) -> Mapping[str, Effect]:
        """Effects on all outcomes, from one set of weights."""
        return self.comparison.effects(self.outcomes.columns)

    @cached_property
    def _unanswered(self) -> Mapping[str, Effect] | None:
        """What the same comparison finds for those who wrote and were not answered: nothing, it should."""
        wrote = ~self.cohort.compared
        if int(wrote.sum()) < FEWEST:
            return None
        found = self._compare(wrote | ~self.cohort.exposed, wrote)
        rows = wrote | ~self.cohort.exposed
        return found.effects(self._outcomes.some(rows).columns)

    @cached_property
    def _cells(self) -> Ints:
        """(n,) calendar month (or quarter) and kind of trouble: what matches must share."""
        month = months(self.cohort)[self.rows]
        when = month if np.ptp(month) < _CELLS else month // 3
        return np.asarray(np.column_stack([when, self.text("kind")[0]]))

    def finding(self, name: str, text: str, unit: str, outcome: str) -> Finding:
        """The effect on an outcome, with the checks that all outcomes share."""
        effect = self.effects[outcome].with_checks(*self._null(outcome))
        return Finding(name=name, text=text, unit=unit, effect=effect, naive=self._naive(outcome))

    def _naive(self, outcome: str) -> float | None:
        y = self.outcomes[outcome]
        return float(y[self.exposed].mean() - y[~self.exposed].mean()) if self.comparable else None

    def headline(self, name: str, text: str, unit: str, outcome: str) -> Finding:
        """The same with an estimator of another kind beside it and every check there is."""
        effect = self.effects[outcome]
        if effect.value is None:
            return Finding(name=name, text=text, unit=unit, effect=effect, naive=self._naive(outcome))
        y = self.outcomes[outcome]
        second = self._matched(y)
        checks = (
            agreement(effect, second),
            *(check for check in second.checks if check.name == "Rosenbaum bound"),
            *self.comparison.beside(effect, y),
            *self._placebos,
            *self._null(outcome),
            self._links(effect),
            looks(effect, len(y)),
        )
        return Finding(
            name=name,
            text=text,
            unit=unit,
            effect=effect.with_checks(*checks),
            others=(second,),
            naive=self._naive(outcome),
        )

    def _matched(self, y: Floats) -> Effect:
        comparison = self.comparison
        return matched_effect(
            y,
            comparison.d,
            comparison.x,
            exact=self._cells,
            names=comparison.names,
            clusters=self.cohort.people[self.rows],
        )

    def _null(self, outcome: str) -> tuple[Check, ...]:
        what = "customers who wrote on social and got no answer in time"
        if self._unanswered is None:
            text = f"There are fewer than {FEWEST} {what}, on whom the comparison could be tried."
            return (Check(name="negative control", passed=None, value=None, text=text),)
        return (null_effect("negative control", self._unanswered[outcome], what),)

    @cached_property
    def _placebos(self) -> tuple[Check, ...]:
        """The same comparison on what happened long before the trouble."""
        looked = (
            (
                "placebo outcome",
                "care_contacts",
                ASSISTED,
                "contacts in the half year that ended half a year earlier",
            ),
            ("placebo time", "subscriptions", "true", "services started in that half year"),
            ("placebo time", "purchases", "true", "purchases in that half year"),
        )
        found = []
        for name, table, where, what in looked:
            if self.cohort.records.has(table):
                year, half = (
                    np.nan_to_num(self.cohort.known(table, "count(*)", days=days, where=where))
                    for days in (360, 180)
                )
                found.append(null_effect(name, self.comparison.effect((year - half)[self.rows]), what))
        return tuple(found)

    def _links(self, effect: Effect) -> Check:
        """How much wrong links of handles to customers may have diluted the effect.

        A wrong link makes a stranger exposed only if that stranger had a trouble of his own at the time,
        unless the message itself was taken for the trouble.
        """
        certainty = self.cohort.number("probability")[self.rows][self.exposed]
        chance = self.cohort.chance_of_trouble
        right = certainty / (certainty + (1 - certainty) * chance)
        controls = int((~self.exposed).sum())
        missed = min(self.cohort.records.lost_links / controls, 1.0)
        return linkage_check(effect, Linkage(right=float(right.mean()), missed=missed))
