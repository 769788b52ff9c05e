"""The weights that come with the package, and how a sum of weights becomes a probability."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from careworth.enrich._grams import LETTERS, PLACES, Floats

NAME = "ngrams"
_FILE = "models/labels.npz"
REQUEST, MARKETING, URGENT = range(3)
"""Columns of the first heads of ``Models.meaning``."""
_PLACES = {"meaning": PLACES, "language": LETTERS}


@dataclass(frozen=True, slots=True)
class Heads:
    """Linear heads that share the n-grams of a text."""

    names: tuple[str, ...]
    weights: Floats
    """Shape (places, heads): ``PLACES`` where words are read too, ``LETTERS`` where only n-grams are."""
    slope: Floats
    """Shape (heads,): log odds = slope * sum of weights + bias, fitted on texts that were held out."""
    bias: Floats
    """Shape (heads,)."""


@dataclass(frozen=True, slots=True)
class Models:
    version: str
    meaning: Heads
    """request, marketing (against noise), urgent, negative, neutral, positive."""
    language: Heads
    """One for each language we know: ``hi-Latn`` is Hindi in Latin letters."""
    shifts: Mapping[str, float]
    """What to add to the log odds of a request in each language (ISO 639-1), from held-out texts."""
    bend: tuple[float, float]
    """Slopes of the log odds of a request below and above even odds, from subjects and companies held out.

    A bend turns no yes into a no: it only says how sure the yes is.
    """

    def request(self, odds: Floats, code: npt.NDArray[np.str_]) -> Floats:
        """Log odds of a request, not yet bent, from the log odds of the heads and the languages.

        An urgent need is a request, so the first is never less likely than the second.
        """
        likelier: Floats = np.maximum(odds[:, REQUEST] + self.shift(code), odds[:, URGENT])
        return likelier

    def bent(self, request: Floats) -> Floats:
        """Log odds that are probabilities of what they say."""
        slopes = np.where(request > 0, np.float32(self.bend[1]), np.float32(self.bend[0]))
        return request * slopes

    def shift(self, code: npt.NDArray[np.str_]) -> Floats:
        """What to add to the log odds of a request, for a column of languages; 0 where nothing is known."""
        names, place = np.unique(code, return_inverse=True)
        return np.array([self.shifts.get(str(name), 0.0) for name in names], np.float32)[place]


@cache
def shipped_models() -> Models:
    """The models of this release. They are read once in a process."""
    with resources.files("careworth.enrich").joinpath(_FILE).open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        about = json.loads(str(arrays["about"]))
        heads = {part: _heads(arrays, part, about[part]) for part in ("meaning", "language")}
    below, above = about["request_bend"]
    return Models(
        about["version"], heads["meaning"], heads["language"], about["request_shifts"], (below, above)
    )


def _heads(arrays: "np.lib.npyio.NpzFile", part: str, names: list[str]) -> Heads:
    weights = arrays[f"{part}_weights"].astype(np.float32)
    if weights.shape != (_PLACES[part], len(names)):
        raise ValueError(f"{_FILE} does not belong to this release: {part} has the shape {weights.shape}")
    return Heads(tuple(names), weights, arrays[f"{part}_slope"], arrays[f"{part}_bias"])


def sigmoid(log_odds: Floats) -> Floats:
    return (1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))).astype(np.float32)


def softmax(log_odds: Floats) -> Floats:
    """Along the last axis."""
    raised = np.exp(log_odds - log_odds.max(axis=-1, keepdims=True))
    shares: Floats = (raised / raised.sum(axis=-1, keepdims=True)).astype(np.float32)
    return shares
