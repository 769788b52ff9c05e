"""Codes of ids: the same code for the same text, and only for it."""

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from careworth.intake._numbering import _codes, _encoded

IDS = st.lists(
    st.none()
    | st.sampled_from(
        ["", "7", "07", "+7", " 7", "7 ", "7\n", "-7", "-0", "0", "0x7", "7.0", "7e0", "1_000", "٧"]
    )
    | st.integers(0, 2**64).map(str),
    max_size=12,
)


@settings(deadline=None)
@given(st.lists(IDS, max_size=3))
@example([["7", "+7"]])
@example([["7", " 7", "7 "]])
@example([["7", "٧"]])
@example([["7", "-7"], ["7", "07"]])
@example([[str(2**63 - 1)], [str(2**63)]])
def test_the_same_code_means_the_same_text(parts: list[list[str | None]]) -> None:
    encoded = _encoded([pa.array(part, pa.string()) for part in parts])
    texts = [text for part in parts for text in part]
    codes = _codes(encoded).tolist()
    names = encoded.dictionary.cast(pa.string()).to_pylist()
    assert [None if code == -1 else names[code] for code in codes] == texts
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("ids", [["9", "7", "9", None], ["b", None, "a", "b"], [], [None]])
def test_codes_follow_the_first_row_of_each(ids: list[str | None]) -> None:
    codes = _codes(_encoded([pa.array(ids, pa.string())])).tolist()
    seen = [text for text in dict.fromkeys(ids) if text is not None]
    assert codes == [-1 if text is None else seen.index(text) for text in ids]
