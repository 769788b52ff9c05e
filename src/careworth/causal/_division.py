"""One division of the rows into folds, and all of a comparison in it that no outcome changes."""

from dataclasses import dataclass

import numpy as np

from careworth.causal._arrays import Bools, Floats, Ints
from careworth.causal._blocks import chosen
from careworth.causal._linear import gram, inverse, sides

RIDGE = 5.0
"""Penalty on the squared standardised slopes of both models, outcome and score: that of five rows."""


@dataclass(frozen=True, slots=True)
class Division:
    """The outcome model is least squares of the untreated, for each fold without the rows in it."""

    z: Floats
    """(n, p) design, first column ones."""
    fold: Ints
    """(n,)"""
    control: Bools
    """(n,)"""
    shares: Floats
    """(n,) of each row in the mean of its group."""
    breads: tuple[Floats, ...]
    """(p, p) inverse products of the rows that a fold's model has seen."""
    weights: Floats
    """(n,) of the outcomes in the difference of the groups' mean gaps, which is ``weights @ outcomes``: a row
    counts by itself and by what it did to the models of others."""
    leverage: Floats
    """(n,) variance of the prediction for a row, less that for the mean control, as a multiple of the
    variance of outcomes."""

    @classmethod
    def of(cls, z: Floats, fold: Ints, control: Bools, shares: Floats) -> "Division":
        breads = _breads(z, fold, control)
        signed = np.where(control, -shares, shares)
        middle = np.where(control, shares, 0.0) @ z
        weights, leverage = signed.copy(), np.empty(len(fold))
        for k, bread in enumerate(breads):
            inside = np.flatnonzero(fold == k)
            for part in chosen(z, inside):
                apart = z[part] - middle
                leverage[part] = ((apart @ bread) * apart).sum(axis=1)
            pull = bread @ sides(z, signed, inside)
            for part in chosen(z, np.flatnonzero(control & (fold != k))):
                weights[part] -= z[part] @ pull
        return cls(z, fold, control, shares, breads, weights, leverage)

    def gaps(self, outcomes: Floats) -> Floats:
        """(n, k) outcomes less what a model that never saw the row says of them."""
        rows = [np.flatnonzero(self.control & (self.fold == k)) for k in range(len(self.breads))]
        own = [sides(self.z, outcomes, some) for some in rows]
        right = np.sum(own, axis=0)
        found = np.empty_like(outcomes)
        for k, bread in enumerate(self.breads):
            beta = bread @ (right - own[k])
            for part in chosen(self.z, np.flatnonzero(self.fold == k)):
                found[part] = outcomes[part] - self.z[part] @ beta
        return found


def _breads(z: Floats, fold: Ints, control: Bools) -> tuple[Floats, ...]:
    own = [gram(z, rows=np.flatnonzero(control & (fold == k))) for k in range(int(fold.max()) + 1)]
    products = np.sum(own, axis=0)
    # A rare level with one control in it would be told by that control alone.
    np.fill_diagonal(products[1:, 1:], np.diagonal(products)[1:] + RIDGE)
    return tuple(inverse(products - part) for part in own)
