from datetime import UTC, datetime
from typing import Any

import pytest

from careworth.channels import bluesky
from careworth.channels._problem import PayloadProblem
from careworth.terms import IncomingMessage

DID, SHOP = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
ROOT = f"at://{SHOP}/app.bsky.feed.post/3root"
PARENT = f"at://{SHOP}/app.bsky.feed.post/3parent"
RECORD: dict[str, Any] = {
    "$type": "app.bsky.feed.post",
    "text": "میرا پارسل @shop.example",
    "createdAt": "2025-03-13T09:05:09.123456789+01:00",
    "langs": ["ur"],
    "reply": {"root": {"uri": ROOT, "cid": "c"}, "parent": {"uri": PARENT, "cid": "c"}},
    "facets": [
        {
            "index": {"byteStart": 20, "byteEnd": 33},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": SHOP}],
        }
    ],
}
VIEW: dict[str, Any] = {
    "uri": f"at://{DID}/app.bsky.feed.post/3me",
    "cid": "c",
    "author": {"did": DID, "handle": "anna.example"},
    "record": RECORD,
}
EVENT: dict[str, Any] = {
    "did": DID,
    "time_us": 1741853109000000,
    "kind": "commit",
    "commit": {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "3me", "record": RECORD},
}


def reason(call: Any, payload: Any) -> str:
    with pytest.raises(PayloadProblem) as caught:
        call(payload)
    return caught.value.reason


def record(**change: Any) -> dict[str, Any]:
    return VIEW | {"record": RECORD | change}


def test_view_of_a_post() -> None:
    assert bluesky.post(VIEW) == IncomingMessage(
        channel="bluesky",
        external_id=f"at://{DID}/app.bsky.feed.post/3me",
        author="anna.example",
        sent_at=datetime(2025, 3, 13, 8, 5, 9, 123_456, tzinfo=UTC),
        text="میرا پارسل @shop.example",
        parent_external_id=PARENT,
        thread_hint=ROOT,
        language="ur",
    )


def test_record_without_a_view_is_known_by_the_did_in_its_address() -> None:
    bare = {"uri": VIEW["uri"], "value": RECORD}
    assert bluesky.post(bare).author == DID
    assert bluesky.post(VIEW | {"author": {"did": DID, "handle": "handle.invalid"}}).author == DID


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2025-03-13T08:05:09Z", datetime(2025, 3, 13, 8, 5, 9, tzinfo=UTC)),
        ("2025-03-13T08:05Z", datetime(2025, 3, 13, 8, 5, tzinfo=UTC)),
        ("2025-03-13T08:05:09.1Z", datetime(2025, 3, 13, 8, 5, 9, 100_000, tzinfo=UTC)),
        ("2025-03-13T08:05:09.123456", datetime(2025, 3, 13, 8, 5, 9, 123_456, tzinfo=UTC)),
        ("2025-03-13T08:05:09.1234567891234Z", datetime(2025, 3, 13, 8, 5, 9, 123_456, tzinfo=UTC)),
        ("2025-03-13t08:05:09z", datetime(2025, 3, 13, 8, 5, 9, tzinfo=UTC)),
        ("2025-03-13T08:05:09-00:00", datetime(2025, 3, 13, 8, 5, 9, tzinfo=UTC)),
        ("2025-03-13T00:05:09-08:00", datetime(2025, 3, 13, 8, 5, 9, tzinfo=UTC)),
    ],
)
def test_dates_of_any_precision(created: str, expected: datetime) -> None:
    assert bluesky.post(record(createdAt=created)).sent_at == expected


@pytest.mark.parametrize(
    "created", ["2025-03-13", "2025-W11-4T08:05Z", "20250313T080509Z", "", 5, "2025-03-13T25:00Z"]
)
def test_dates_that_are_none(created: object) -> None:
    assert reason(bluesky.post, record(createdAt=created)) == "bad-date"


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (record(text=None), "missing-text"),
        (record(createdAt=None), "missing-date"),
        (record(**{"$type": "app.bsky.feed.like"}), "not-a-post"),
        (VIEW | {"uri": None}, "missing-id"),
        (VIEW | {"uri": "https://bsky.example/post/1"}, "bad-id"),
        (
            {"uri": f"at://{DID}/app.bsky.graph.follow/3f", "value": {"createdAt": "2025-03-13T08:05Z"}},
            "not-a-post",
        ),
    ],
)
def test_why_a_record_cannot_be_a_message(view: dict[str, Any], expected: str) -> None:
    assert reason(bluesky.post, view) == expected


def test_event_of_the_stream() -> None:
    message = bluesky.post(bluesky.view_of_event(EVENT))
    assert (message.external_id, message.author) == (f"at://{DID}/app.bsky.feed.post/3me", DID)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (EVENT | {"kind": "identity"}, "not-a-post"),
        (EVENT | {"commit": EVENT["commit"] | {"collection": "app.bsky.feed.like"}}, "not-a-post"),
        (EVENT | {"did": None}, "missing-id"),
    ],
)
def test_events_that_bring_no_post(event: dict[str, Any], expected: str) -> None:
    assert reason(bluesky.view_of_event, event) == expected


def test_languages_are_only_taken_when_there_is_one() -> None:
    assert bluesky.post(record(langs=["en", "de"])).language is None
    assert bluesky.post(record(langs=None)).language is None


def test_mentions_are_cut_out_by_bytes_not_characters() -> None:
    assert bluesky.addressed(VIEW) == ["shop.example", SHOP, SHOP]  # the last one: whose post is answered


def test_mentions_without_facets_are_read_from_the_text() -> None:
    view = record(facets=None, reply=None, text="hello @shop.example, write to me@mail.example")
    assert bluesky.addressed(view) == ["shop.example"]


def test_facets_of_the_wrong_shape_mention_nobody() -> None:
    view = record(reply=None, text="plain", facets=[{"index": 5, "features": "x"}, 7])
    assert bluesky.addressed(view) == []


def test_names_of_author() -> None:
    assert bluesky.names_of_author(VIEW) == ["anna.example", DID]
    assert bluesky.names_of_author({"uri": VIEW["uri"]}) == [DID]
