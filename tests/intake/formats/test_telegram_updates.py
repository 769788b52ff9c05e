"""Updates of Telegram's Bot API. The samples are written after its documentation; nothing was captured."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from network_files import Read, lines, read

from careworth.errors import FormatError, InputError
from careworth.intake._normalise import normalise
from careworth.intake.formats import ReadOptions
from careworth.intake.formats._source import Source
from careworth.intake.formats.telegram import Telegram

FORMAT = Telegram()
ANNA = {"id": 77, "is_bot": False, "first_name": "Anna", "username": "anna_example", "language_code": "ur"}
ALONE = {"id": 77, "type": "private", "first_name": "Anna", "username": "anna_example"}
BOT = {"id": 5000, "is_bot": True, "first_name": "Acme", "username": "acme_bot"}
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "Our customers"}


def said(text: str | None = "Where is my parcel?", **more: Any) -> dict[str, Any]:
    message = {"message_id": 11, "date": 1_757_313_244, "chat": ALONE, "from": ANNA, **more}
    return message if text is None else message | {"text": text}


def update(message: dict[str, Any], kind: str = "message", number: int = 900) -> dict[str, Any]:
    return {"update_id": number, kind: message}


def got(tmp_path: Path, *updates: dict[str, Any], brands: tuple[str, ...] = ("acme_bot",)) -> Read:
    return read(FORMAT, lines(tmp_path / "updates.jsonl", *updates), *brands)


def test_a_message_to_the_bot_is_private_and_its_id_names_the_chat(tmp_path: Path) -> None:
    answered = said("Which number?", message_id=10)
    [message] = got(tmp_path, update(said(reply_to_message=answered))).messages
    assert message == {
        "channel": "telegram",
        "external_id": "77:11",
        "author": "anna_example",
        "sent_at": datetime(2025, 9, 8, 6, 34, 4, tzinfo=UTC),
        "text": "Where is my parcel?",
        "inbound": True,
        "parent_external_id": "77:10",
        "thread_hint": "chat/77",
        "brand": "acme_bot",
        "agent": None,
        "private": True,
        "automatic": False,
        "language": None,
        "tags": None,
        "handling_seconds": None,
    }


def test_a_business_account_that_answers_is_the_other_side_of_the_chat(tmp_path: Path) -> None:
    owner = {"id": 5, "is_bot": False, "first_name": "Shop", "username": "acme_shop"}
    asked = update(said(business_connection_id="b"), "business_message")
    answer = update(said("It left today", **{"message_id": 12, "from": owner}), "business_message")
    found = got(tmp_path, asked, answer).messages
    assert [(m["author"], m["inbound"], m["thread_hint"]) for m in found] == [
        ("anna_example", True, "chat/77"),
        ("acme_shop", False, "chat/77"),
    ]


def test_two_chats_may_hold_messages_of_the_same_number(tmp_path: Path) -> None:
    other = said(chat=ALONE | {"id": 78}, **{"from": ANNA | {"id": 78, "username": None}})
    found = got(tmp_path, update(said()), update(other)).messages
    assert [(m["external_id"], m["author"]) for m in found] == [("77:11", "anna_example"), ("78:11", "78")]


def of_bot(tmp_path: Path, bot: str, *updates: dict[str, Any]) -> Read:
    path = lines(tmp_path / f"{bot}.jsonl", *updates)
    return Read(list(FORMAT.read(Source(path), ReadOptions(frozenset({"acme"}), bot=bot))))


def test_a_customer_may_write_to_two_bots_of_one_company(tmp_path: Path) -> None:
    asked = update(said(reply_to_message=said(message_id=10)))
    [one], [two] = (of_bot(tmp_path, bot, asked).messages for bot in ("acme_help", "acme_news"))
    keys = ("external_id", "parent_external_id", "thread_hint", "brand", "inbound")
    assert [one[key] for key in keys] == [
        "acme_help/77:11", "acme_help/77:10", "chat/acme_help/77", "acme_help", True,
    ]  # fmt: skip
    assert (two["external_id"], two["thread_hint"]) == ("acme_news/77:11", "chat/acme_news/77")


def test_what_two_bots_hear_in_a_large_group_is_one_message(tmp_path: Path) -> None:
    heard = update(said("hello all", chat=GROUP))
    small = update(said("hello", chat=GROUP | {"type": "group", "id": -5}))
    ids = [of_bot(tmp_path, bot, heard, small).ids for bot in ("acme_help", "acme_news")]
    assert ids == [["-1001234567890:11", "acme_help/-5:11"], ["-1001234567890:11", "acme_news/-5:11"]]


def test_dead_letters_keep_the_name_of_their_bot(tmp_path: Path) -> None:
    found = of_bot(tmp_path, "acme_help", update(said(date="yesterday")))
    mended = [one.raw.replace(b'"yesterday"', b"1757313244") for one in found.rejected]
    again = read(FORMAT, lines(tmp_path / "mended.jsonl", *mended), "acme")
    assert [(m["external_id"], m["brand"]) for m in again.messages] == [("acme_help/77:11", "acme_help")]


def test_in_a_group_the_mention_tells_and_places_are_counted_in_utf_16(tmp_path: Path) -> None:
    text = "😡😡 @Acme_Bot کہاں ہے"
    entity = {"type": "mention", "offset": 5, "length": 9}
    mention = update(said(text, chat=GROUP, entities=[entity]))
    reply = update(
        said("and now?", chat=GROUP, message_id=12, reply_to_message=said(chat=GROUP, **{"from": BOT}))
    )
    idle = update(said("hello all", chat=GROUP, message_id=13))
    found = got(tmp_path, mention, reply, idle, brands=("acme_bot", "other_bot")).messages
    told = [
        (m["brand"], m["inbound"], m["private"], m["thread_hint"], m["parent_external_id"]) for m in found
    ]
    assert told == [
        ("acme_bot", True, False, None, None),
        ("acme_bot", True, False, None, "-1001234567890:11"),
        (None, True, False, None, None),
    ]


def test_what_the_company_writes_in_its_group_or_channel_is_outbound(tmp_path: Path) -> None:
    channel = {"id": -100999, "type": "channel", "title": "Acme", "username": "acme_news"}
    by_bot = update(said("We are on it", chat=GROUP, **{"from": BOT}))
    post = update(
        {"message_id": 3, "date": 1, "chat": channel, "sender_chat": channel, "text": "Sale!"}, "channel_post"
    )
    found = got(tmp_path, by_bot, post, brands=("acme_bot", "acme_news")).messages
    assert [(m["author"], m["inbound"], m["automatic"]) for m in found] == [
        ("acme_bot", False, True),
        ("acme_news", False, False),
    ]


def test_in_a_group_nobody_knows_the_company_unless_it_is_named(tmp_path: Path) -> None:
    path = lines(tmp_path / "updates.jsonl", update(said(chat=GROUP)))
    [chunk] = FORMAT.read(Source(path), ReadOptions())
    with pytest.raises(InputError):
        normalise(chunk.messages, frozenset())


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"photo": [{"file_id": "f"}], "caption": "it came broken"}, "it came broken"),
        ({"voice": {"file_id": "f", "duration": 3}}, ""),
        ({"venue": {"title": "Shop", "address": "1 Road", "location": {}}, "location": {}}, "Shop, 1 Road"),
        ({"location": {"latitude": 1, "longitude": 2}}, ""),
    ],
)
def test_of_pictures_and_places_the_words_stay(tmp_path: Path, more: dict[str, Any], text: str) -> None:
    assert [m["text"] for m in got(tmp_path, update(said(None, **more))).messages] == [text]


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (update(said(), "edited_message"), "edited"),
        (update(said(), "edited_business_message"), "edited"),
        (update({"chat": ALONE, "message_ids": []}, "deleted_business_messages"), "missing-id"),
        (update({"chat": GROUP, "message_id": 1}, "message_reaction"), "reaction"),
        (update({"id": "1", "from": ANNA, "data": "x"}, "callback_query"), "not-a-post"),
        (update(said(None, new_chat_members=[ANNA], chat=GROUP)), "not-a-post"),
        (update(said(date="yesterday")), "bad-date"),
        (update(said(**{"from": None})), "missing-author"),
        (update(said(chat={"type": "private"})), "missing-id"),
        (update(said(message_id=None)), "missing-id"),
        ({"update_id": 1}, "not-a-post"),
    ],
)
def test_what_is_no_message_is_set_aside_with_its_reason(
    tmp_path: Path, what: dict[str, Any], reason: str
) -> None:
    found = got(tmp_path, what)
    assert (found.ids, found.reasons) == ([], {reason: 1})


def test_messages_that_were_taken_back_are_named(tmp_path: Path) -> None:
    gone = update({"chat": ALONE, "message_ids": [11, 12]}, "deleted_business_messages")
    found = got(tmp_path, gone)
    assert [(one["external_id"], one["at"]) for one in found.deleted] == [("77:11", None), ("77:12", None)]
    assert [one["external_id"] for one in of_bot(tmp_path, "acme_help", gone).deleted] == [
        "acme_help/77:11", "acme_help/77:12",
    ]  # fmt: skip


def test_an_answer_of_get_updates_is_read_whole(tmp_path: Path) -> None:
    page = {
        "ok": True,
        "result": [update(said()), update(said(message_id=12)), update(said(), "edited_message")],
    }
    path = lines(tmp_path / "updates.json", page)
    found = read(FORMAT, path, "acme_bot")
    assert (found.ids, found.reasons) == (["77:11", "77:12"], {"edited": 1})
    assert FORMAT.claims(Source(path))


def test_claims_no_other_file_and_says_so_when_told_to_read_it(tmp_path: Path) -> None:
    other = lines(tmp_path / "other.jsonl", {"ok": True, "result": {"id": 1}})
    assert not FORMAT.claims(Source(other))
    with pytest.raises(FormatError):
        read(FORMAT, other)
