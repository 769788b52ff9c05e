import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.intake.formats._outline import keys_under, outline


@pytest.mark.parametrize(
    ("head", "paths"),
    [
        (b"", set()),
        (b"id,text\n", set()),
        (b'window.x = {"a": 1}', set()),
        (b'{"a": {"b": [{"c": 1}, {"d": "e"}]}}', {"a", "a.b", "a.b.c", "a.b.d"}),
        (b'\xef\xbb\xbf [{"a": "\\"b\\": {"}]', {"a"}),
        (b'{"a": "x"', {"a"}),
        (b'{"a": {"b": \n{"c": 1}\n', {"a", "a.b", "c"}),
    ],
)
def test_outline(head: bytes, paths: set[str]) -> None:
    assert outline(head) == paths


def test_keys_under_a_place() -> None:
    paths = frozenset({"a", "a.b", "ab.c", "a.b.c"})
    assert keys_under(paths, "a") == {"b", "b.c"}
    assert keys_under(paths, "") == paths


_JSON = st.recursive(
    st.none() | st.integers(0, 9) | st.text('a"{}[]\\:', max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner)
    ),
    max_leaves=10,
)


@settings(max_examples=100)
@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), _JSON, max_size=4), st.integers(0, 200))
def test_outline_agrees_with_a_whole_parser(document: dict[str, Any], cut: int) -> None:
    whole = json.dumps(document).encode()
    expected = {path for path in _paths(document, ()) if path.count(".") <= 4}
    assert {path for path in outline(whole) if path.count(".") <= 4} == expected


def _paths(value: Any, above: tuple[str, ...]) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_paths(item, above) for item in value))
    if not isinstance(value, dict):
        return set()
    inner = (_paths(item, (*above, key)) for key, item in value.items())
    return {".".join((*above, key)) for key in value}.union(*inner)
