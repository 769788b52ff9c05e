"""By what a delivery is known when it comes a second time."""

import hashlib
from collections.abc import Mapping

import msgspec


class _Message(msgspec.Struct):
    id: str | None = None
    mid: str | None = None
    is_deleted: bool = False  # then the id is that of the message which was taken back


class _Messaging(msgspec.Struct):
    message: _Message | None = None


class _Value(msgspec.Struct):
    messages: list[_Message] = []


class _Change(msgspec.Struct):
    value: _Value | None = None


class _Entry(msgspec.Struct):
    messaging: list[_Messaging] = []
    changes: list[_Change] = []


class _Meta(msgspec.Struct):
    entry: list[_Entry] = []


class _Telegram(msgspec.Struct):
    update_id: int


def delivery_id(scheme: str, headers: Mapping[bytes, bytes], body: bytes) -> str:
    """The ids of the messages in it, as its network names them; else a digest of its bytes."""
    try:
        found = _named(scheme, headers, body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = ""
    return found or hashlib.sha256(body).hexdigest()


def _named(scheme: str, headers: Mapping[bytes, bytes], body: bytes) -> str:
    if scheme == "own":
        return headers.get(b"x-careworth-id", b"").decode("ascii")
    if scheme == "telegram":
        return str(msgspec.json.decode(body, type=_Telegram).update_id)
    if scheme == "meta":
        said = msgspec.json.decode(body, type=_Meta)
        written = [m.message for entry in said.entry for m in entry.messaging if m.message]
        direct = [message.mid for message in written if not message.is_deleted]
        changed = [m.id for e in said.entry for c in e.changes if c.value for m in c.value.messages]
        return " ".join(one for one in [*direct, *changed] if one)
    return ""
