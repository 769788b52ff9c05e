"""Whatever a network sends, the answer is a message or a reason."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.channels import bluesky, facebook, instagram, mastodon, messenger, telegram, whatsapp, x
from careworth.channels._problem import PayloadProblem
from careworth.terms import IncomingMessage

_TEXT = st.text("aZ09@&<\0 é", max_size=8)
_TELLING = [
    "1900000000000000001",
    "2025-03-13T08:05:09Z",
    "9999-12-31T23:59:59-14:00",
    "Thu Mar 13 08:05:09 +0000 2025",
    "at://did:plc:a/app.bsky.feed.post/1",
    "app.bsky.feed.post",
    "MessageCreate",
    "commit",
    "1757313244250",
    "text",
    "comment",
    "add",
]
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | _TEXT | st.sampled_from(_TELLING)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)
_KEYS = {
    "x": "id id_str text full_text author_id user created_at conversation_id referenced_tweets note_tweet "
    "event_type sender_id senderId createdAt message_create created_timestamp dm_conversation_id entities "
    "edit_info in_reply_to_status_id attachments extended_entities attachment media variants mediaUrls",
    "mastodon": "id created_at account content reblog visibility in_reply_to_id mentions spoiler_text "
    "media_attachments",
    "bluesky": "uri author record value did kind commit embed images image video alt",
    "whatsapp": "id from to timestamp type text image interactive location context metadata",
    "messenger": "sender recipient timestamp message postback read id mid text title attachments payload",
    "instagram": "id from text parent_id",
    "facebook": "item verb from post_id comment_id parent_id created_time message photo photos video link",
    "telegram": "message message_id date chat from sender_chat text caption venue entities reply_to_message "
    "photo document sticker location",
}
Call = Callable[[Mapping[str, Any]], object]
CALLS: list[tuple[str, Call]] = [
    ("x", lambda p: x.post_v2(p, {})),
    ("x", lambda p: x.post_v1(p)),
    ("x", lambda p: x.post_v1(p, "owner")),
    ("x", lambda p: x.direct_message(p, {})),
    ("x", lambda p: x.direct_message_v1(p, {})),
    ("x", lambda p: x.archived_direct_message(p, None, {})),
    ("x", lambda p: x.addressed(p, {})),
    ("x", x.edit_history),
    ("mastodon", mastodon.status),
    ("mastodon", mastodon.names_of_author),
    ("mastodon", mastodon.addressed),
    ("bluesky", bluesky.post),
    ("bluesky", lambda p: bluesky.post(bluesky.view_of_event(p))),
    ("bluesky", lambda p: [one.kind for one in bluesky.attachments({"embed": p}, p)]),
    (
        "x",
        lambda p: [
            one.kind
            for one in x.post_v1({"id": 1, **p, "extended_entities": {"media": [p]}}, "o").attachments
        ],
    ),
    ("bluesky", bluesky.names_of_author),
    ("bluesky", bluesky.addressed),
    ("whatsapp", lambda p: whatsapp.message(p, p)),
    ("whatsapp", lambda p: whatsapp.message({"id": "1", "type": "text", "text": {"body": ""}, **p}, p)),
    ("messenger", lambda p: messenger.direct_message(p, "1")),
    ("messenger", lambda p: messenger.direct_message({"message": p, **p}, "1")),
    ("instagram", lambda p: instagram.comment(p, "1", datetime.now(UTC))),
    ("facebook", lambda p: facebook.post(p, "1")),
    ("facebook", lambda p: facebook.post({"item": "comment", "verb": "add", **p}, "1")),
    ("telegram", telegram.message),
    ("telegram", lambda p: telegram.message({"chat": {"id": 1, "type": "private"}, "date": 1, **p})),
    ("telegram", telegram.message_of),
    ("telegram", telegram.addressed),
    ("telegram", telegram.names_of_author),
]


@pytest.mark.parametrize(("network", "call"), CALLS)
@settings(max_examples=60)
@given(data=st.data())
def test_only_payload_problems_come_out(network: str, call: Call, data: st.DataObject) -> None:
    keys = st.sampled_from(_KEYS[network].split())
    payload = data.draw(st.dictionaries(keys, _VALUES, max_size=8))
    try:
        given_back = call(payload)
    except PayloadProblem as problem:
        assert problem.reason and problem.detail
        return
    if isinstance(given_back, IncomingMessage):
        assert given_back.sent_at.tzinfo is UTC
        assert given_back.external_id and given_back.author
    else:
        assert all(isinstance(name, str) for name in given_back)  # type: ignore[attr-defined]
