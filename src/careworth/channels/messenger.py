"""Messenger, and messages of Instagram: events of a private conversation as Meta delivers them to webhooks.

The accounts are numbers: that of the page or of the professional account, and one of the customer that holds
for this account only.
"""

from collections.abc import Iterator

from careworth.channels._problem import PayloadProblem
from careworth.channels._values import (
    Payload,
    epoch,
    identity,
    mapping,
    mappings,
    optional_epoch,
    optional_identity,
    optional_text,
    point,
    written,
)
from careworth.terms import Attachment, Deletion, IncomingMessage

CHANNEL = "messenger"

_KINDS = {
    "image": "image", "video": "video", "audio": "audio", "file": "file", "ig_reel": "video", "reel": "video",
    "story_mention": "file",
}  # fmt: skip
_NO_MESSAGE = (
    ("read", "receipt", "It says that the other side has read a message."),
    ("delivery", "receipt", "It says that a message was delivered."),
    ("reaction", "reaction", "It is a reaction to another message."),
    ("message_edit", "edited", "It changes an earlier message; the first version stays."),
)


def direct_message(event: Payload, account: str, channel: str = CHANNEL) -> IncomingMessage:
    """An event with ``message`` or ``postback`` (a button was pressed: its title is what was said).

    ``account``: the number of the company's account. Attachments without text are messages without words.
    Raises PayloadProblem, among others ``receipt``, ``reaction``, ``edited``, ``unsupported``.
    """
    said = mapping(event.get("message")) or mapping(event.get("postback"))
    _refuse_others(event, said)
    external_id = identity(said.get("mid"), "mid")
    sender, recipient = (
        optional_identity(mapping(event.get(key)).get("id")) for key in ("sender", "recipient")
    )
    if sender is None:
        raise PayloadProblem("missing-author", "The event does not say who sent the message.")
    inbound = said.get("is_echo") is not True and sender != account
    return IncomingMessage(
        channel=channel,
        external_id=external_id,
        author=sender,
        sent_at=epoch(event.get("timestamp"), "timestamp"),
        text=_text(said),
        inbound=inbound,
        parent_external_id=optional_identity(mapping(said.get("reply_to")).get("mid")),
        thread_hint=f"{account}/{sender if inbound else recipient}",
        brand=account,
        private=True,
        attachments=tuple(_attachments(said)),
    )


def deletion(event: Payload, channel: str = CHANNEL) -> Deletion | None:
    """The message that an event takes back; None when it takes none back."""
    said = mapping(event.get("message"))
    if said.get("is_deleted") is not True:
        return None
    return Deletion(channel, identity(said.get("mid"), "mid"), optional_epoch(event.get("timestamp")))


def _refuse_others(event: Payload, said: Payload) -> None:
    if not said:
        for key, reason, detail in _NO_MESSAGE:
            if key in event:
                raise PayloadProblem(reason, detail)
        raise PayloadProblem("not-a-post", "The event brings no message.")
    if said.get("is_unsupported") is True:
        raise PayloadProblem("unsupported", "The network does not show messages of this kind.")


def _attachments(said: Payload) -> Iterator[Attachment]:
    """Files and places; posts that were shared and templates are neither."""
    for one in mappings(said.get("attachments")):
        kind, held = str(one.get("type")), mapping(one.get("payload"))
        place = mapping(held.get("coordinates"))
        if kind == "location":
            yield Attachment("location", point(place.get("lat"), place.get("long")))
        elif kind in _KINDS:
            yield Attachment(
                "sticker" if "sticker_id" in held else _KINDS[kind], optional_text(held.get("url"))
            )


def _text(said: Payload) -> str:
    if "text" in said:
        return written(said.get("text"))
    if "title" in said:
        return written(said.get("title"))
    if said.get("attachments"):
        return ""
    raise PayloadProblem("missing-text", "The message has neither text nor attachments.")
