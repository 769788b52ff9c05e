"""Codes of ids: the same code for the same text, and only for it."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from careworth.intake._buckets import encoded_numbers
from careworth.intake._numbering import _encoded

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
    codes = encoded.codes.tolist()
    names = encoded.distinct.cast(pa.string()).to_pylist()
    assert [None if code == -1 else names[code] for code in codes] == texts
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("ids", [["9", "7", "9", None], ["b", None, "a", "b"], [], [None]])
def test_codes_follow_the_first_row_of_each(ids: list[str | None]) -> None:
    codes = _encoded([pa.array(ids, pa.string())]).codes.tolist()
    seen = [text for text in dict.fromkeys(ids) if text is not None]
    assert codes == [-1 if text is None else seen.index(text) for text in ids]


NUMBERS = st.integers(-(2**63), 2**63 - 1)


@settings(deadline=None)
@given(st.lists(NUMBERS | st.integers(0, 5), max_size=60), st.integers(1, 50))
@example([2**63 - 1, -(2**63), 2**63 - 1], 1)
def test_numbers_have_the_codes_of_a_dictionary_in_however_many_buckets(
    numbers: list[int], in_a_bucket: int
) -> None:
    codes, distinct = encoded_numbers(np.array(numbers, np.int64), in_a_bucket)
    seen = list(dict.fromkeys(numbers))
    assert distinct.tolist() == seen
    assert codes.tolist() == [seen.index(one) for one in numbers]
