"""WhatsApp: messages as the Cloud API delivers them to webhooks. All of them are private.

What is delivered holds entries, these hold changes, and a change has a ``value`` with the number of the
company (``metadata``), messages of customers, and receipts for messages of the company (``statuses``).
"""

import re
from collections.abc import Iterator

from careworth.channels._problem import PayloadProblem
from careworth.channels._values import (
    Payload,
    epoch,
    identity,
    mapping,
    optional_epoch,
    optional_identity,
    optional_text,
    point,
    written,
)
from careworth.terms import Attachment, Deletion, IncomingMessage

CHANNEL = "whatsapp"

_NO_DIGIT = re.compile(r"[^0-9]+")

_MEDIA = {
    "image": "image", "video": "video", "audio": "audio", "voice": "audio", "document": "file",
    "sticker": "sticker",
}  # fmt: skip
_NO_MESSAGE = {
    "reaction": ("reaction", "It is a reaction to another message."),
    "edit": ("edited", "It changes an earlier message; the first version stays."),
    "system": ("not-a-post", "It is a notice of the network, such as a new number."),
    "request_welcome": ("not-a-post", "It says that somebody opened the chat for the first time."),
}


def message(payload: Payload, value: Payload) -> IncomingMessage:
    """One of the ``messages`` (or ``message_echoes``) of a value.

    Media without a caption are messages without words. Raises PayloadProblem, among others ``reaction``,
    ``edited`` and ``unsupported``, the last for kinds that the network itself does not show.
    """
    external_id = identity(payload.get("id"))
    text = _text(payload)
    account = account_of(value)
    sender = optional_identity(payload.get("from")) or optional_identity(payload.get("from_user_id"))
    if sender is None:
        raise PayloadProblem("missing-author", "The message does not say who sent it.")
    addressee = optional_identity(payload.get("to"))  # stands only at what the company wrote on a telephone
    inbound = addressee is None
    return IncomingMessage(
        channel=CHANNEL,
        external_id=external_id,
        author=sender,
        sent_at=epoch(payload.get("timestamp"), "timestamp"),
        text=text,
        inbound=inbound,
        parent_external_id=optional_identity(mapping(payload.get("context")).get("id")),
        thread_hint=f"{account}/{addressee or sender}",
        brand=account,
        private=True,
        attachments=attachments(payload),
    )


def deletion(payload: Payload) -> Deletion | None:
    """The message that one of the ``messages`` takes back; None when it takes none back."""
    if payload.get("type") != "revoke":
        return None
    taken_back = identity(mapping(payload.get("revoke")).get("original_message_id"), "original_message_id")
    return Deletion(CHANNEL, taken_back, optional_epoch(payload.get("timestamp")))


def attachments(payload: Payload) -> tuple[Attachment, ...]:
    """The file or place of a message: it has one at most. A file is known by the id of the network."""
    kind = optional_text(payload.get("type")) or ""
    said = mapping(payload.get(kind))
    if kind == "location":
        return (Attachment("location", point(said.get("latitude"), said.get("longitude"))),)
    if kind not in _MEDIA:
        return ()
    return (Attachment(_MEDIA[kind], optional_identity(said.get("id")), optional_text(said.get("filename"))),)


def account_of(value: Payload) -> str:
    """The company's telephone number, in digits."""
    shown = optional_text(mapping(value.get("metadata")).get("display_phone_number"))
    digits = _NO_DIGIT.sub("", shown or "")
    return digits or identity(mapping(value.get("metadata")).get("phone_number_id"), "phone_number_id")


def names_of_account(value: Payload) -> Iterator[str]:
    """What the company's number may be called: its digits, as it is shown, and the id of the network."""
    yield account_of(value)
    metadata = mapping(value.get("metadata"))
    for key in ("display_phone_number", "phone_number_id"):
        name = optional_identity(metadata.get(key))
        if name is not None:
            yield name


def _text(payload: Payload) -> str:
    kind = optional_text(payload.get("type")) or "unsupported"
    if kind in _NO_MESSAGE:
        raise PayloadProblem(*_NO_MESSAGE[kind])
    said = mapping(payload.get(kind))
    if kind == "text":
        return written(said.get("body"))
    if kind == "button":
        return written(said.get("text"))
    if kind in _MEDIA:
        return optional_text(said.get("caption")) or ""
    if kind == "interactive":
        return _chosen(said)
    if kind == "location":
        place = (optional_text(said.get("name")), optional_text(said.get("address")))
        return ", ".join(part for part in place if part)
    if kind == "order":
        return optional_text(said.get("text")) or ""
    if kind == "contacts":
        return ""  # cards of other people: what stands on them is not ours to keep
    raise PayloadProblem("unsupported", "The network does not show messages of this kind.")


def _chosen(interactive: Payload) -> str:
    """The words of the button, row or form that somebody chose."""
    chosen = mapping(interactive.get(str(interactive.get("type"))))
    return written(optional_text(chosen.get("title")) or optional_text(chosen.get("body")))
