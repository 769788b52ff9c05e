from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careworth.channels import x
from careworth.channels._problem import PayloadProblem
from careworth.terms import IncomingMessage

POST: dict[str, Any] = {
    "id": "1900000000000000001",
    "text": "@OurShop my parcel &amp; the receipt are lost",
    "author_id": "77",
    "created_at": "2025-03-13T08:05:09.000Z",
    "conversation_id": "1900000000000000000",
    "referenced_tweets": [
        {"type": "quoted", "id": "1899999999999999990"},
        {"type": "replied_to", "id": "1899999999999999999"},
    ],
    "lang": "en",
}
NATIVE: dict[str, Any] = {
    "id": 1900000000000000000,  # what a program made of it that keeps numbers as floats
    "id_str": "1900000000000000001",
    "created_at": "Thu Mar 13 08:05:09 +0000 2025",
    "text": "It broke agai… https://t.example/1",
    "user": {"id_str": "77", "screen_name": "AnnaExample"},
    "in_reply_to_status_id": 1899999999999999999,
    "in_reply_to_status_id_str": "1899999999999999998",
    "lang": "und",
}
EVENT: dict[str, Any] = {
    "id": "1900000000000000005",
    "event_type": "MessageCreate",
    "text": "My number is 12 &lt; 13",
    "sender_id": "77",
    "dm_conversation_id": "77-88",
    "created_at": "2025-03-13T08:05:09.250Z",
}
ARCHIVED: dict[str, Any] = {
    "id": "1900000000000000006",
    "senderId": "77",
    "recipientId": "88",
    "text": "hello",
    "createdAt": "2025-03-13T08:05:09.250Z",
}


def reason(call: Any, *arguments: Any) -> str:
    with pytest.raises(PayloadProblem) as caught:
        call(*arguments)
    assert caught.value.detail.endswith(".")
    return caught.value.reason


def without(payload: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key not in keys}


def test_post_of_version_2_keeps_every_digit_and_finds_its_parent() -> None:
    assert x.post_v2(POST, {"77": "AnnaExample"}) == IncomingMessage(
        channel="x",
        external_id="1900000000000000001",
        author="AnnaExample",
        sent_at=datetime(2025, 3, 13, 8, 5, 9, tzinfo=UTC),
        text="@OurShop my parcel & the receipt are lost",
        parent_external_id="1899999999999999999",
        thread_hint="1900000000000000000",
        language="en",
    )


def test_author_is_the_handle_in_the_post_or_in_the_list_or_else_the_number() -> None:
    assert x.post_v2(POST, {}).author == "77"
    assert x.post_v2(POST, {"77": "listed"}).author == "listed"
    assert x.post_v2(POST | {"author": {"username": "inside"}}, {"77": "listed"}).author == "inside"


def test_long_post_is_read_whole() -> None:
    assert x.post_v2(POST | {"note_tweet": {"text": "whole &gt; cut"}}, {}).text == "whole > cut"


def test_retweet_is_refused_and_quote_is_not() -> None:
    quote = POST | {"referenced_tweets": [{"type": "quoted", "id": "5"}]}
    assert x.post_v2(quote, {}).parent_external_id is None
    retweet = POST | {"referenced_tweets": [{"type": "retweeted", "id": "5"}]}
    assert reason(x.post_v2, retweet, {}) == "retweet"
    assert reason(x.post_v1, NATIVE | {"retweeted_status": {"id_str": "5"}}) == "retweet"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": None}, "missing-id"),
        ({"id": 1900000000000000001}, "bad-id"),
        ({"id": ["1"]}, "bad-id"),
        ({"text": None}, "missing-text"),
        ({"text": {"en": "x"}}, "bad-text"),
        ({"text": "a\0b"}, "nul-bytes"),
        ({"author_id": None}, "missing-author"),
        ({"created_at": "yesterday"}, "bad-date"),
        ({"created_at": 1741853109}, "bad-date"),
        ({"created_at": "2025-13-13T08:05:09Z"}, "bad-date"),
        ({"created_at": "0001-01-01T00:00:00+05:00"}, "bad-date"),
        ({"created_at": None, "id": "12"}, "missing-date"),
    ],
)
def test_why_a_post_cannot_be_a_message(change: dict[str, Any], expected: str) -> None:
    assert reason(x.post_v2, POST | change, {}) == expected


def test_id_tells_the_time_when_created_at_was_not_asked_for() -> None:
    # The manual's direct message 1582838499983564806 is of 2022-10-19T20:58:00.000Z.
    event = without(EVENT, "created_at") | {"id": "1582838499983564806"}
    told = x.direct_message(event, {}).sent_at
    assert told.replace(microsecond=0) == datetime(2022, 10, 19, 20, 58, tzinfo=UTC)


@given(st.integers(x._FIRST_TIMED_ID, 2**63 - 1))
def test_time_of_id_is_the_formula(number: int) -> None:
    milliseconds = (number >> 22) + 1288834974657
    expected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    assert x.time_of_id(str(number)) == expected


@pytest.mark.parametrize("bad", ["", "abc", "-5", "٣" * 18, "9" * 20, "29700859246", "1.5e18"])
def test_ids_that_hold_no_time(bad: str) -> None:
    assert reason(x.time_of_id, bad) == "bad-id"


def test_post_of_version_1_takes_the_ids_that_are_text() -> None:
    message = x.post_v1(NATIVE)
    assert (message.external_id, message.parent_external_id) == ("1900000000000000001", "1899999999999999998")
    assert message.author == "AnnaExample"
    assert message.sent_at == datetime(2025, 3, 13, 8, 5, 9, tzinfo=UTC)
    assert message.language is None


def test_version_1_number_that_may_have_lost_digits_is_no_id() -> None:
    assert reason(x.post_v1, without(NATIVE, "id_str")) == "bad-id"
    assert x.post_v1(without(NATIVE, "id_str") | {"id": 20}).external_id == "20"


def test_version_1_text_is_the_longest_form_there_is() -> None:
    assert x.post_v1(NATIVE | {"full_text": "full"}).text == "full"
    extended = {"full_text": "full", "extended_tweet": {"full_text": "extended"}}
    assert x.post_v1(NATIVE | extended).text == "extended"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"user": {"id_str": "77"}}, "missing-author"),
        ({"created_at": None}, "missing-date"),
        ({"created_at": "Thu Mrz 13 08:05:09 +0000 2025"}, "bad-date"),
        ({"created_at": "Thu Mar 33 08:05:09 +0000 2025"}, "bad-date"),
        ({"created_at": "2025-03-13T08:05:09Z"}, "bad-date"),
        ({"text": None}, "missing-text"),
    ],
)
def test_why_a_post_of_version_1_cannot_be_a_message(change: dict[str, Any], expected: str) -> None:
    assert reason(x.post_v1, NATIVE | change) == expected


@given(st.integers(1_142_899_200, 4_102_444_800), st.integers(-12 * 60, 14 * 60))
def test_version_1_dates_agree_with_strptime(seconds: int, minutes: int) -> None:
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    written = moment.strftime("%a %b %d %H:%M:%S %z %Y")
    assert x.post_v1(NATIVE | {"created_at": written}).sent_at == datetime.strptime(
        written, "%a %b %d %H:%M:%S %z %Y"
    )


def test_archived_post_has_the_author_that_is_given_and_no_mark_on_retweets() -> None:
    own = without(NATIVE, "user")
    assert x.post_v1(own, "owner").author == "owner"
    assert reason(x.post_v1, own | {"text": "RT @somebody: look"}, "owner") == "retweet"
    assert x.post_v1(NATIVE | {"text": "RT @somebody: look"}).text == "RT @somebody: look"


def test_direct_message_is_private_and_names_its_conversation() -> None:
    message = x.direct_message(EVENT, {"77": "AnnaExample"})
    assert (message.private, message.thread_hint, message.author) == (True, "77-88", "AnnaExample")
    assert message.text == "My number is 12 < 13"
    assert message.sent_at.microsecond == 250_000


def test_only_the_creation_of_a_message_is_a_message() -> None:
    assert reason(x.direct_message, EVENT | {"event_type": "ParticipantsJoin"}, {}) == "not-a-post"


def test_archived_direct_message() -> None:
    message = x.archived_direct_message(ARCHIVED, "77-88", {"77": "owner"})
    assert (message.author, message.private, message.thread_hint) == ("owner", True, "77-88")
    assert x.archived_direct_message(ARCHIVED, None, {}).author == "77"
    assert reason(x.archived_direct_message, without(ARCHIVED, "createdAt"), None, {}) == "missing-date"


@pytest.mark.parametrize(
    ("code", "expected"),
    [("de", "de"), ("in", "id"), ("iw", "he"), ("qht", None), ("und", None), ("zxx", None), (7, None)],
)
def test_language(code: object, expected: str | None) -> None:
    assert x.post_v2(POST | {"lang": code}, {}).language == expected


def test_addressed_in_the_order_of_the_mentions() -> None:
    marked = {"entities": {"mentions": [{"username": "One"}, {"username": "two"}]}}
    assert x.addressed(POST | marked, {}) == ["One", "two"]
    assert x.addressed(POST, {}) == ["OurShop"]
    assert x.addressed({"text": "mail me@example.org"}, {}) == []
    native = {"entities": {"user_mentions": [{"screen_name": "three"}]}, "in_reply_to_screen_name": "four"}
    assert x.addressed(native, {}) == ["three", "four"]
    assert x.addressed({"text": "thanks", "in_reply_to_user_id": "88"}, {"88": "OurShop"}) == [
        "OurShop",
        "88",
    ]
    assert x.addressed(EVENT, {"88": "OurShop"}) == ["OurShop", "88"]


def test_mentions_behind_the_cut_of_a_long_post_count() -> None:
    whole = {"note_tweet": {"text": "…", "entities": {"mentions": [{"username": "late"}]}}}
    assert x.addressed(POST | {"entities": {"urls": []}} | whole, {}) == ["late"]


def test_edit_history_of_both_generations() -> None:
    assert x.edit_history({"edit_history_tweet_ids": ["1", "2"]}) == ["1", "2"]
    assert x.edit_history({"edit_info": {"initial": {"editTweetIds": ["1"]}}}) == ["1"]
    assert x.edit_history({"edit_info": {"edit": {"editControlInitial": {"editTweetIds": ["1", "2"]}}}}) == [
        "1",
        "2",
    ]
    assert x.edit_history({"edit_info": 3}) == []


def test_handles_of_users() -> None:
    users = [{"id": "1", "username": "a"}, {"id": 2**60, "username": "lost"}, {"id": "3"}]
    assert x.handles_of(users) == {"1": "a"}


@given(st.text("&<>;abglmpt# é"))
def test_plain_undoes_what_x_escapes_and_nothing_else(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert x.plain(escaped) == text


def test_plain_leaves_other_entities_alone() -> None:
    assert x.plain("caf&eacute; &amp;lt;") == "caf&eacute; &lt;"
