"""Training: a company's own model of what a request is, from conversations that it tagged.

The shipped model learned what a request looks like in general. A few hundred tagged messages teach
the rest: which words are trouble in this trade. The own model corrects the shipped one and does
not replace it, so it is never far worse, and the gain is measured on messages it was not shown.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from careworth.enrich._clean import as_column, plain
from careworth.enrich._fit import Doubles, Flags, Head, features, fit_head
from careworth.enrich._grams import grams_of, summed
from careworth.enrich._language import languages_of
from careworth.enrich._model import shipped_models
from careworth.enrich._request import RequestModel
from careworth.enrich.quality import Measured, Quality, quality_of
from careworth.errors import InputError

REQUEST_SHARE = 0.37
"""Share of brand mentions that ask for service: Conversocial and New York University, January 2013,
four US retailers, 4,367 of 11,723 tweets. The bias of the shipped model fits such a stream."""
FEWEST = 40
"""Tagged messages of each answer without which nothing is trained."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The shipped and the own model on the same messages, none of which the own model was shown."""

    before: Quality
    after: Quality
    folds: int


def train_request(
    texts: pa.Array | pa.ChunkedArray | Sequence[str],
    labels: npt.ArrayLike,
    *,
    folds: int = 5,
    share: float = REQUEST_SHARE,
    strength: float = 3.0,
    seed: int = 0,
) -> tuple[RequestModel, HeldOut]:
    """A model of requests for this company, and what it gains.

    ``labels`` are true for a request, one a text. ``share`` is how common requests are taken to be when
    a message is judged: more finds more of them and is oftener wrong. By default it is that of the
    shipped model, so that before and after differ by what was learned only. ``strength`` multiplies the
    tagged messages against the wish to stay near the shipped model.

    The gain is measured by cross-validation in which texts that are the same but for handles, links and
    numbers stay in one fold: a complaint repeated a hundred times would else be test and training at
    once. The model itself is trained on all.

    Raises InputError for fewer than 40 messages of either answer.
    """
    column, answer = as_column(texts), np.asarray(labels, dtype=bool)
    _check(column, answer)
    matrix, shipped = features(column), shipped_log_odds(column)
    fold = _folds(column, folds, seed)
    own = np.zeros(len(answer))
    for i in range(folds):
        rest = np.flatnonzero(fold != i)
        line, head = _correction(matrix[rest], answer[rest], shipped[rest], share, strength)
        own[fold == i] = (
            matrix[np.flatnonzero(fold == i)] @ head.weights + head.bias + line * shipped[fold == i]
        )
    line, head = _correction(matrix, answer, shipped, share, strength)
    held_out = HeldOut(quality_of(answer, shipped >= 0), quality_of(answer, own >= 0), folds)
    return _packed(head, line, held_out.after), held_out


def shipped_log_odds(column: pa.LargeStringArray) -> Doubles:
    """What the shipped model says: log odds of a request."""
    models, text = shipped_models(), plain(column)
    grams, heads = grams_of(text), models.meaning
    sums = summed(grams, heads.weights) * heads.slope + heads.bias
    odds: Doubles = models.request(sums, languages_of(text, grams, models.language).code).astype(np.float64)
    return odds


def _check(column: pa.LargeStringArray, answer: Flags) -> None:
    if len(column) != len(answer):
        raise InputError(
            f"There are {len(column)} texts and {len(answer)} labels.", hint="Give one label a text."
        )
    fewer = min(int(answer.sum()), int((~answer).sum()))
    if fewer < FEWEST:
        raise InputError(
            f"Of one answer there are only {fewer} tagged messages.",
            hint=f"Tag at least {FEWEST} messages that ask for service and {FEWEST} that do not.",
        )


def _folds(column: pa.LargeStringArray, folds: int, seed: int) -> npt.NDArray[np.int64]:
    group = pc.dictionary_encode(plain(column)).indices.to_numpy()
    fold: npt.NDArray[np.int64] = np.random.default_rng(seed).integers(0, folds, int(group.max()) + 1)[group]
    return fold


def _correction(
    matrix: sparse.csr_array, answer: Flags, shipped: Doubles, share: float, strength: float
) -> tuple[float, Head]:
    """The slope of the shipped log odds, and a head that learns only what they leave unsaid."""
    slope, _ = platt(shipped, answer)
    slope = max(slope, 0.0)
    head = fit_head(matrix, answer, share=share, strength=strength, offset=slope * shipped)
    return slope, head


def platt(score: Doubles, answer: Flags, importance: Doubles | None = None) -> tuple[float, float]:
    """Slope and bias that turn a score into log odds (Platt 1999), by Newton's method.

    The answers are drawn in a little, as Platt does, so that a score that divides them without an
    error keeps a finite slope.
    """
    weight = np.ones(len(score)) if importance is None else importance
    yes, no = weight[answer].sum(), weight[~answer].sum()
    target = np.where(answer, (yes + 1) / (yes + 2), 1 / (no + 2))
    middle, spread = float(score.mean()), float(score.std()) or 1.0
    design = np.stack([(score - middle) / spread, np.ones(len(score))], axis=1)
    line = np.array([0.0, float(np.log((yes + 1) / (no + 1)))])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ line, -30, 30)))
        slope = design.T @ (weight * (chance - target))
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        line = line - step * min(1.0, 2 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    return float(line[0] / spread), float(line[1] - line[0] * middle / spread)


def _packed(head: Head, slope: float, seen: Quality) -> RequestModel:
    place = np.flatnonzero(head.weights).astype(np.int32)
    weight = head.weights[place]
    digest = hashlib.sha256(place.tobytes() + weight.tobytes()).hexdigest()[:12]
    errors = Measured(seen, "messages that this company tagged, held out from training")
    beside = shipped_models().version
    return RequestModel(f"own-{digest}", place, weight, slope, head.bias, errors, beside)
