"""One plain form of every text, for scoring and for language identification alike."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

_LINK = r"https?[^\s]*|www\.[^\s]+"
_HANDLE = r"@[\w.@-]*\w"
_SHAPES = r"[\x{FB50}-\x{FDFF}\x{FE70}-\x{FEFC}]"
_NOT_SHOWN = r"[\p{Cc}\p{Co}\p{Cs}\p{Zl}\p{Zp}\x{00A0}]+| {2,}"


def as_column(texts: pa.Array | pa.ChunkedArray | Sequence[str]) -> pa.LargeStringArray:
    """The texts as one Arrow column without nulls: a text that is not there is an empty text.

    64-bit offsets, because two gigabytes of text are only ten million long messages.
    """
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    column = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.large_string())
    return pc.fill_null(column.cast(pa.large_string()), "")


def _composed(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """Old exports write Arabic and Urdu in presentation forms, one character for each shape of a letter."""
    shapes = pc.match_substring_regex(column, _SHAPES)
    if not pc.any(shapes).as_py():
        return column
    return pc.replace_with_mask(column, shapes, pc.utf8_normalize(column.filter(shapes), form="NFKC"))


def plain(column: pa.LargeStringArray) -> pa.LargeStringArray:
    """Small letters; ``@`` for a handle, ``~`` for a link, ``0`` for a number, a space at each end.

    Handles and links would teach a model who wrote and when rather than what was said. Characters
    that are not shown become spaces; pycld2 refuses some of them.
    """
    text = pc.utf8_lower(_composed(column))
    for pattern, replacement in ((_LINK, "~"), (_HANDLE, "@"), (r"\d+", "0"), (_NOT_SHOWN, " ")):
        text = pc.replace_substring_regex(text, pattern, replacement)
    space = pa.scalar(" ", pa.large_string())
    return pc.binary_join_element_wise(
        space, pc.utf8_trim(text, " "), space, pa.scalar("", pa.large_string())
    )
