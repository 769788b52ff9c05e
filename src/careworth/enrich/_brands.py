"""Whether a text names the brand without writing to it: what people say about us and not to us."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_ADDRESSES = r"@[\w.@-]*\w|https?[^\s]*|www\.[^\s]+"


def names_brand(column: pa.LargeStringArray, brands: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether each text names one of the brands in words or as a tag, and no handle of theirs.

    A handle is the brand's when it holds the brand's name: for ``Blue Cell`` also ``@bluecellcares``. A
    name inside a link does not count, nor inside a longer word.
    """
    named = np.zeros(len(column), bool)
    if not brands:
        return named
    spellings = [r"[\s_-]*".join(re.escape(part) for part in brand.split()) for brand in brands]
    inside = "|".join(spellings)
    words_only = pc.replace_substring_regex(column, _ADDRESSES, " ")
    spoken = pc.match_substring_regex(
        words_only, rf"(?i)(?:^|[^\pL\pN])(?:{inside})(?:[’']?s)?(?:[^\pL\pN]|$)"
    )
    addressed = pc.match_substring_regex(column, rf"(?i)@\w*(?:{inside})")
    named[:] = pc.and_not(spoken, addressed).to_numpy(zero_copy_only=False)
    return named
