"""Telegram: updates of the Bot API.

Ids of messages are counted within a chat, and an update does not name its bot: a customer who writes to two
bots has two chats of the same number. Where a company has several bots, each has to be named.
"""

from careworth.channels._problem import PayloadProblem
from careworth.channels._values import (
    LARGEST_SAFE_INTEGER,
    Payload,
    epoch,
    identity,
    mapping,
    mappings,
    optional_identity,
    optional_text,
    point,
    written,
)
from careworth.terms import Attachment, Deletion, IncomingMessage

CHANNEL = "telegram"

MESSAGES = ("message", "channel_post", "business_message")
"""Keys of an update under which a new message stands."""

_WORDLESS = frozenset(
    {"animation", "audio", "contact", "dice", "document", "game", "location", "paid_media", "photo", "poll",
     "sticker", "story", "video", "video_note", "voice"}
)  # fmt: skip
_KINDS = {
    "animation": "video",  # before "document", which repeats it
    "video": "video", "video_note": "video", "audio": "audio", "voice": "audio", "sticker": "sticker",
    "document": "file",
}  # fmt: skip
_COUNTED_FOR_ALL = frozenset({"supergroup", "channel"})
_NO_MESSAGE = (
    ("edited_", "edited", "It changes an earlier message; the first version stays."),
    ("message_reaction", "reaction", "It is a reaction to another message."),
    ("", "not-a-post", "The update brings no message."),
)


def message_of(update: Payload) -> Payload:
    """The message in an update.

    Raises PayloadProblem ``edited``, ``reaction`` or ``not-a-post`` for all that is none.
    """
    for key in MESSAGES:
        if key in update:
            return mapping(update[key])
    kinds = [key for key in update if key != "update_id"] or [""]
    reason, detail = next((why, how) for start, why, how in _NO_MESSAGE if kinds[0].startswith(start))
    raise PayloadProblem(reason, detail)


def deletions(update: Payload, bot: str | None = None) -> list[Deletion]:
    """The messages that an update says were taken back: only accounts of Telegram Business hear of it.

    Raises PayloadProblem where it does not say which.
    """
    said = update.get("deleted_business_messages")
    if said is None:
        return []
    place, numbers = _place(mapping(mapping(said).get("chat")), bot), mapping(said).get("message_ids")
    if not isinstance(numbers, list) or not numbers:
        raise PayloadProblem("missing-id", "The update does not say which messages were deleted.")
    return [Deletion(CHANNEL, f"{place}:{identity(number, 'message_id')}") for number in numbers]


def message(payload: Payload, bot: str | None = None) -> IncomingMessage:
    """A message. In a chat of two it is outbound when the other side did not write it.

    ``bot``: which of several bots received it, as part of the id; None where the company has one. A bot hears
    nothing of what it says itself; only accounts of Telegram Business do. In a group ``inbound`` is None.
    Pictures, voices and the like without a caption are messages without words.
    """
    chat = mapping(payload.get("chat"))
    place = _place(chat, bot)
    private = chat.get("type") == "private"
    names = names_of_author(payload)
    if not names:
        raise PayloadProblem("missing-author", "The message does not say who wrote it.")
    answered = mapping(payload.get("reply_to_message")).get("message_id")
    parent = optional_identity(answered)
    return IncomingMessage(
        channel=CHANNEL,
        external_id=f"{place}:{identity(payload.get('message_id'), 'message_id')}",
        author=names[0],
        sent_at=epoch(payload.get("date")),
        text=_text(payload),
        inbound=_chat(chat) in names if private else None,
        parent_external_id=parent and f"{place}:{parent}",
        thread_hint=f"chat/{place}" if private else None,
        private=private,
        automatic=mapping(payload.get("from")).get("is_bot") is True and "sender_chat" not in payload,
        attachments=attachments(payload),
    )


def attachments(payload: Payload) -> tuple[Attachment, ...]:
    """The file or place of a message: it has one at most. A file is known by its ``file_id``."""
    sizes = mappings(payload.get("photo"))
    if sizes:
        return (Attachment("image", optional_text(sizes[-1].get("file_id"))),)  # the largest stands last
    for key, kind in _KINDS.items():
        if key in payload:
            file = mapping(payload[key])
            name = optional_text(file.get("file_name")) or optional_text(file.get("emoji"))
            return (Attachment(kind, optional_text(file.get("file_id")), name),)
    place = mapping(payload.get("location"))
    if place:
        return (Attachment("location", point(place.get("latitude"), place.get("longitude"))),)
    return ()


def names_of_author(payload: Payload) -> list[str]:
    """What the author may be called: user name and number; for those who write as a chat, the chat's."""
    sender = mapping(payload.get("sender_chat") or payload.get("from"))
    number = sender.get("id")
    return [name for name in (optional_text(sender.get("username")), _number(number)) if name is not None]


def addressed(payload: Payload) -> list[str]:
    """The accounts mentioned, in their order; then whose message is answered.

    Places in a text are counted in units of UTF-16, not in characters.
    """
    text = optional_text(payload.get("text")) or optional_text(payload.get("caption")) or ""
    units = text.encode("utf-16-le", "surrogatepass")
    found: list[str] = []
    for entity in mappings(payload.get("entities") or payload.get("caption_entities")):
        start, length = entity.get("offset"), entity.get("length")
        if entity.get("type") == "mention" and isinstance(start, int) and isinstance(length, int):
            found.append(
                units[2 * start : 2 * (start + length)].decode("utf-16-le", "ignore").removeprefix("@")
            )
        found += names_of_author({"from": entity.get("user")})
    found += names_of_author(mapping(payload.get("reply_to_message")))
    return [name for name in found if name]


def _text(payload: Payload) -> str:
    for key in ("text", "caption"):
        if key in payload:
            return written(payload[key])
    if "venue" in payload:
        venue = mapping(payload["venue"])
        place = (optional_text(venue.get("title")), optional_text(venue.get("address")))
        return ", ".join(part for part in place if part)
    if payload.keys() & _WORDLESS:
        return ""
    raise PayloadProblem("not-a-post", "It is a notice of the chat, such as that somebody joined.")


def _place(chat: Payload, bot: str | None) -> str:
    """What tells a chat from all others. Large groups and channels count for all bots together."""
    number = _chat(chat)
    return number if bot is None or chat.get("type") in _COUNTED_FOR_ALL else f"{bot}/{number}"


def _chat(chat: Payload) -> str:
    place = _number(chat.get("id"))
    if place is None:
        raise PayloadProblem("missing-id", "The message does not say in which chat it stands.")
    return place


def _number(value: object) -> str | None:
    """Numbers of groups and channels are negative."""
    if type(value) is int and abs(value) <= LARGEST_SAFE_INTEGER:
        return str(value)
    return None
