from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careworth.channels._problem import PayloadProblem
from careworth.errors import FormatError
from careworth.intake.formats import _gather
from careworth.intake.formats._base import Rejected
from careworth.intake.formats._gather import Item, gather, sided, unknown
from careworth.intake.formats._json import Piece
from careworth.intake.formats._source import Source
from careworth.terms import IncomingMessage

SOURCE = Source(Path("export.jsonl"))


def piece(line: int, text: bytes = b"{}") -> Piece:
    return Piece(text, 0, len(text), line)


def message(name: str, text: str = "") -> IncomingMessage:
    return IncomingMessage(
        channel="x", external_id=name, author="anna", sent_at=datetime(2025, 3, 13, tzinfo=UTC), text=text
    )


def one_each(given: Piece) -> Iterator[Item]:
    yield message(str(given.line))


def nothing_of_ours(given: Piece) -> Iterator[Item]:
    raise unknown("a post")
    yield


def test_chunks_hold_all_in_order_and_no_more_than_the_most() -> None:
    chunks = list(gather(SOURCE, [piece(n) for n in range(1, 12_001)], one_each, what="a post"))
    assert [chunk.received for chunk in chunks] == [5_000, 5_000, 2_000]
    ids = [name for chunk in chunks for name in chunk.messages["external_id"].to_pylist()]
    assert ids == [str(n) for n in range(1, 12_001)]


def test_chunks_are_bounded_by_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_gather, "CHUNK_BYTES", 100)
    broken = [Rejected(n, "too-large", "It is too long.", b"x" * 60) for n in range(1, 6)]
    chunks = list(gather(SOURCE, [piece(9), *broken], one_each, what="a post"))
    assert [chunk.received for chunk in chunks] == [3, 2, 1]


def test_what_is_not_of_the_format_is_refused_before_the_first_chunk() -> None:
    reading = gather(SOURCE, [piece(n) for n in range(1, 20_000)], nothing_of_ours, what="a post")
    with pytest.raises(FormatError, match=r"export\.jsonl holds nothing that is a post\. Line 1") as caught:
        next(reading)
    assert caught.value.hint


def test_one_record_of_the_format_is_enough() -> None:
    def second_only(given: Piece) -> Iterator[Item]:
        return one_each(given) if given.line == 2 else nothing_of_ours(given)

    (chunk,) = gather(SOURCE, [piece(1), piece(2), piece(3)], second_only, what="a post")
    assert [(one.line, one.reason) for one in chunk.rejected] == [
        (1, "unknown-object"),
        (3, "unknown-object"),
    ]


def test_answer_without_posts_is_of_the_format_and_gives_no_chunk() -> None:
    assert list(gather(SOURCE, [piece(1)], lambda given: iter(()), what="a post")) == []


def test_problem_with_a_piece_rejects_the_piece() -> None:
    def broken(given: Piece) -> Iterator[Item]:
        yield message("1")
        raise PayloadProblem("bad-json", "It ends too soon.")

    (chunk,) = gather(SOURCE, [piece(7, b'{"a"')], broken, what="a post")
    assert chunk.rejected == (Rejected(7, "bad-json", "It ends too soon.", b'{"a"'),)
    assert chunk.received == 2


BRANDS = frozenset({"shop", "shop@s.example"})


def test_own_accounts_write_outbound() -> None:
    own = sided(message("1"), ["@Shop", "12"], ["anna"], BRANDS)
    assert (own.inbound, own.brand) == (False, "shop")


def test_everyone_else_writes_inbound_to_the_first_of_our_accounts() -> None:
    other = sided(message("1"), ["anna"], ["bob", "Shop@S.example", "shop"], BRANDS)
    assert (other.inbound, other.brand) == (True, "shop@s.example")
    assert sided(message("1"), ["anna"], ["bob"], BRANDS).brand is None
