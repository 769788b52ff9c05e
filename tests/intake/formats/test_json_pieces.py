import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.channels._problem import PayloadProblem
from careworth.errors import FormatError
from careworth.intake.formats import _json
from careworth.intake.formats._base import Rejected
from careworth.intake.formats._json import Piece, pieces, read_document
from careworth.intake.formats._source import Source


def found(path: Path, data: bytes) -> list[Piece | Rejected]:
    path.write_bytes(data)
    return list(pieces(Source(path)))


def values(path: Path, data: bytes) -> list[Any]:
    return [one.reason if isinstance(one, Rejected) else one.value() for one in found(path, data)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "records.json"


def test_one_document_a_line(file: Path) -> None:
    records = found(file, b'{"a": 1}\n\n  {"a": 2}\r\n{"a": 3}')
    assert [(r.line, r.raw) for r in records] == [(1, b'{"a": 1}'), (3, b'{"a": 2}'), (4, b'{"a": 3}')]


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
def test_one_document_of_any_layout(file: Path, indent: int | None) -> None:
    records = [{"a": [1, {"b": {}}]}, {"a": []}, {}]
    assert values(file, json.dumps(records, indent=indent).encode()) == records
    assert values(file, b"\n" + json.dumps({"all": records}, indent=indent).encode()) == [{"all": records}]


def test_document_of_which_some_lines_are_documents_too(file: Path) -> None:
    assert values(file, b'{"data": [\n{"id": 1},\n{"id": 2}\n]}') == [{"data": [{"id": 1}, {"id": 2}]}]


def test_arrays_on_lines_are_taken_apart(file: Path) -> None:
    assert [(r.line, r.raw) for r in found(file, b'[{"a": 1}, {"a": 2}]\n[{"a": 3}]\n[]\n')] == [
        (1, b'{"a": 1}'),
        (1, b'{"a": 2}'),
        (2, b'{"a": 3}'),
    ]


def test_byte_order_mark_is_no_part_of_it(file: Path) -> None:
    assert values(file, b'\xef\xbb\xbf{"a": 1}\n{"a": 2}') == [{"a": 1}, {"a": 2}]
    assert values(file, b'\xef\xbb\xbf[\n{"a": 1}\n]') == [{"a": 1}]


def test_broken_lines_do_not_hide_the_others(file: Path) -> None:
    data = b'{"a": \n{"a": 2}\n{"a": "\x00"}\n{"a": 4}\n'
    records = found(file, data)
    assert [one.line for one in records] == [1, 2, 3, 4]
    assert isinstance(records[2], Rejected) and records[2].reason == "nul-bytes"
    with pytest.raises(PayloadProblem) as caught:
        records[0].value()
    assert caught.value.reason == "bad-json"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a": "\xff"}', "bad-encoding"),
        (b'{"\xff": 1}', "bad-encoding"),
        (b'{"a": NaN}', "bad-json"),
        (b'{"a": "\\ud800"}', "bad-json"),
        (b'{"a": 1e999}', "bad-json"),
        (b"[" * 100_000, "bad-json"),
    ],
)
def test_why_a_piece_cannot_be_decoded(data: bytes, reason: str) -> None:
    with pytest.raises(PayloadProblem) as caught:
        Piece(data, 0, len(data), 1).value()
    assert caught.value.reason == reason


def test_line_that_is_too_long_is_cut_and_skipped(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_json, "LONGEST_LINE", 20)
    for length in range(18, 30):
        long = b'{"a": "' + b"x" * (length - 9) + b'"}'
        first, second, third = found(file, b'{"b": 1}\n' + long + b'\n{"b": 3}\n')
        assert (first.raw, third.raw, third.line) == (b'{"b": 1}', b'{"b": 3}', 3)
        assert (second.line, second.raw) == (2, long[:20])
        assert isinstance(second, Rejected) == (length > 20)
    assert isinstance(second, Rejected) and second.reason == "too-large"


def test_long_line_alone_is_one_document(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_json, "LONGEST_LINE", 20)
    assert values(file, b'[{"a": 1}, {"a": 2}, {"a": 3}]') == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_document_that_is_too_large_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_json, "LARGEST_DOCUMENT", 30)
    file.write_bytes(b'[\n{"a": 1},\n{"a": 2},\n{"a": 3}\n]')
    with pytest.raises(FormatError, match="too large"):
        list(pieces(Source(file)))


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"id,text\n1,x\n", b'{"a": 1', b"[1, 2\n", "[1]".encode("utf-16")]
)
def test_what_is_not_json_is_refused(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    with pytest.raises(FormatError) as caught:
        list(pieces(Source(file)))
    assert caught.value.hint


def test_parts_know_where_they_stand(file: Path) -> None:
    data = b'{\n "x": 1,\n "list": [\n  {"a": 1},\n\n  {"a":\n 2}\n ]\n}'
    (piece,) = found(file, data)
    assert isinstance(piece, Piece)
    listed = piece.member("list")
    assert listed is not None and listed.line == 3
    assert [(p.line, p.raw) for p in listed.elements()] == [(4, b'{"a": 1}'), (6, b'{"a":\n 2}')]
    assert piece.member("absent") is None
    assert (list(piece.elements()), listed.members()) == ([], {})


def test_same_key_twice_gives_the_last_place() -> None:
    data = b'{"a": [1],\n"a": [2]}'
    part = Piece(data, 0, len(data), 1).member("a")
    assert part is not None and (part.line, part.raw) == (2, b"[2]")


def test_compressed_lines_are_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n{"a": 2}\n'))
    assert [piece.line for piece in pieces(Source(path))] == [1, 2]


_JSON = st.recursive(
    st.none() | st.integers(-9, 9) | st.text('a"\\{}[]:,\n é', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('a"{[,', max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
_INDENTS = st.sampled_from([None, 0, 2])


@settings(max_examples=60)
@given(
    st.lists(st.dictionaries(st.text("ab[", max_size=3), _JSON, max_size=3), min_size=1, max_size=5), _INDENTS
)
def test_every_place_is_right(
    tmp_path_factory: pytest.TempPathFactory, records: list[Any], indent: int | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    data = json.dumps(records, indent=indent, ensure_ascii=False).encode()
    path.write_bytes(data)
    document = read_document(Source(path))
    assert [piece.value() for piece in document.elements()] == records
    for piece in _walk(document):
        assert json.loads(piece.raw) == piece.value()
        assert piece.line == 1 + data[: piece.start].count(b"\n")


def _walk(piece: Piece) -> Iterator[Piece]:
    yield piece
    for part in [*piece.elements(), *(piece.member(key) for key in piece.members())]:
        assert part is not None
        yield from _walk(part)
