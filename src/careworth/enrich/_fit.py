"""Fitting the weights of one head: logistic regression over scaled n-grams.

The features are scaled by how much oftener they stand in the one class than in the other (Wang and
Manning 2012, "Baselines and Bigrams": NB-SVM, here with a logistic loss and the root of the log ratio,
which measured better on held-out texts than the ratio or no scale). The scale is folded into the
weights, so that scoring stays one sum. Used for training only: scoring needs numpy alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse
from scipy.optimize import minimize

from careworth.enrich._clean import as_column, plain
from careworth.enrich._grams import LETTERS, PLACES, SIZES, WORDS, Floats, Grams, grams_of

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Head:
    """The weights of one yes-or-no question."""

    weights: Floats
    """Shape (places,)."""
    bias: float


def features(texts: pa.Array | list[str]) -> sparse.csr_array:
    """N-grams over the root of their number, and the same of words: shape (texts, ``PLACES``)."""
    grams = grams_of(plain(as_column(texts)))
    letters, words = _scaled(grams, range(len(SIZES)), PLACES), _scaled(grams, WORDS, PLACES)
    return sparse.csr_array(letters + words)


def letter_features(texts: pa.Array | list[str], sizes: tuple[int, ...]) -> sparse.csr_array:
    """N-grams of some sizes over the root of their number, shape (texts, ``LETTERS``)."""
    return _scaled(grams_of(plain(as_column(texts))), [SIZES.index(size) for size in sizes], LETTERS)


def _scaled(grams: Grams, entries: Sequence[int], places: int) -> sparse.csr_array:
    rows = np.concatenate([np.repeat(np.arange(len(grams.counts[i])), grams.counts[i]) for i in entries])
    columns = np.concatenate([grams.places[i] for i in entries])
    number = np.maximum(sum(grams.counts[i] for i in entries), 1)
    values = (1 / np.sqrt(number)).astype(np.float32)[rows]
    matrix = sparse.coo_array((values, (rows, columns)), shape=(len(number), places)).tocsr()
    matrix.sum_duplicates()
    return matrix


def fit_head(
    matrix: sparse.csr_array,
    answer: Flags,
    *,
    importance: Doubles | None = None,
    share: float = 0.5,
    strength: float = 1.0,
    offset: Doubles | None = None,
    steps: int = 80,
) -> Head:
    """The head that answers best, with a ridge penalty.

    ``importance`` weighs the texts; the two classes are then given the total weights ``share`` and
    ``1 - share``, so that the bias fits a stream in which that share is a yes. ``strength`` multiplies
    the loss against the penalty. ``offset`` is what another model already says (log odds): with it
    only the difference is learned.
    """
    weight = _balanced(answer, importance, share)
    used = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) >= 2)
    scale = _log_ratio(matrix[:, used], answer, weight)
    scaled = (matrix[:, used] @ sparse.diags_array(scale)).tocsr().astype(np.float32)
    start = np.zeros(len(used) + 1)
    base = np.zeros(len(answer)) if offset is None else offset
    sign = np.where(answer, 1.0, -1.0)

    def loss(v: Doubles) -> tuple[float, Doubles]:
        margin = sign * (scaled @ v[:-1].astype(np.float32) + v[-1] + base)
        pull = -sign * weight * strength / (1 + np.exp(np.clip(margin, -40, 40)))
        value = strength * weight @ np.logaddexp(0, -margin) + 0.5 * v[:-1] @ v[:-1]
        return value, np.append(scaled.T @ pull.astype(np.float32) + v[:-1], pull.sum())

    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps}).x
    weights = np.zeros(matrix.shape[1], np.float32)
    weights[used] = best[:-1] * scale
    return Head(weights, float(best[-1]))


def _balanced(answer: Flags, importance: Doubles | None, share: float) -> Doubles:
    weight = np.ones(len(answer)) if importance is None else importance.astype(np.float64).copy()
    total = len(answer)
    weight[answer] *= share * total / weight[answer].sum()
    weight[~answer] *= (1 - share) * total / weight[~answer].sum()
    return weight


def _log_ratio(matrix: sparse.csr_array, answer: Flags, weight: Doubles) -> Doubles:
    present = matrix.astype(bool).astype(np.float32).T.tocsr()
    yes = 1.0 + present @ np.where(answer, weight, 0.0)
    no = 1.0 + present @ np.where(answer, 0.0, weight)
    ratio: Doubles = np.log((yes / yes.sum()) / (no / no.sum()))
    return np.sign(ratio) * np.sqrt(np.abs(ratio))
