"""Whether a text mentions the brand, and whether it only names it: what people say about us and not to us."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_ADDRESSES = r"@[\w.@-]*\w|https?[^\s]*|www\.[^\s]+"


@dataclass(frozen=True, slots=True)
class Mentions:
    """One entry a text."""

    spoken: npt.NDArray[np.bool_]
    """Names one of the brands in words or as a tag."""
    addressed: npt.NDArray[np.bool_]
    """Holds a handle of theirs."""

    @property
    def names_only(self) -> npt.NDArray[np.bool_]:
        """Named without the handle."""
        return self.spoken & ~self.addressed

    @property
    def any(self) -> npt.NDArray[np.bool_]:
        return self.spoken | self.addressed


def mentions_of(column: pa.LargeStringArray, brands: Sequence[str]) -> Mentions:
    """Which texts mention one of the brands, and how.

    A handle is the brand's when it holds the brand's name: for ``Blue Cell`` also ``@bluecellcares``. A
    name inside a link does not count, nor inside a longer word.
    """
    if not brands:
        return Mentions(np.zeros(len(column), bool), np.zeros(len(column), bool))
    spellings = [r"[\s_-]*".join(re.escape(part) for part in brand.split()) for brand in brands]
    inside = "|".join(spellings)
    words_only = pc.replace_substring_regex(column, _ADDRESSES, " ")
    spoken = rf"(?i)(?:^|[^\pL\pN])(?:{inside})(?:[’']?s)?(?:[^\pL\pN]|$)"
    return Mentions(_has(words_only, spoken), _has(column, rf"(?i)@\w*(?:{inside})"))


def _has(column: pa.LargeStringArray, pattern: str) -> npt.NDArray[np.bool_]:
    flags: npt.NDArray[np.bool_] = pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False)
    return flags
