import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from network_files import lines, plain, read, store

from careworth.errors import FormatError
from careworth.intake.formats._source import Source
from careworth.intake.formats.x_v2 import XV2

FORMAT = XV2()


def post(number: int, **change: Any) -> dict[str, Any]:
    """A post as version 2 sends it."""
    return {
        "id": f"19000000000000000{number:02}",
        "text": f"text {number}",
        "author_id": "77",
        "created_at": "2025-03-13T08:05:09.000Z",
        "conversation_id": "1900000000000000001",
        "edit_history_tweet_ids": [f"19000000000000000{number:02}"],
        **change,
    }


def replies_to(number: int, kind: str = "replied_to") -> dict[str, Any]:
    return {"referenced_tweets": [{"type": kind, "id": f"19000000000000000{number:02}"}]}


USERS = {"users": [{"id": "77", "username": "AnnaExample"}, {"id": "88", "username": "OurShop"}]}


def test_answers_one_a_line_with_the_posts_they_include(tmp_path: Path) -> None:
    first = {
        "data": [post(3, author_id="88", **replies_to(2)), post(2, **replies_to(1))],
        "includes": {**USERS, "tweets": [post(2), post(1), post(1)]},
        "meta": {"result_count": 2},
    }
    stream = {"data": post(5), "includes": USERS, "matching_rules": [{"id": "1"}]}
    got = read(FORMAT, lines(tmp_path / "search.jsonl", first, stream, {"meta": {"result_count": 0}}))
    assert got.ids == [f"190000000000000000{n}" for n in (3, 2, 1, 5)]  # 2 and 1 count once an answer
    assert [m["author"] for m in got.messages] == ["OurShop", "AnnaExample", "AnnaExample", "AnnaExample"]
    assert [m["parent_external_id"] for m in got.messages[:3]] == [
        "1900000000000000002",
        "1900000000000000001",
        None,
    ]
    assert {m["thread_hint"] for m in got.messages} == {"1900000000000000001"}
    assert {m["inbound"] for m in got.messages} == {None}
    assert got.reasons == {}


def test_one_answer_a_file_of_any_layout_knows_the_line_of_a_rejected_post(tmp_path: Path) -> None:
    answer = {"data": [post(1), post(2, text=None)], "includes": USERS}
    for indent in (None, 1):
        path = store(tmp_path / "page.json.gz", json.dumps(answer, indent=indent).encode())
        got = read(FORMAT, path)
        (bad,) = got.rejected
        assert (bad.reason, json.loads(bad.raw)) == ("missing-text", post(2, text=None))
        written = plain(path).split(b"\n")[bad.line - 1]
        assert b"{" in written and (indent is None or b'"id"' in plain(path).split(b"\n")[bad.line])
        assert got.ids == ["1900000000000000001"]


def test_sides_follow_from_the_brands(tmp_path: Path) -> None:
    answer = {
        "data": [
            post(1, text="@friend @OurShop where is it?"),
            post(2, author_id="88", text="@AnnaExample on its way"),
            post(3, text="nobody meant"),
        ],
        "includes": USERS,
    }
    path = lines(tmp_path / "a.jsonl", answer)
    sides = [(True, "ourshop"), (False, "ourshop"), (True, None)]
    assert [(m["inbound"], m["brand"]) for m in read(FORMAT, path, "ourshop", "other").messages] == sides
    by_number = [(m["inbound"], m["brand"]) for m in read(FORMAT, path, "88").messages]
    assert by_number == [(True, None), (False, "88"), (True, None)]


def test_retweets_are_set_aside_and_quotes_are_not(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl", post(1, **replies_to(9, "retweeted")), post(2, **replies_to(9, "quoted"))
    )
    got = read(FORMAT, path)
    assert (got.ids, got.reasons) == (["1900000000000000002"], {"retweet": 1})


def test_of_an_edited_post_the_latest_version_in_the_file_is_kept(tmp_path: Path) -> None:
    versions = [f"190000000000000000{n}" for n in (1, 2, 3)]
    path = lines(
        tmp_path / "a.jsonl",
        post(4, conversation_id=versions[0], **replies_to(1)),
        post(1, edit_history_tweet_ids=versions[:1]),
        post(3, edit_history_tweet_ids=versions),
        post(2, edit_history_tweet_ids=versions[:2]),
    )
    got = read(FORMAT, path)
    assert got.ids == ["1900000000000000004", versions[2]]
    assert [(one.line, one.reason) for one in got.rejected] == [(2, "edited"), (4, "edited")]
    reply = got.messages[0]
    assert (reply["parent_external_id"], reply["thread_hint"]) == (versions[2], versions[2])


def test_versions_are_ordered_as_numbers(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl", post(1, id="99"), post(2, id="100", edit_history_tweet_ids=["99", "100"])
    )
    got = read(FORMAT, path)
    assert (got.ids, got.reasons) == (["100"], {"edited": 1})


def test_version_that_cannot_be_a_message_does_not_outdate_one_that_can(tmp_path: Path) -> None:
    versions = ["1900000000000000001", "1900000000000000002"]
    path = lines(tmp_path / "a.jsonl", post(1), post(2, text=None, edit_history_tweet_ids=versions))
    assert read(FORMAT, path).ids == versions[:1]


def test_posts_inside_a_flattened_post_are_taken_too(tmp_path: Path) -> None:
    inner = {"type": "replied_to", **post(1, author={"username": "OurShop"}, author_id="88")}
    middle = {"type": "replied_to", **post(2, text=None), "referenced_tweets": [inner]}
    named_only = {"type": "quoted", "id": "1899999999999999990"}
    outer = post(3, author={"username": "AnnaExample"}, referenced_tweets=[named_only, middle, inner])
    got = read(FORMAT, lines(tmp_path / "flat.jsonl", outer))
    assert [(m["external_id"], m["author"]) for m in got.messages] == [
        ("1900000000000000003", "AnnaExample"),
        ("1900000000000000001", "OurShop"),
    ]
    (bad,) = got.rejected
    assert (bad.line, bad.reason, json.loads(bad.raw)) == (1, "missing-text", middle)


def test_native_posts_of_version_1(tmp_path: Path) -> None:
    native = {
        "id": 1900000000000000000,
        "id_str": "1900000000000000001",
        "created_at": "Thu Mar 13 08:05:09 +0000 2025",
        "full_text": "@OurShop &lt;3",
        "user": {"screen_name": "AnnaExample"},
        "in_reply_to_status_id_str": "1899999999999999998",
        "entities": {"user_mentions": [{"screen_name": "OurShop"}]},
    }
    delete = {"delete": {"status": {"id_str": "5"}}}
    path = lines(tmp_path / "stream.jsonl", native, delete, native | {"retweeted_status": {}})
    got = read(FORMAT, path, "ourshop")
    assert FORMAT.claims(Source(path))
    (message,) = got.messages
    assert message["external_id"] == "1900000000000000001"
    assert message["sent_at"] == datetime(2025, 3, 13, 8, 5, 9, tzinfo=UTC)
    assert (message["text"], message["inbound"], message["brand"]) == ("@OurShop <3", True, "ourshop")
    assert [(one.line, one.reason) for one in got.rejected] == [(3, "retweet")]
    assert [one["channel"] for one in got.deleted] == ["x"]


def test_direct_messages(tmp_path: Path) -> None:
    def event(number: str, sender: str, kind: str = "MessageCreate") -> dict[str, Any]:
        return {
            "id": number,
            "event_type": kind,
            "text": "hello",
            "sender_id": sender,
            "dm_conversation_id": "77-88",
            "created_at": "2025-03-13T08:05:09.000Z",
        }

    answer = {
        "data": [event("1", "77"), event("2", "88"), event("3", "77", "ParticipantsLeave")],
        "includes": USERS,
    }
    path = lines(tmp_path / "dm.jsonl", answer, event("4", "77"))
    got = read(FORMAT, path, "ourshop")
    assert FORMAT.claims(Source(path))
    assert [(m["author"], m["inbound"], m["brand"]) for m in got.messages] == [
        ("AnnaExample", True, "ourshop"),
        ("OurShop", False, "ourshop"),
        ("77", True, None),
    ]
    assert all(m["private"] and m["thread_hint"] == "77-88" for m in got.messages)
    assert got.reasons == {"not-a-post": 1}


def test_every_broken_line_is_kept_with_its_reason(tmp_path: Path) -> None:
    good = json.dumps(post(1)).encode()
    broken = [
        (good[:40], "bad-json"),
        (good.replace(b"text 1", b"caf\xe9"), "bad-encoding"),
        (good.replace(b"text 1", b"a\0b"), "nul-bytes"),
        (b'{"errors": [{"title": "operational-disconnect"}]}', "network-error"),
        (b'{"id": "1", "action": "delete", "reason": "protected"}', "unknown-object"),
        (b"7", "unknown-object"),
        (json.dumps(post(2, id=None)).encode(), "missing-id"),
        (json.dumps(post(3, created_at="soon")).encode(), "bad-date"),
        (json.dumps(post(4, author_id=None)).encode(), "missing-author"),
    ]
    path = lines(tmp_path / "a.jsonl", *(line for line, _ in broken), good)
    got = read(FORMAT, path)
    assert [(one.line, one.raw, one.reason) for one in got.rejected] == [
        (number, line, why) for number, (line, why) in enumerate(broken, 1)
    ]
    assert got.ids == ["1900000000000000001"]
    assert not any("text" in one.detail and "café" in one.detail for one in got.rejected)


def test_one_broken_object_in_an_answer_costs_only_itself(tmp_path: Path) -> None:
    answer = json.dumps({"data": [post(1), post(2, text="XX"), 5, post(3)], "includes": USERS}).encode()
    got = read(FORMAT, lines(tmp_path / "a.jsonl", answer.replace(b"XX", b"\xff")))
    assert got.ids == ["1900000000000000001", "1900000000000000003"]
    assert got.reasons == {"bad-encoding": 1, "not-a-post": 1}


def test_answer_is_claimed_whatever_stands_first_in_it(tmp_path: Path) -> None:
    padding = [{"id": str(n), "username": "x" * 99} for n in range(1_000)]
    late = {"includes": {"tweets": [post(1)], "users": padding}, "data": [post(2)]}
    path = lines(tmp_path / "a.jsonl", late)
    assert FORMAT.claims(Source(path))
    assert read(FORMAT, path).ids == ["1900000000000000002", "1900000000000000001"]


def test_accounts_are_no_posts_but_name_the_authors_of_what_comes_with_them(tmp_path: Path) -> None:
    answer = {"data": USERS["users"], "includes": {"tweets": [post(1, author_id="88")]}}
    got = read(FORMAT, lines(tmp_path / "users.jsonl", answer))
    assert got.reasons == {"not-a-post": 2}
    assert got.messages[0]["author"] == "OurShop"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"id,text\n1,hello\n",
        b'{"data": {"deleted": true}}',
        b'{"id": "1", "action": "delete", "created_at": "2019-09-06T17:25:54.667Z"}\n' * 2,
        b'{"id": "5", "created_at": "2025-03-13T08:05:09Z", "content": "<p>x</p>"}',
        b'[{"id": "1", "text": "x", ',
    ],
)
def test_other_files_are_refused_before_the_first_chunk(tmp_path: Path, content: bytes) -> None:
    path = store(tmp_path / "other.json", content)
    assert not FORMAT.claims(Source(path))
    with pytest.raises(FormatError) as caught:
        read(FORMAT, path)
    assert str(path) in caught.value.sentence and caught.value.hint


# What is recorded


def recorded(shared_data: Path, name: str) -> Path:
    return shared_data / "social-json" / "x-v2" / name


@pytest.mark.parametrize("name", ["noflat.jsonl.gz", "entities_test.jsonl.gz"])
def test_recorded_answers_agree_with_a_plain_count(shared_data: Path, name: str) -> None:
    answer = json.loads(plain(recorded(shared_data, name)))
    asked = {p["id"]: p for p in answer["data"]}
    every = {p["id"]: p for p in answer["includes"]["tweets"]} | asked
    names = {u["id"]: u["username"] for u in answer["includes"]["users"]}
    retweets = {
        i for i, p in every.items() if any(r["type"] == "retweeted" for r in p.get("referenced_tweets", []))
    }
    got = read(FORMAT, recorded(shared_data, name))
    assert got.received == len(every)
    assert got.reasons == {"retweet": len(retweets)}
    assert set(got.ids) == every.keys() - retweets
    assert got.ids[0] == next(i for i in asked if i not in retweets)
    for message in got.messages:
        source = every[message["external_id"]]
        assert message["author"] == names[source["author_id"]]
        parents = [r["id"] for r in source.get("referenced_tweets", []) if r["type"] == "replied_to"]
        assert message["parent_external_id"] == (parents[0] if parents else None)
        assert message["sent_at"] == datetime.fromisoformat(source["created_at"])
        assert message["thread_hint"] == source.get("conversation_id")


def test_recorded_answer_holds_the_same_posts_flattened_and_not(shared_data: Path) -> None:
    whole = read(FORMAT, recorded(shared_data, "noflat.jsonl.gz"))
    flat = read(FORMAT, recorded(shared_data, "flat.jsonl.gz"))
    key = "external_id"
    assert {m[key]: m for m in flat.messages} == {m[key]: m for m in whole.messages}
    assert len(whole.ids) == 117


@pytest.mark.parametrize(
    "name", ["edited.jsonl", "edited_after.jsonl", "edited_before.jsonl", "quoted_edit.jsonl"]
)
def test_recorded_edit_keeps_the_latest_version(shared_data: Path, name: str) -> None:
    got = read(FORMAT, recorded(shared_data, name))
    assert "1576994789110992896" in got.ids
    assert "1576994746135764992" not in got.ids
    assert got.reasons == {"edited": 1}


def test_recorded_stream_that_broke_off(shared_data: Path) -> None:
    got = read(FORMAT, recorded(shared_data, "streaming_output_with_error.jsonl"))
    assert [(one.line, one.reason, len(one.raw)) for one in got.rejected] == [(8, "bad-json", 44)]
    assert got.received == 12


@pytest.mark.parametrize("name", ["tweets_compliance.jsonl", "users_compliance.jsonl"])
def test_recorded_notices_of_deletion_are_no_posts(shared_data: Path, name: str) -> None:
    with pytest.raises(FormatError):
        read(FORMAT, recorded(shared_data, name))


def test_native_posts_of_the_manual(shared_data: Path) -> None:
    files = sorted((shared_data / "social-json" / "x-docs" / "v1-native").glob("*.json"))
    claimed = [path for path in files if FORMAT.claims(Source(path))]
    assert len(claimed) == 10
    for path in claimed:
        native = json.loads(path.read_bytes())
        got = read(FORMAT, path)
        assert got.received == 1
        assert got.ids == [native["id_str"]] or got.reasons.keys() <= {"retweet", "missing-author"}
    reply = read(FORMAT, files[0].with_name("post_reply.json")).messages[0]
    assert reply["parent_external_id"] == "1296887091901718529"


def test_media_that_an_answer_includes_stand_beside_its_posts(tmp_path: Path) -> None:
    answer = {
        "data": [post(1), post(2, attachments={"media_keys": ["3_1"]})],
        "includes": {"media": [{"media_key": "3_1", "type": "photo", "url": "https://p.example/1"}]},
    }
    [chunk] = read(FORMAT, lines(tmp_path / "answer.json", answer)).chunks
    assert chunk.attached is not None
    held = {"row": 1, "position": 0, "kind": "image", "address": "https://p.example/1", "alt": None}
    assert chunk.attached.to_pylist() == [held]
