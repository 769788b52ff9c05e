"""Events read quickly, held against the slow way that reads every form of a post."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from network_files import lines

from careworth.intake.formats import ReadOptions, bluesky
from careworth.intake.formats._base import Chunk, Illustrated
from careworth.intake.formats._bluesky_events import row_of_event
from careworth.intake.formats._source import Source
from careworth.terms import Attachment

BRANDS = frozenset({"acme.test", "did:plc:acme"})
ODD: list[Any] = [
    *(None, "", " ", "x", "a/b", "naïve", "a\0b", "\ud800", 0, -1, 2**60, 1.5, True, {}, [], [1]),
    *(["de"], ["de", "en"], {"uri": "at://did:plc:acme/app.bsky.feed.post/1"}, {"uri": "at://a b/c/d"}),
    *("delete", "update", "commit", "identity", "app.bsky.feed.like", "did:plc:ACME", "did:plc:acme"),
    *("@acme.test", "mail@acme.test", "2026-11-20T10:00:00Z", "2026-11-20 10:00:00.1234567+05:30"),
    *("2026-02-30T10:00:00Z", "0001-01-01T00:00:00+02:00", "2026-11-20T24:00:00Z", "2026-11-20t10:00:00z"),
]


def event(text: str) -> dict[str, Any]:
    place = {"uri": "at://did:plc:b/app.bsky.feed.post/0", "cid": "c"}
    facet = {
        "index": {"byteStart": 0, "byteEnd": 10},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:acme"}],
    }
    record = {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-11-20T10:00:00.123Z",
        "text": text,
        "langs": ["en"],
        "reply": {"root": place, "parent": dict(place)},
        "facets": [facet],
        "embed": {"media": {"images": [{"alt": "torn", "image": {"ref": {"$link": "bafk1"}}}]}},
    }
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "k1", "record": record}
    return {"did": "did:plc:a", "time_us": 1, "kind": "commit", "commit": commit}


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in some JSON with every key in it."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def damaged(chance: random.Random) -> bytes:
    """An event of which nothing, some values, or the bytes are odd."""
    one = event(chance.choice(["hello", "@acme.test help", "to @acme.test, شکریہ", "mail a@acme.test"]))
    for _ in range(chance.choice([0, 1, 1, 2])):
        container, key = chance.choice(list(places(one)))
        if isinstance(container, dict) and chance.random() < 0.3:
            del container[key]
        else:
            container[key] = chance.choice(ODD)
    if chance.random() < 0.1:
        one[chance.choice(["uri", "record", "post", "thread", "odd"])] = chance.choice(ODD)
    raw = json.dumps(one, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if chance.random() < 0.2:
        at = chance.randrange(len(raw))
        raw = raw[:at] + chance.choice([b"", b"\xff", b"\0", b'"', b"\\", b"}", b"\n", raw]) + raw[at + 1 :]
    return raw


def _no_row(line: bytes, brands: frozenset[str]) -> None:
    """As if no line could be read the quick way."""


def both_ways(path: Path, brands: frozenset[str]) -> tuple[list[Chunk], list[Chunk]]:
    options = ReadOptions(brands, lines=True)
    with pytest.MonkeyPatch.context() as patch:
        quick = list(bluesky.Bluesky().read(Source(path), options))
        patch.setattr(bluesky, "row_of_event", _no_row)
        return quick, list(bluesky.Bluesky().read(Source(path), options))


@pytest.mark.parametrize("brands", [frozenset(), BRANDS], ids=["nobody", "brands"])
@pytest.mark.parametrize("seed", range(6))
def test_quick_and_slow_give_the_same(tmp_path: Path, seed: int, brands: frozenset[str]) -> None:
    chance = random.Random(seed)
    path = lines(tmp_path / "a.jsonl", *(damaged(chance) for _ in range(1_500)))
    quick, slow = both_ways(path, brands)
    assert [one.messages.to_pylist() for one in quick] == [one.messages.to_pylist() for one in slow]
    assert [list(one.rejected) for one in quick] == [list(one.rejected) for one in slow]
    assert [one.attached for one in quick] == [one.attached for one in slow]
    assert any(one.attached is not None for one in quick)


def test_a_plain_post_is_read_quickly() -> None:
    raw = json.dumps(event("hello")).encode()
    read = row_of_event(raw, BRANDS)
    assert isinstance(read, Illustrated)
    assert read.attachments == (Attachment("image", "bafk1", "torn"),)
    row = read.row
    assert row[:3] == ("bluesky", "at://did:plc:a/app.bsky.feed.post/k1", "did:plc:a")
    assert (row[5], row[8]) == (True, "did:plc:acme")


def test_a_recorded_post_is_read_the_same(tmp_path: Path, shared_data: Path) -> None:
    record = json.loads((shared_data / "social-json" / "bluesky" / "post_record.json").read_bytes())
    one = event("")
    one["commit"]["record"] = record.get("value", record)
    quick, slow = both_ways(lines(tmp_path / "a.jsonl", one), BRANDS)
    assert quick == slow
    assert quick[0].messages.num_rows == 1
