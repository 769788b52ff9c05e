"""What Meta delivers to webhooks. The samples are written after its documentation; nothing was captured."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from network_files import Read, again, lines, read

from careworth.errors import FormatError
from careworth.intake.formats._source import Source
from careworth.intake.formats.meta import Meta

FORMAT = Meta()
NUMBER = {"display_phone_number": "+1 555-078-3881", "phone_number_id": "106540352242922"}
PAGE, SHOP = "117170000000001", "17841400000000001"
CUSTOMER = "3383000000000001"


def whatsapp(*messages: dict[str, Any], **value: Any) -> dict[str, Any]:
    said = {"messaging_product": "whatsapp", "metadata": NUMBER, **value}
    if messages:
        said["messages"] = list(messages)
    change = {"field": "messages", "value": said}
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290", "changes": [change]}]}


def written(kind: str, said: Any, **more: Any) -> dict[str, Any]:
    return {
        "from": "16505551234",
        "id": "wamid.1",
        "timestamp": "1749854575",
        "type": kind,
        kind: said,
        **more,
    }


def event(sender: str, recipient: str, **said: Any) -> dict[str, Any]:
    return {
        "sender": {"id": sender},
        "recipient": {"id": recipient},
        "timestamp": 1_757_313_244_250,
        **said,
    }


def private(network: str, *events: dict[str, Any], key: str = "messaging") -> dict[str, Any]:
    account = PAGE if network == "page" else SHOP
    return {"object": network, "entry": [{"id": account, "time": 1_757_313_245_000, key: list(events)}]}


def changed(network: str, field: str, value: dict[str, Any]) -> dict[str, Any]:
    account = PAGE if network == "page" else SHOP
    entry = {"id": account, "time": 1_757_313_245, "changes": [{"field": field, "value": value}]}
    return {"object": network, "entry": [entry]}


def got(tmp_path: Path, *deliveries: dict[str, Any], brand: str = "acme") -> Read:
    return read(FORMAT, lines(tmp_path / "deliveries.jsonl", *deliveries), brand)


def test_a_message_of_whatsapp_is_private_and_knows_number_contact_and_what_it_answers(
    tmp_path: Path,
) -> None:
    text = written("text", {"body": "Where is my order?"}, context={"id": "wamid.0"})
    [message] = got(tmp_path, whatsapp(text)).messages
    assert message == {
        "channel": "whatsapp",
        "external_id": "wamid.1",
        "author": "16505551234",
        "sent_at": datetime(2025, 6, 13, 22, 42, 55, tzinfo=UTC),
        "text": "Where is my order?",
        "inbound": True,
        "parent_external_id": "wamid.0",
        "thread_hint": "15550783881/16505551234",
        "brand": "15550783881",
        "agent": None,
        "private": True,
        "automatic": False,
        "language": None,
        "tags": None,
        "handling_seconds": None,
    }


@pytest.mark.parametrize(
    ("kind", "said", "text"),
    [
        ("image", {"id": "1", "caption": "this came broken"}, "this came broken"),
        ("audio", {"id": "1", "voice": True}, ""),
        ("button", {"payload": "p", "text": "Talk to a person"}, "Talk to a person"),
        (
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "r", "title": "My parcel is late"}},
            "My parcel is late",
        ),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent"}}, "Sent"),
        (
            "location",
            {"latitude": 1.5, "longitude": 2.5, "name": "Shop", "address": "1 Road"},
            "Shop, 1 Road",
        ),
        ("contacts", [{"name": {"formatted_name": "Somebody Else"}}], ""),
    ],
)
def test_of_each_kind_of_whatsapp_the_words_stay(tmp_path: Path, kind: str, said: Any, text: str) -> None:
    [message] = got(tmp_path, whatsapp(written(kind, said))).messages
    assert message["text"] == text


@pytest.mark.parametrize(
    ("kind", "said", "reason"),
    [
        ("reaction", {"message_id": "wamid.0", "emoji": "👍"}, "reaction"),
        ("edit", {"original_message_id": "wamid.0"}, "edited"),
        ("revoke", {}, "missing-id"),
        ("system", {"body": "changed number", "type": "user_changed_number"}, "not-a-post"),
        ("unsupported", {"type": "poll"}, "unsupported"),
        ("interactive", {"type": "button_reply"}, "missing-text"),
    ],
)
def test_what_is_no_message_of_whatsapp_is_set_aside_with_its_reason(
    tmp_path: Path, kind: str, said: Any, reason: str
) -> None:
    found = got(tmp_path, whatsapp(written(kind, said)))
    assert found.ids == []
    assert found.reasons == {reason: 1}


def test_one_delivery_can_hold_messages_and_receipts_and_each_is_accounted_for(tmp_path: Path) -> None:
    receipts = [{"id": f"wamid.{n}", "status": s} for n, s in enumerate(("sent", "delivered", "read"))]
    both = whatsapp(
        written("text", {"body": "one"}), written("text", {"body": "two"}, id="wamid.2"), statuses=receipts
    )
    found = got(tmp_path, both)
    assert found.ids == ["wamid.1", "wamid.2"]
    assert found.reasons == {"receipt": 3}
    assert b'"status":"sent"' in found.rejected[0].raw.replace(b" ", b"")


def test_what_the_company_wrote_on_its_telephone_is_outbound_in_the_same_conversation(
    tmp_path: Path,
) -> None:
    echo = written("text", {"body": "On its way"}, **{"from": "15550783881", "to": "16505551234"})
    [message] = got(tmp_path, whatsapp(message_echoes=[echo])).messages
    assert (message["inbound"], message["thread_hint"]) == (False, "15550783881/16505551234")


@pytest.mark.parametrize("called", ["15550783881", "+1 555-078-3881", "106540352242922"])
def test_the_number_is_called_as_the_company_calls_it(tmp_path: Path, called: str) -> None:
    [message] = got(tmp_path, whatsapp(written("text", {"body": "hi"})), brand=called).messages
    assert message["brand"] == called


def test_a_contact_who_hides_the_number_is_known_by_the_id_in_its_place(tmp_path: Path) -> None:
    hidden = written("text", {"body": "hi"}, from_user_id="US.1349")
    del hidden["from"]
    assert [m["author"] for m in got(tmp_path, whatsapp(hidden)).messages] == ["US.1349"]


@pytest.mark.parametrize(("network", "channel"), [("page", "messenger"), ("instagram", "instagram")])
def test_private_conversations_of_messenger_and_instagram(tmp_path: Path, network: str, channel: str) -> None:
    account = PAGE if network == "page" else SHOP
    asked = event(CUSTOMER, account, message={"mid": "m_1", "text": "Is anyone there?"})
    answered = event(
        account,
        CUSTOMER,
        message={"mid": "m_2", "text": "Yes!", "is_echo": True, "app_id": 1, "reply_to": {"mid": "m_1"}},
    )
    picture = event(
        CUSTOMER, account, message={"mid": "m_3", "attachments": [{"type": "image", "payload": {"url": "u"}}]}
    )
    pressed = event(CUSTOMER, account, postback={"mid": "m_4", "title": "Where is it?", "payload": "WHERE"})
    found = got(tmp_path, private(network, asked, answered), private(network, picture, pressed))
    told = [
        (m["external_id"], m["author"], m["inbound"], m["text"], m["parent_external_id"])
        for m in found.messages
    ]
    assert told == [
        ("m_1", CUSTOMER, True, "Is anyone there?", None),
        ("m_2", account, False, "Yes!", "m_1"),
        ("m_3", CUSTOMER, True, "", None),
        ("m_4", CUSTOMER, True, "Where is it?", None),
    ]
    for message in found.messages:
        assert (message["channel"], message["private"], message["brand"]) == (channel, True, account)
        assert message["thread_hint"] == f"{account}/{CUSTOMER}"
        assert message["sent_at"] == datetime(2025, 9, 8, 6, 34, 4, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"read": {"watermark": 1}}, "receipt"),
        ({"delivery": {"mids": ["m_1"]}}, "receipt"),
        ({"reaction": {"mid": "m_1", "action": "react"}}, "reaction"),
        ({"message_edit": {"mid": "m_1", "text": "x", "num_edit": 1}}, "edited"),
        ({"message": {"is_deleted": True}}, "missing-id"),
        ({"message": {"mid": "m_1", "is_unsupported": True}}, "unsupported"),
        ({"message": {"mid": "m_1"}}, "missing-text"),
        ({"message": {"text": "whose?"}}, "missing-id"),
        ({"optin": {"ref": "r"}}, "not-a-post"),
    ],
)
def test_what_is_no_private_message_is_set_aside_with_its_reason(
    tmp_path: Path, said: dict[str, Any], reason: str
) -> None:
    assert got(tmp_path, private("page", event(CUSTOMER, PAGE, **said))).reasons == {reason: 1}


def test_a_conversation_that_another_program_has_is_read_too(tmp_path: Path) -> None:
    standing_by = private("page", event(CUSTOMER, PAGE, message={"mid": "m_1", "text": "hi"}), key="standby")
    assert got(tmp_path, standing_by).ids == ["m_1"]


def test_comments_of_instagram_are_public_and_those_of_the_account_outbound(tmp_path: Path) -> None:
    asked = {"id": "c1", "from": {"id": "9", "username": "anna.example"}, "text": "When is it back?"}
    answer = {"id": "c2", "from": {"id": SHOP, "username": "shop"}, "text": "Soon!", "parent_id": "c1"}
    alone = {"id": SHOP, "time": 1_757_313_245, "field": "comments", "value": asked | {"id": "c3"}}
    found = got(
        tmp_path,
        changed("instagram", "comments", asked),
        changed("instagram", "live_comments", answer),
        {"object": "instagram", "entry": [alone]},
    )
    told = [
        (m["author"], m["inbound"], m["private"], m["parent_external_id"], m["thread_hint"])
        for m in found.messages
    ]
    assert told == [
        ("anna.example", True, False, None, None),
        ("shop", False, False, "c1", None),
        ("anna.example", True, False, None, None),
    ]
    assert {m["sent_at"] for m in found.messages} == {datetime(2025, 9, 8, 6, 34, 5, tzinfo=UTC)}


def on_page(kind: str, writer: str, **more: Any) -> dict[str, Any]:
    value = {"item": kind, "verb": "add", "from": {"id": writer, "name": "A Name"}, "post_id": f"{PAGE}_3"}
    return changed("page", "feed", value | {"created_time": 1_757_313_244, "message": "hello"} | more)


def test_customers_below_one_post_of_a_page_do_not_share_a_conversation(tmp_path: Path) -> None:
    post = f"{PAGE}_3"
    found = got(
        tmp_path,
        on_page("status", PAGE),
        on_page("comment", CUSTOMER, comment_id="3_1", parent_id=post),
        on_page("comment", "444", comment_id="3_2", parent_id=post),
        on_page("comment", PAGE, comment_id="3_3", parent_id="3_1"),
        on_page("comment", PAGE, comment_id="3_4", parent_id=post),
    )
    told = [(m["external_id"], m["inbound"], m["parent_external_id"]) for m in found.messages]
    assert told == [
        (post, False, None),
        ("3_1", True, None),
        ("3_2", True, None),
        ("3_3", False, "3_1"),
        ("3_4", False, post),
    ]
    assert {m["channel"] for m in found.messages} == {"facebook"}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"item": "reaction"}, "reaction"),
        ({"verb": "remove", "item": "reaction"}, "reaction"),
        ({"verb": "edited"}, "edited"),
        ({"item": "event"}, "not-a-post"),
        ({"from": None}, "missing-author"),
        ({"created_time": "yesterday"}, "bad-date"),
    ],
)
def test_what_is_no_new_post_of_a_page_is_set_aside(
    tmp_path: Path, more: dict[str, Any], reason: str
) -> None:
    assert got(tmp_path, on_page("comment", CUSTOMER, comment_id="3_1", **more)).reasons == {reason: 1}


def test_what_was_taken_back_is_named_as_its_message_was(tmp_path: Path) -> None:
    at = 1_757_313_244
    revoked = whatsapp(written("revoke", {"original_message_id": "wamid.0"}, timestamp=str(at)))
    unsent = event(CUSTOMER, PAGE, message={"mid": "m_1", "is_deleted": True})
    removed = on_page("comment", CUSTOMER, comment_id="3_1", verb="remove", created_time=at)
    found = got(tmp_path, revoked, private("page", unsent), private("instagram", unsent), removed)
    told = [(one["channel"], one["external_id"], int(one["at"].timestamp())) for one in found.deleted]
    assert (found.ids, found.reasons) == ([], {})
    assert told == [
        ("whatsapp", "wamid.0", at),
        ("messenger", "m_1", at),
        ("instagram", "m_1", at),
        ("facebook", "3_1", at),
    ]


def test_an_empty_entry_and_a_foreign_network_are_accounted_for(tmp_path: Path) -> None:
    hi = event("1", "2", message={"mid": "m", "text": "hi"})
    empty = {"object": "page", "entry": [{"id": PAGE, "time": 1}]}
    foreign = {"object": "ad_account", "entry": [{"id": "5", "messaging": [hi]}]}
    ours = private("page", event(CUSTOMER, PAGE, message={"mid": "m_1", "text": "hi"}))
    assert got(tmp_path, empty, foreign, ours).reasons == {"not-a-post": 2}


def test_claims_deliveries_of_meta_and_refuses_other_files(tmp_path: Path) -> None:
    claimed = lines(tmp_path / "a.jsonl", whatsapp(written("text", {"body": "hi"})))
    other = lines(tmp_path / "b.jsonl", {"object": "list", "data": [], "has_more": False})
    assert FORMAT.claims(Source(claimed)) and not FORMAT.claims(Source(other))
    with pytest.raises(FormatError):
        read(FORMAT, other)


def test_examples_of_others_are_read_or_set_aside_with_a_reason(shared_data: Path, tmp_path: Path) -> None:
    files = {
        name: [
            json.loads(path.read_bytes()) for path in sorted((shared_data / "social-json" / name).iterdir())
        ]
        for name in ("whatsapp", "meta-handmade")
    }
    named = [delivery for file in files["whatsapp"] for delivery in file.values()]
    found = got(tmp_path, *named, *files["meta-handmade"])
    assert len(found.messages) == 22
    assert found.reasons == {
        "receipt": 10, "reaction": 3, "not-a-post": 2, "unsupported": 2, "edited": 1,
        "missing-text": 1, "network-error": 1,
    }  # fmt: skip
    assert len(found.deleted) == 2
    assert again(FORMAT, found, tmp_path, "acme").reasons == found.reasons


def test_a_dead_letter_that_was_mended_is_read_as_if_it_had_come_so(tmp_path: Path) -> None:
    broken = whatsapp(written("text", {"body": "hi"}, timestamp="yesterday"), written("text", {"body": "ho"}))
    [letter] = got(tmp_path, broken).rejected
    [message] = got(tmp_path, json.loads(letter.raw.replace(b"yesterday", b"1749854575"))).messages
    assert (message["text"], message["brand"], message["private"]) == ("hi", "15550783881", True)
