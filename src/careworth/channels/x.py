"""X (Twitter): posts and direct messages as its interfaces send them.

Two generations are in use. Version 2 has ``author_id`` and keeps handles apart, in a list of users;
version 1.1 has the author inside and repeats every id as ``..._str``, because the number itself loses
digits in programs that keep numbers as floats.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from careworth.channels._problem import PayloadProblem
from careworth.channels._values import (
    Payload,
    epoch,
    identity,
    mapping,
    mappings,
    moment,
    optional_epoch,
    optional_identity,
    optional_moment,
    optional_text,
    words,
    written,
)
from careworth.channels._x_media import (
    Media,
    attachments_archived,
    attachments_of_data,
    attachments_v1,
    attachments_v2,
)
from careworth.terms import Deletion, IncomingMessage

CHANNEL = "x"

Handles = Mapping[str, str]
"""The handle (without ``@``) of every account whose number is known."""

_NO_MEDIA: Media = {}

ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""X escapes these three signs and no others; a whole HTML decoder would eat what people wrote. The last
one last: ``&amp;lt;`` is the text ``&lt;``."""

_ID_EPOCH = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=1_288_834_974_657)
_FIRST_TIMED_ID = 29_700_859_247
"""The first id that holds its time (4 November 2010); smaller ones were merely counted up."""
_LONGEST_ID = 19

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MENTION = re.compile(r"(?<![\w@])@(\w{1,15})")
_NO_LANGUAGE = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})
_OLD_LANGUAGES = {"in": "id", "iw": "he"}


def post_v2(post: Payload, handles: Handles, media: Media = _NO_MEDIA) -> IncomingMessage:
    """A post of version 2. Without its handle the author is the account's number.

    Raises PayloadProblem, among others ``retweet``: a retweet says nothing to the company. A quote does.
    """
    external_id = identity(post.get("id"))
    if _referenced(post, "retweeted") is not None:
        raise PayloadProblem("retweet", "A retweet repeats the post of another account.")
    note = optional_text(mapping(post.get("note_tweet")).get("text"))
    return IncomingMessage(
        channel=CHANNEL,
        external_id=external_id,
        author=_author_v2(post, "author_id", handles),
        sent_at=_sent_at(post, external_id),
        text=plain(note or written(post.get("text"))),
        parent_external_id=_referenced(post, "replied_to"),
        thread_hint=optional_identity(post.get("conversation_id")),
        language=_language(post.get("lang")),
        attachments=attachments_v2(post, media),
    )


def post_v1(post: Payload, author: str | None = None) -> IncomingMessage:
    """A post of version 1.1; ``author`` is for downloads of one account, whose posts do not name it."""
    external_id = _identity_v1(post, "id")
    text = written(_text_v1(post))
    if isinstance(post.get("retweeted_status"), Mapping) or (author is not None and text.startswith("RT @")):
        raise PayloadProblem("retweet", "A retweet repeats the post of another account.")
    handle = author or optional_text(mapping(post.get("user")).get("screen_name"))
    if handle is None:
        raise PayloadProblem("missing-author", "The post has no user with a screen_name.")
    parent = optional_identity(post.get("in_reply_to_status_id_str"))
    return IncomingMessage(
        channel=CHANNEL,
        external_id=external_id,
        author=handle,
        sent_at=_moment_v1(post.get("created_at")),
        text=plain(text),
        parent_external_id=parent or optional_identity(post.get("in_reply_to_status_id")),
        language=_language(post.get("lang")),
        attachments=attachments_v1(post),
    )


def direct_message(event: Payload, handles: Handles, media: Media = _NO_MEDIA) -> IncomingMessage:
    """A direct message event of version 2; a picture alone has no text.

    Raises PayloadProblem ``not-a-post`` for joins and leaves.
    """
    if event.get("event_type") != "MessageCreate":
        raise PayloadProblem("not-a-post", "The event is not the creation of a message.")
    external_id = identity(event.get("id"))
    return IncomingMessage(
        channel=CHANNEL,
        external_id=external_id,
        author=_author_v2(event, "sender_id", handles),
        sent_at=_sent_at(event, external_id),
        text=plain(_beside_files(event)),
        thread_hint=optional_identity(event.get("dm_conversation_id")),
        private=True,
        attachments=attachments_v2(event, media),
    )


def direct_message_v1(event: Payload, handles: Handles) -> IncomingMessage:
    """A direct message event of version 1.1, as webhooks still deliver it."""
    created = mapping(event.get("message_create"))
    author = _author_v2(created, "sender_id", handles)
    data = mapping(created.get("message_data"))
    return IncomingMessage(
        channel=CHANNEL,
        external_id=identity(event.get("id")),
        author=author,
        sent_at=epoch(event.get("created_timestamp"), "created_timestamp"),
        text=plain(written(data.get("text"))),
        thread_hint=_conversation_of_two(created.get("sender_id"), _recipient(event)),
        private=True,
        attachments=attachments_of_data(data),
    )


def archived_direct_message(message: Payload, conversation: str | None, handles: Handles) -> IncomingMessage:
    """A direct message of a downloaded archive: what stands under ``messageCreate``."""
    return IncomingMessage(
        channel=CHANNEL,
        external_id=identity(message.get("id")),
        author=_author_v2(message, "senderId", handles),
        sent_at=moment(message.get("createdAt")),
        text=plain(written(message.get("text"))),
        thread_hint=conversation,
        private=True,
        attachments=attachments_archived(message),
    )


def deletion(event: Payload) -> Deletion | None:
    """The post that an event says was deleted; None for all other events.

    Three forms: of compliance streams (``delete`` with ``tweet`` or, in version 1.1, ``status``), of the
    Activity API (``payload``) and of the older Account Activity API (``status``).
    """
    if "delete" in event:
        said = mapping(event["delete"])
        post = mapping(said.get("tweet")) or mapping(said.get("status"))
        at = optional_moment(said.get("event_at")) or optional_epoch(event.get("timestamp_ms"))
    elif event.get("event_type") == "post.delete":
        post, at = mapping(event.get("payload")), None
    elif "status" in event:
        post, at = mapping(event["status"]), optional_epoch(event.get("timestamp_ms"))
    else:
        return None
    return Deletion(CHANNEL, identity(post.get("id_str") or post.get("id")), at)


def handles_of(users: Iterable[Payload]) -> dict[str, str]:
    """The handles of user objects, by the number of the account. Some events have them under ``data``."""
    found: dict[str, str] = {}
    for one in users:
        user = mapping(one.get("data", one))
        number = optional_identity(user.get("id"))
        name = optional_text(user.get("username")) or optional_text(user.get("screen_name"))
        if number is not None and name is not None:
            found[number] = name
    return found


def number_of_author(payload: Payload) -> str | None:
    """The number of the account that wrote a post or direct message."""
    created, user = mapping(payload.get("message_create")), mapping(payload.get("user"))
    told = (payload.get("author_id"), payload.get("sender_id"), created.get("sender_id"), user.get("id_str"))
    return next((number for number in map(optional_identity, told) if number is not None), None)


def addressed(payload: Payload, handles: Handles) -> list[str]:
    """Handles (and numbers) of the accounts that a post or direct message is for, in their order."""
    found = _mentioned(payload)
    others = optional_text(payload.get("dm_conversation_id")) or ""
    numbers = [n for n in others.split("-") if n != payload.get("sender_id")] if "-" in others else []
    numbers.append(optional_identity(payload.get("in_reply_to_user_id")) or "")
    numbers.append(_recipient(payload) or "")
    found.extend(name for number in numbers for name in (handles.get(number), number) if name)
    found.append(optional_text(payload.get("in_reply_to_screen_name")) or "")
    return [name for name in found if name]


def edit_history(post: Payload) -> list[str]:
    """The ids of all versions of an edited post that are known with it, the post itself among them."""
    info = mapping(post.get("edit_info"))
    first = mapping(info.get("initial"))
    later = mapping(mapping(info.get("edit")).get("editControlInitial"))
    return words(post.get("edit_history_tweet_ids") or first.get("editTweetIds") or later.get("editTweetIds"))


def time_of_id(identifier: str) -> datetime:
    """When the post was made, in UTC to the millisecond: (id >> 22) + 1288834974657 ms since 1970.

    Raises PayloadProblem ``bad-id`` for ids that hold no time.
    """
    if not (identifier.isascii() and identifier.isdigit() and len(identifier) <= _LONGEST_ID):
        raise PayloadProblem("bad-id", "The id is not a number of at most 19 digits.")
    if int(identifier) < _FIRST_TIMED_ID:
        raise PayloadProblem("bad-id", "The id is older than November 2010 and holds no time.")
    return _ID_EPOCH + timedelta(milliseconds=int(identifier) >> 22)


def plain(text: str) -> str:
    for code, sign in ESCAPED:
        text = text.replace(code, sign)
    return text


def _beside_files(event: Payload) -> str:
    return "" if event.get("text") is None and event.get("attachments") else written(event.get("text"))


def _author_v2(payload: Payload, key: str, handles: Handles) -> str:
    inside = optional_text(mapping(payload.get("author")).get("username"))
    if inside is not None:
        return inside
    number = optional_identity(payload.get(key))
    if number is None:
        raise PayloadProblem("missing-author", f"The object has no {key}.")
    return handles.get(number, number)


def _recipient(event: Payload) -> str | None:
    return optional_identity(mapping(mapping(event.get("message_create")).get("target")).get("recipient_id"))


def _conversation_of_two(sender: object, recipient: str | None) -> str | None:
    """The id that version 2 gives a conversation of two: their numbers, the smaller one first."""
    numbers = [number for number in (optional_identity(sender), recipient) if number and number.isdecimal()]
    return "-".join(sorted(numbers, key=int)) if len(numbers) == 2 else None


def _sent_at(payload: Payload, external_id: str) -> datetime:
    """``created_at`` has to be asked for; where it was not, the id tells the same."""
    created = payload.get("created_at")
    if created is not None:
        return moment(created, "created_at")
    try:
        return time_of_id(external_id)
    except PayloadProblem:
        raise PayloadProblem(
            "missing-date", "The object has no created_at and its id holds no time."
        ) from None


def _moment_v1(value: object) -> datetime:
    """``Wed Oct 10 20:19:24 +0000 2018``. Not by strptime: that reads months in the system's language."""
    if value is None:
        raise PayloadProblem("missing-date", "The post has no created_at.")
    parts = value.split() if isinstance(value, str) else []
    if len(parts) == 6 and parts[1] in _MONTHS:
        _, month, day, clock, zone, year = parts
        return moment(f"{year}-{_MONTHS.index(month) + 1:02}-{day:0>2}T{clock}{zone}", "created_at")
    raise PayloadProblem("bad-date", "created_at is not in the form of version 1.1.")


def _identity_v1(post: Payload, key: str) -> str:
    return identity(post.get(f"{key}_str") or post.get(key), f"{key}_str")


def _text_v1(post: Payload) -> object:
    whole = mapping(post.get("extended_tweet")).get("full_text")
    return next((t for t in (whole, post.get("full_text")) if t is not None), post.get("text"))


def _referenced(post: Payload, kind: str) -> str | None:
    for reference in mappings(post.get("referenced_tweets")):
        if reference.get("type") == kind:
            return optional_identity(reference.get("id"))
    return None


def _mentioned(payload: Payload) -> list[str]:
    whole = mapping(payload.get("note_tweet") or payload.get("extended_tweet"))
    entities = mapping(whole.get("entities") or payload.get("entities"))
    marked = mappings(entities.get("mentions")) or mappings(entities.get("user_mentions"))
    names = [optional_text(m.get("username") or m.get("screen_name")) for m in marked]
    if any(names):
        return [name for name in names if name]
    text = _text_v1(payload)
    return _MENTION.findall(text) if isinstance(text, str) else []


def _language(value: object) -> str | None:
    """X writes private codes such as ``qht`` (hashtags only) where there is no language."""
    code = optional_text(value)
    return None if code is None or code in _NO_LANGUAGE else _OLD_LANGUAGES.get(code, code)
