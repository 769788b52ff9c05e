import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from network_files import lines, read, store

from careworth.errors import FormatError
from careworth.intake.formats._source import Source
from careworth.intake.formats.bluesky import Bluesky

FORMAT = Bluesky()
ANNA, SHOP = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
HANDLES = {ANNA: "anna.example", SHOP: "shop.example"}
REPOST = {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"did": ANNA}}


def uri(key: str, did: str = ANNA, kind: str = "app.bsky.feed.post") -> str:
    return f"at://{did}/{kind}/{key}"


def record(key: str, parent: str | None = None, **change: Any) -> dict[str, Any]:
    reply = {"reply": {"root": {"uri": uri("root")}, "parent": {"uri": parent}}} if parent else {}
    text = {"text": f"text {key}", "createdAt": "2025-03-13T08:05:09.250Z"}
    return {"$type": "app.bsky.feed.post", **text, **reply, **change}


def view(key: str, did: str = ANNA, parent: str | None = None, **change: Any) -> dict[str, Any]:
    author = {"did": did, "handle": HANDLES[did]}
    return {"uri": uri(key, did), "cid": "c", "author": author, "record": record(key, parent, **change)}


LIKE = {"uri": uri("l", kind="app.bsky.feed.like"), "cid": "c", "value": {"$type": "app.bsky.feed.like"}}


@pytest.mark.parametrize(
    "answer",
    [
        view("1"),
        {"uri": uri("1"), "cid": "c", "value": record("1")},
        {"records": [{"uri": uri("1"), "cid": "c", "value": record("1")}], "cursor": "x"},
        {"posts": [view("1")], "hitsTotal": 1},
        {"feed": [{"post": view("1")}], "cursor": "x"},
        {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": view("1"), "replies": []}},
        {"notifications": [view("1") | {"reason": "mention", "isRead": False}]},
        {
            "did": ANNA,
            "time_us": 1741853109000000,
            "kind": "commit",
            "commit": {
                "operation": "create",
                "collection": "app.bsky.feed.post",
                "rkey": "1",
                "record": record("1"),
            },
        },
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_every_shape_gives_the_same_post(tmp_path: Path, answer: dict[str, Any], indent: int | None) -> None:
    path = store(tmp_path / "answer.json", json.dumps(answer, indent=indent).encode())
    assert FORMAT.claims(Source(path))
    (message,) = read(FORMAT, path).messages
    assert (message["external_id"], message["text"]) == (uri("1"), "text 1")
    assert message["author"] in (ANNA, "anna.example")


def test_thread_from_its_first_post_down_every_branch(tmp_path: Path) -> None:
    missing = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri("gone"), "notFound": True}
    blocked = {
        "$type": "app.bsky.feed.defs#blockedPost",
        "uri": uri("no"),
        "blocked": True,
        "author": {"did": SHOP},
    }
    thread = {
        "post": view("me", SHOP, uri("up")),
        "parent": {"post": view("up", ANNA, uri("root")), "parent": {"post": view("root")}},
        "replies": [
            {"post": view("a", ANNA, uri("me", SHOP)), "replies": [{"post": view("aa")}, missing]},
            {"post": view("b", ANNA, uri("me", SHOP))},
            blocked,
        ],
    }
    path = store(tmp_path / "thread.json", json.dumps({"thread": thread}, indent=1).encode())
    got = read(FORMAT, path)
    assert got.ids == [uri("root"), uri("up"), uri("me", SHOP), uri("a"), uri("aa"), uri("b")]
    assert [(one.reason, json.loads(one.raw)) for one in got.rejected] == [
        ("not-found", missing),
        ("blocked", blocked),
    ]
    me = got.messages[2]
    assert (me["parent_external_id"], me["thread_hint"]) == (uri("up"), uri("root"))
    assert read(FORMAT, lines(tmp_path / "bare.jsonl", thread)).ids == got.ids
    assert read(FORMAT, lines(tmp_path / "up.jsonl", {"post": view("1"), "parent": missing})).ids == [
        uri("1")
    ]


def test_feed_shows_posts_that_are_answered_once(tmp_path: Path) -> None:
    reply = {"root": view("root"), "parent": view("up")}
    entries = [
        {"post": view("1", SHOP, uri("up")), "reply": reply},
        {"post": view("2", SHOP, uri("up")), "reply": reply},
        {"post": view("up"), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}},
        {"post": view("other"), "reason": REPOST},
        {"post": view("3"), "reply": {"root": {"uri": uri("gone"), "notFound": True}, "parent": None}},
    ]
    got = read(FORMAT, lines(tmp_path / "feed.jsonl", {"feed": entries}))
    assert got.ids == [uri("1", SHOP), uri("2", SHOP), uri("up"), uri("3"), uri("root")]
    assert got.reasons == {"repost": 1, "not-found": 1}
    alone = read(FORMAT, lines(tmp_path / "entries.jsonl", *entries[:2]))
    assert alone.ids == [uri("1", SHOP), uri("root"), uri("up"), uri("2", SHOP), uri("root"), uri("up")]


def test_events_of_the_stream(tmp_path: Path) -> None:
    def event(operation: str, kind: str = "app.bsky.feed.post", **commit: Any) -> dict[str, Any]:
        inner = {"operation": operation, "collection": kind, "rkey": "1", **commit}
        return {"did": ANNA, "time_us": 1741853109000000, "kind": "commit", "commit": inner}

    path = lines(
        tmp_path / "jetstream.jsonl",
        {"did": ANNA, "time_us": 1, "kind": "identity", "identity": {"did": ANNA}},
        event("create", record=record("1")),
        event("delete"),
        event("create", "app.bsky.feed.like", record={"$type": "app.bsky.feed.like"}),
        event("create", record=record("1", text=None)),
    )
    got = read(FORMAT, path, SHOP)
    assert [(one.line, one.reason) for one in got.rejected] == [
        (1, "not-a-post"),
        (4, "not-a-post"),
        (5, "missing-text"),
    ]
    assert [(m["author"], m["inbound"]) for m in got.messages] == [(ANNA, True)]
    at = datetime(2025, 3, 13, 8, 5, 9, tzinfo=UTC)
    assert got.deleted == [
        {"channel": "bluesky", "external_id": f"at://{ANNA}/app.bsky.feed.post/1", "at": at}
    ]


def test_sides_follow_from_the_brands(tmp_path: Path) -> None:
    posts = [
        view("1", text="@shop.example help"),
        view("2", SHOP),
        view("3", parent=uri("2", SHOP)),
        view("4"),
    ]
    path = lines(tmp_path / "a.jsonl", {"posts": posts})
    by_handle = [(m["inbound"], m["brand"]) for m in read(FORMAT, path, "shop.example").messages]
    assert by_handle == [(True, "shop.example"), (False, "shop.example"), (True, None), (True, None)]
    by_did = [(m["inbound"], m["brand"]) for m in read(FORMAT, path, SHOP).messages]
    assert by_did == [(True, None), (False, SHOP), (True, SHOP), (True, None)]
    assert {m["inbound"] for m in read(FORMAT, path).messages} == {None}


def test_every_broken_record_is_kept_with_its_reason(tmp_path: Path) -> None:
    good = json.dumps(view("1")).encode()
    broken = [
        (good[:60], "bad-json"),
        (good.replace(b"text 1", b"\xff"), "bad-encoding"),
        (json.dumps(view("2", createdAt="now")).encode(), "bad-date"),
        (json.dumps(view("3", createdAt=None)).encode(), "missing-date"),
        (json.dumps(view("4") | {"uri": "x"}).encode(), "bad-id"),
        (json.dumps(LIKE).encode(), "not-a-post"),
        (b'{"did": "did:plc:a", "handle": "anna.example"}', "unknown-object"),
        (b'{"posts": "none"}', "unknown-object"),
    ]
    got = read(FORMAT, lines(tmp_path / "a.jsonl", good, *(line for line, _ in broken)))
    assert [(one.line, one.raw, one.reason) for one in got.rejected] == [
        (number, line, why) for number, (line, why) in enumerate(broken, 2)
    ]


def test_entry_of_a_feed_without_a_post(tmp_path: Path) -> None:
    got = read(FORMAT, lines(tmp_path / "a.jsonl", {"feed": [{"reason": REPOST}, {"post": 5}]}))
    assert got.reasons == {"not-a-post": 2}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"handle": "a.example", "did": "did:plc:a", "didDoc": {}}',
        b'{"follows": [{"did": "a"}]}',
        b"a,b\n1,2\n",
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = store(tmp_path / "other.json", content)
    assert not FORMAT.claims(Source(path))
    with pytest.raises(FormatError):
        read(FORMAT, path)


def test_recorded_records(shared_data: Path) -> None:
    folder = shared_data / "social-json" / "bluesky"
    (message,) = read(FORMAT, folder / "post_record.json").messages
    recorded = json.loads((folder / "post_record.json").read_bytes())
    assert message["external_id"] == recorded["uri"]
    assert message["author"] == recorded["uri"].split("/")[2]
    assert message["sent_at"].isoformat() == recorded["value"]["createdAt"]
    for name in ("like_record", "feed_record"):
        assert read(FORMAT, folder / f"{name}.json").reasons == {"not-a-post": 1}
    for name in ("did_doc", "get_follows"):
        with pytest.raises(FormatError):
            read(FORMAT, folder / f"{name}.json")
