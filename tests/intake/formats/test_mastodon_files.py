import json
from pathlib import Path
from typing import Any

import pytest
from network_files import lines, plain, read, store

from careworth.errors import FormatError
from careworth.intake.formats._source import Source
from careworth.intake.formats.mastodon import Mastodon

FORMAT = Mastodon()
SHOP = {"acct": "shop", "url": "https://s.example/@shop", "bot": False}
ANNA = {"acct": "anna@far.example", "url": "https://far.example/@anna", "bot": False}


def status(number: int, **change: Any) -> dict[str, Any]:
    return {
        "id": f"11700000000000000{number}",
        "created_at": "2025-03-13T08:05:09.250Z",
        "in_reply_to_id": None,
        "visibility": "public",
        "content": f"<p>text {number}</p>",
        "reblog": None,
        "account": ANNA,
        "mentions": [],
        **change,
    }


def ids(*numbers: int) -> list[str]:
    return [f"11700000000000000{number}" for number in numbers]


@pytest.mark.parametrize("indent", [None, 1])
def test_status_list_and_context_as_one_document(tmp_path: Path, indent: int | None) -> None:
    context = {"ancestors": [status(1)], "descendants": [status(3, in_reply_to_id=ids(2)[0]), status(4)]}
    for answer, expected in (
        (status(1), ids(1)),
        ([status(1), status(2)], ids(1, 2)),
        (context, ids(1, 3, 4)),
    ):
        path = store(tmp_path / "answer.json", json.dumps(answer, indent=indent).encode())
        assert FORMAT.claims(Source(path))
        assert read(FORMAT, path).ids == expected


def test_answers_of_all_kinds_one_a_line(tmp_path: Path) -> None:
    notification = {"id": "9", "type": "mention", "account": ANNA, "status": status(3)}
    follow = {"id": "10", "type": "follow", "account": ANNA}
    direct = status(4, visibility="direct")
    path = lines(
        tmp_path / "all.jsonl",
        [status(1), status(2, reblog=status(7))],
        notification,
        follow,
        {"id": "15", "accounts": [ANNA], "last_status": direct},
        {"id": "16", "accounts": [ANNA], "last_status": None},
        {"ancestors": [], "descendants": []},
    )
    got = read(FORMAT, path)
    assert got.ids == ids(1, 3, 4)
    assert [(one.line, one.reason) for one in got.rejected] == [
        (1, "reblog"),
        (3, "not-a-post"),
        (5, "not-a-post"),
    ]
    assert json.loads(got.rejected[1].raw) == follow
    private = got.messages[-1]
    assert (private["private"], private["thread_hint"]) == (True, "conversation/15")
    assert not any(m["private"] or m["thread_hint"] for m in got.messages[:-1])


def test_sides_follow_from_the_brands(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        status(1, mentions=[{"acct": "bob@far.example"}, {"acct": "shop", "url": "https://s.example/@shop"}]),
        status(2, account=SHOP),
        status(3),
    )
    for brand in ("shop", "shop@s.example"):
        got = read(FORMAT, path, brand)
        assert [(m["inbound"], m["brand"]) for m in got.messages] == [
            (True, brand),
            (False, brand),
            (True, None),
        ]
    assert {m["inbound"] for m in read(FORMAT, path).messages} == {None}


def test_every_broken_record_is_kept_with_its_reason(tmp_path: Path) -> None:
    good = json.dumps(status(1)).encode()
    broken = [
        (good[:50], "bad-json"),
        (good.replace(b"text 1", b"\xff"), "bad-encoding"),
        (json.dumps(status(2, id=None)).encode(), "missing-id"),
        (json.dumps(status(3, account={})).encode(), "missing-author"),
        (json.dumps(status(4, created_at="2025")).encode(), "bad-date"),
        (json.dumps(status(5, content=None)).encode(), "missing-text"),
        (b'{"name": "something else"}', "unknown-object"),
    ]
    got = read(FORMAT, lines(tmp_path / "a.jsonl", good, *(line for line, _ in broken)))
    assert [(one.line, one.raw, one.reason) for one in got.rejected] == [
        (number, line, why) for number, (line, why) in enumerate(broken, 2)
    ]
    assert got.ids == ids(1)


def test_empty_time_line_is_no_error(tmp_path: Path) -> None:
    assert read(FORMAT, store(tmp_path / "empty.json", b"[]")).received == 0


@pytest.mark.parametrize(
    "content", [b"", b'{"acct": "shop", "id": "1"}', b'{"id": "1", "text": "x"}', b"a,b\n"]
)
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = store(tmp_path / "other.json", content)
    assert not FORMAT.claims(Source(path))
    with pytest.raises(FormatError):
        read(FORMAT, path)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("home_tl_1_get", 13),
        ("notifications_1_get", 1),
        ("conversations_2_get", 2),
        ("conversations_4_get", 2),
        ("status_reply_0_post", 1),
        ("status_reply_2_post", 1),
    ],
)
def test_recorded_answers(shared_data: Path, name: str, count: int) -> None:
    path = shared_data / "social-json" / "mastodon" / f"{name}.json"
    got = read(FORMAT, path)
    assert (len(got.messages), got.reasons) == (count, {})
    answer = json.loads(plain(path))
    listed = answer if isinstance(answer, list) else [answer]
    inner = [one.get("last_status") or one.get("status") or one for one in listed]
    assert got.ids == [one["id"] for one in inner]
    assert [m["parent_external_id"] for m in got.messages] == [one["in_reply_to_id"] for one in inner]
    assert [m["private"] for m in got.messages] == [one["visibility"] == "direct" for one in inner]
    assert not any("<" in m["text"] or "&#" in m["text"] for m in got.messages)


@pytest.mark.parametrize("name", ["account_0_get", "account_1_get"])
def test_recorded_accounts_are_refused(shared_data: Path, name: str) -> None:
    with pytest.raises(FormatError):
        read(FORMAT, shared_data / "social-json" / "mastodon" / f"{name}.json")


def test_the_streaming_interface_says_what_was_deleted(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl", {"event": "delete", "payload": "7"}, {"event": "filters_changed", "payload": ""}
    )
    found = read(FORMAT, path)
    assert [(one["channel"], one["external_id"]) for one in found.deleted] == [("mastodon", "7")]
    assert found.reasons == {"not-a-post": 1}
