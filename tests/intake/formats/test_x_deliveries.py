"""What X delivers to webhooks. The samples are written after its documentation; nothing was captured."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from network_files import Read, again, lines, read

from careworth.intake.formats._source import Source
from careworth.intake.formats.x_v2 import XV2

FORMAT = XV2()
BOTH = {"77": "anna_example", "88": "OurShop"}


def direct_message(number: str, sender: str, recipient: str, text: str = "help") -> dict[str, Any]:
    return {
        "type": "message_create",
        "id": number,
        "created_timestamp": "1757313244250",
        "message_create": {
            "sender_id": sender,
            "target": {"recipient_id": recipient},
            "message_data": {"text": text},
        },
    }


def account_activity(**events: Any) -> dict[str, Any]:
    users = {number: {"id": number, "screen_name": name} for number, name in BOTH.items()}
    return {"for_user_id": "88", **events, "users": users}


def activity(kind: str, payload: Any, **more: Any) -> dict[str, Any]:
    event = {"event_uuid": "1", "filter": {"user_id": "88"}, "event_type": kind, "payload": payload}
    return {"data": event | more}


def got(tmp_path: Path, *deliveries: dict[str, Any]) -> Read:
    return read(FORMAT, lines(tmp_path / "deliveries.jsonl", *deliveries), "ourshop")


def test_direct_messages_of_both_interfaces_are_one_private_conversation(tmp_path: Path) -> None:
    users = {number: {"data": {"id": number, "username": name}} for number, name in BOTH.items()}
    asked, answered = direct_message("1", "77", "88", "a &amp; b?"), direct_message("2", "88", "77", "both")
    found = got(
        tmp_path,
        account_activity(direct_message_events=[asked]),
        activity("dm.sent", {"direct_message_events": [answered], "users": users}),
    ).messages
    told = [(m["author"], m["inbound"], m["brand"], m["text"]) for m in found]
    assert told == [
        ("anna_example", True, "ourshop", "a & b?"),
        ("OurShop", False, "ourshop", "both"),
    ]
    for message in found:
        assert (message["private"], message["thread_hint"]) == (True, "77-88")  # as version 2 names it
        assert message["sent_at"] == datetime(2025, 9, 8, 6, 34, 4, 250_000, tzinfo=UTC)


def test_posts_of_both_interfaces_and_what_stands_beside_them(tmp_path: Path) -> None:
    old = {
        "id_str": "1900000000000000001",
        "created_at": "Thu Mar 13 08:05:09 +0000 2025",
        "text": "@OurShop where is it?",
        "user": {"id_str": "77", "screen_name": "anna_example"},
        "in_reply_to_screen_name": "OurShop",
    }
    new = {
        "id": "1900000000000000003",
        "author_id": "88",
        "conversation_id": "1900000000000000001",
        "text": "@anna_example on its way",
        "referenced_tweets": [{"type": "replied_to", "id": "1900000000000000001"}],
    }
    asked = {"id": "1900000000000000002", "author_id": "77", "text": "hello", "conversation_id": "1"}
    users = [{"data": {"id": number, "username": name}} for number, name in BOTH.items()]
    found = got(
        tmp_path,
        account_activity(tweet_create_events=[old]),
        activity("post.create", new, includes={"users": users, "tweets": [new, asked]}),
    ).messages
    assert [(m["external_id"][-1], m["author"], m["inbound"], m["brand"]) for m in found] == [
        ("1", "anna_example", True, "ourshop"),
        ("3", "OurShop", False, "ourshop"),
        ("2", "anna_example", True, None),
    ]


REPOST = {"id": "1900000000000000004", "text": "RT", "author_id": "77",
          "referenced_tweets": [{"type": "retweeted", "id": "1"}]}  # fmt: skip


@pytest.mark.parametrize(
    ("delivery", "reason"),
    [
        (account_activity(direct_message_mark_read_events=[{"sender_id": "77"}]), "receipt"),
        (account_activity(direct_message_indicate_typing_events=[{"sender_id": "77"}]), "typing"),
        (account_activity(tweet_delete_events=[{"status": {}}]), "missing-id"),
        (account_activity(favorite_events=[{"id": "1"}]), "reaction"),
        (account_activity(follow_events=[{"type": "follow"}]), "not-a-post"),
        (account_activity(direct_message_events=[{"id": "1", "message_create": {}}]), "missing-author"),
        (account_activity(direct_message_events=["?"]), "not-a-post"),
        ({"user_event": {"revoke": {"date_time": "2018-05-24T09:48:12+00:00"}}}, "not-a-post"),
        (activity("post.delete", {"author_id": "77"}), "missing-id"),
        (activity("post.repost.create", REPOST), "retweet"),
        (activity("dm.read", {}), "receipt"),
        (activity("dm.indicate_typing", {}), "typing"),
        (activity("chat.received", {"id": "e", "encoded_event": "CwAB"}), "encrypted"),
        (activity("like.create", {"id": "1"}), "reaction"),
        (activity("profile.update.bio", {"before": "a", "after": "b"}), "not-a-post"),
        (activity("post.create", {}), "not-a-post"),
        (activity("post.create", None), "not-a-post"),
    ],
)
def test_what_is_no_message_is_set_aside_with_its_reason(
    tmp_path: Path, delivery: dict[str, Any], reason: str
) -> None:
    post = {"data": {"id": "1900000000000000009", "text": "hi", "author_id": "77"}}  # of the filtered stream
    found = got(tmp_path, post, delivery)
    assert (found.ids, found.reasons) == (["1900000000000000009"], {reason: 1})
    assert again(FORMAT, found, tmp_path, "ourshop").reasons == {reason: 1}


def test_the_examples_of_the_manual_are_claimed_and_accounted_for(shared_data: Path) -> None:
    kept, reasons = 0, dict[str, int]()
    for folder in ("account-activity", "activity-api"):
        for path in sorted((shared_data / "social-json/x-docs" / folder).iterdir()):
            assert FORMAT.claims(Source(path)), path.name
            found = read(FORMAT, path, "exampleuser", "xdevelopers")
            kept += len(found.messages)
            for reason, number in found.reasons.items():
                reasons[reason] = reasons.get(reason, 0) + number
    assert kept == 9
    assert reasons == {
        "not-a-post": 17, "encrypted": 2, "reaction": 1, "receipt": 1, "typing": 1,
        "retweet": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("event", "at"),
    [
        (
            account_activity(tweet_delete_events=[{"status": {"id": "7"}, "timestamp_ms": "1432228155593"}]),
            True,
        ),
        (activity("post.delete", {"id": "7", "author_id": "77"}), False),
        ({"data": {"delete": {"tweet": {"id": "7"}, "event_at": "2022-12-23T12:34:56.789Z"}}}, True),
        ({"delete": {"status": {"id": 7, "id_str": "7"}}, "timestamp_ms": "1432228155593"}, True),
    ],
)
def test_every_form_of_word_that_a_post_was_deleted(tmp_path: Path, event: dict[str, Any], at: bool) -> None:
    found = read(FORMAT, lines(tmp_path / "a.jsonl", event))
    assert [(one["channel"], one["external_id"], one["at"] is not None) for one in found.deleted] == [
        ("x", "7", at)
    ]
    assert (found.ids, found.reasons) == ([], {})
