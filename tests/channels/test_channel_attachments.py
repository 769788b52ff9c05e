"""What messages hold beside their words, in the forms in which networks tell it. All payloads are made up."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from careworth.channels import bluesky, facebook, mastodon, messenger, telegram, whatsapp, x
from careworth.channels._x_media import media_of
from careworth.terms import ATTACHMENT_KINDS, Attachment, IncomingMessage

Made = Callable[[dict[str, Any]], IncomingMessage]
AT = "2026-11-20T10:00:00Z"
FILM = [
    {"content_type": "application/x-mpegURL", "url": "https://v.example/all.m3u8"},
    {"bit_rate": 256_000, "content_type": "video/mp4", "url": "https://v.example/small.mp4"},
    {"bit_rate": 832_000, "content_type": "video/mp4", "url": "https://v.example/large.mp4"},
]
MEDIA = media_of(
    [
        {"media_key": "3_1", "type": "photo", "url": "https://p.example/1.jpg", "alt_text": "a torn parcel"},
        {"media_key": "7_2", "type": "video", "variants": FILM},
    ]
)


def x_post(more: dict[str, Any]) -> IncomingMessage:
    return x.post_v2({"id": "1", "author_id": "9", "created_at": AT, "text": "look", **more}, {}, MEDIA)


def x_direct(more: dict[str, Any]) -> IncomingMessage:
    event = {"id": "1", "event_type": "MessageCreate", "sender_id": "9", "created_at": AT, **more}
    return x.direct_message(event, {}, MEDIA)


def x_old(more: dict[str, Any]) -> IncomingMessage:
    post = {"id_str": "1", "created_at": "Wed Oct 10 20:19:24 +0000 2018", "text": "look", **more}
    return x.post_v1(post, "anna")


def x_old_direct(data: dict[str, Any]) -> IncomingMessage:
    created = {"sender_id": "9", "message_data": {"text": "", **data}}
    return x.direct_message_v1(
        {"id": "1", "created_timestamp": "1757313244250", "message_create": created}, {}
    )


def x_archived(more: dict[str, Any]) -> IncomingMessage:
    message = {"id": "1", "senderId": "9", "createdAt": AT, "text": "look", **more}
    return x.archived_direct_message(message, None, {})


def status(more: dict[str, Any]) -> IncomingMessage:
    return mastodon.status({"id": "1", "created_at": AT, "content": "", "account": {"acct": "anna"}, **more})


def record(embed: dict[str, Any], shown: dict[str, Any] | None = None) -> IncomingMessage:
    said = {"$type": "app.bsky.feed.post", "createdAt": AT, "text": "", "embed": embed}
    return bluesky.post({"uri": "at://did:plc:a/app.bsky.feed.post/1", "record": said, "embed": shown})


def update(more: dict[str, Any]) -> IncomingMessage:
    chat = {"id": 7, "type": "private"}
    return telegram.message({"message_id": 1, "date": 1, "chat": chat, "from": {"id": 7}, **more})


def cloud(more: dict[str, Any]) -> IncomingMessage:
    value = {"metadata": {"display_phone_number": "1 555"}}
    return whatsapp.message({"id": "w", "from": "49", "timestamp": "1757313244", **more}, value)


def direct(*attachments: dict[str, Any]) -> IncomingMessage:
    said = {"mid": "m", "attachments": list(attachments)}
    event = {"sender": {"id": "8"}, "recipient": {"id": "1"}, "timestamp": 1_757_313_244_250, "message": said}
    return messenger.direct_message(event, "1")


def page(more: dict[str, Any]) -> IncomingMessage:
    value = {"verb": "add", "from": {"id": "8"}, "post_id": "p", "comment_id": "c", "created_time": 1, **more}
    return facebook.post(value, "1")


BLOB = {"$type": "blob", "ref": {"$link": "bafk1"}, "mimeType": "image/jpeg"}
PICTURES = {"$type": "app.bsky.embed.images", "images": [{"alt": "a torn parcel", "image": BLOB}]}
SHOWN = {"$type": "app.bsky.embed.images#view", "images": [{"fullsize": "https://c.example/1", "alt": "x"}]}

PHOTO = {"type": "photo", "media_url_https": "https://p.example/1.jpg"}
POINT = {"coordinates": {"coordinates": [13.4, 52.5]}}
WITH_POST = {"$type": "app.bsky.embed.recordWithMedia", "record": {}, "media": PICTURES}

CASES: list[tuple[IncomingMessage, list[Attachment]]] = [
    (
        x_post({"attachments": {"media_keys": ["3_1", "7_2", "unknown"]}}),
        [
            Attachment("image", "https://p.example/1.jpg", "a torn parcel"),
            Attachment("video", "https://v.example/large.mp4"),
        ],
    ),
    (
        x_post({"attachments": {"media": [MEDIA["3_1"]]}}),
        [Attachment("image", "https://p.example/1.jpg", "a torn parcel")],
    ),
    (x_post({"attachments": {"poll_ids": ["1"]}}), []),
    (
        x_direct({"attachments": {"media_keys": ["7_2"]}}),
        [Attachment("video", "https://v.example/large.mp4")],
    ),
    (
        x_old(
            {
                "entities": {"media": [PHOTO]},
                "extended_entities": {
                    "media": [
                        {**PHOTO, "ext_alt_text": "torn"},
                        {
                            "type": "animated_gif",
                            "video_info": {"variants": [{"bitrate": 0, "url": "v.mp4"}]},
                        },
                    ]
                },
            }
        ),
        [Attachment("image", PHOTO["media_url_https"], "torn"), Attachment("video", "v.mp4")],
    ),
    (
        x_old({"extended_tweet": {"full_text": "l", "entities": {"media": [PHOTO]}}}),
        [Attachment("image", PHOTO["media_url_https"])],
    ),
    (
        x_old_direct({"attachment": {"type": "media", "media": PHOTO}}),
        [Attachment("image", PHOTO["media_url_https"])],
    ),
    (
        x_old_direct({"attachment": {"type": "location", "location": {"shared_coordinate": POINT}}}),
        [Attachment("location", "geo:52.5,13.4")],
    ),
    (
        x_archived({"mediaUrls": ["https://p.example/1.jpg"]}),
        [Attachment("image", "https://p.example/1.jpg")],
    ),
    (
        status(
            {
                "media_attachments": [
                    {"type": "image", "url": "https://m.example/1.png", "description": "a torn parcel"},
                    {"type": "gifv", "url": "https://m.example/2.mp4"},
                    {"type": "audio", "url": None, "remote_url": "https://far.example/3.ogg"},
                    {"type": "unknown", "url": "https://m.example/4"},
                ]
            }
        ),
        [
            Attachment("image", "https://m.example/1.png", "a torn parcel"),
            Attachment("video", "https://m.example/2.mp4"),
            Attachment("audio", "https://far.example/3.ogg"),
            Attachment("file", "https://m.example/4"),
        ],
    ),
    (record(PICTURES), [Attachment("image", "bafk1", "a torn parcel")]),
    (record(PICTURES, SHOWN), [Attachment("image", "https://c.example/1", "a torn parcel")]),
    (
        record(WITH_POST, {"media": SHOWN}),
        [Attachment("image", "https://c.example/1", "a torn parcel")],
    ),
    (
        record(
            {"video": {"ref": {"$link": "bafk2"}}, "alt": "how it rattles"},
            {"playlist": "https://c.example/v.m3u8"},
        ),
        [Attachment("video", "https://c.example/v.m3u8", "how it rattles")],
    ),
    (record({"$type": "app.bsky.embed.external", "external": {"uri": "https://e.example"}}), []),
    (update({"photo": [{"file_id": "small"}, {"file_id": "large"}]}), [Attachment("image", "large")]),
    (
        update({"animation": {"file_id": "g", "file_name": "g.mp4"}, "document": {"file_id": "g"}}),
        [Attachment("video", "g", "g.mp4")],
    ),
    (update({"document": {"file_id": "d", "file_name": "bill.pdf"}}), [Attachment("file", "d", "bill.pdf")]),
    (update({"voice": {"file_id": "v"}}), [Attachment("audio", "v")]),
    (update({"sticker": {"file_id": "s", "emoji": "😡"}}), [Attachment("sticker", "s", "😡")]),
    (update({"location": {"latitude": 52.5, "longitude": 13.4}}), [Attachment("location", "geo:52.5,13.4")]),
    (update({"text": "only words"}), []),
    (cloud({"type": "image", "image": {"id": "5", "caption": "torn"}}), [Attachment("image", "5")]),
    (
        cloud({"type": "document", "document": {"id": "6", "filename": "bill.pdf"}}),
        [Attachment("file", "6", "bill.pdf")],
    ),
    (
        cloud({"type": "location", "location": {"latitude": 52.5, "longitude": 13.4, "name": "Shop"}}),
        [Attachment("location", "geo:52.5,13.4")],
    ),
    (cloud({"type": "text", "text": {"body": "only words"}}), []),
    (
        direct(
            {"type": "image", "payload": {"url": "https://f.example/1"}},
            {"type": "image", "payload": {"url": "https://f.example/like", "sticker_id": 3}},
            {"type": "location", "payload": {"coordinates": {"lat": 52.5, "long": 13.4}}},
            {"type": "share", "payload": {"url": "https://f.example/post"}},
        ),
        [
            Attachment("image", "https://f.example/1"),
            Attachment("sticker", "https://f.example/like"),
            Attachment("location", "geo:52.5,13.4"),
        ],
    ),
    (page({"item": "photo", "link": "https://f.example/1"}), [Attachment("image", "https://f.example/1")]),
    (
        page({"item": "status", "photos": ["https://f.example/1", "https://f.example/2"]}),
        [Attachment("image", "https://f.example/1"), Attachment("image", "https://f.example/2")],
    ),
    (page({"item": "comment", "photo": "https://f.example/3"}), [Attachment("image", "https://f.example/3")]),
    (page({"item": "video", "link": "https://f.example/v"}), [Attachment("video", "https://f.example/v")]),
    (page({"item": "share", "link": "https://news.example"}), []),
]


@pytest.mark.parametrize(("message", "expected"), CASES)
def test_what_stands_beside_the_words(message: IncomingMessage, expected: list[Attachment]) -> None:
    assert list(message.attachments) == expected
    assert {one.kind for one in message.attachments} <= set(ATTACHMENT_KINDS)


@pytest.mark.parametrize("kind", ATTACHMENT_KINDS)
def test_every_kind_is_told_by_some_network(kind: str) -> None:
    assert any(one.kind == kind for message, _ in CASES for one in message.attachments)


def test_a_direct_message_of_a_picture_alone_has_no_words() -> None:
    assert x_direct({"attachments": {"media_keys": ["3_1"]}}).text == ""
    assert datetime(2026, 11, 20, 10, tzinfo=UTC) == x_direct({"text": "", "attachments": {}}).sent_at
