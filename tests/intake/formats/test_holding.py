"""Which texts hold a sign, read off their bytes, against Python's own ``in``."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from careworth.intake.formats._columns import holding

TEXTS = st.lists(st.none() | st.text("&aé \U0001f600", max_size=4), max_size=8)


@given(TEXTS, st.integers(0, 8), st.integers(0, 8))
def test_a_sign_is_found_in_the_rows_that_hold_it(texts: list[str | None], first: int, last: int) -> None:
    part = pa.array(texts, pa.string())[first:last]
    assert holding(part, "&").tolist() == ["&" in (text or "") for text in texts[first:last]]
