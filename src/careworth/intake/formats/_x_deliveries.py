"""What X delivers to webhooks: events of its Activity API and of the older Account Activity API.

The Activity API sends one event at a time under ``data``; the older one lists of them under keys such as
``tweet_create_events``. Webhooks of the filtered stream bring answers like any other.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

import msgspec

from careworth.channels import x
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import mapping, mappings
from careworth.intake.formats._base import Rejected
from careworth.intake.formats._gather import Around, enclosed
from careworth.intake.formats._json import Piece
from careworth.intake.formats._x_objects import Found, deleted, of_answer
from careworth.intake.formats._x_objects import objects as objects_of_answers
from careworth.terms import Deletion

_ACTIVITY = frozenset({"event_type", "payload"})
_POSTS, _DIRECT_MESSAGES = "tweet_create_events", "direct_message_events"
_DELETED, _BY_ITSELF = "tweet_delete_events", "user_event"

_WHY = (
    ("read", "receipt", "The event says that somebody has read a message."),
    ("typing", "typing", "The event says that somebody is typing."),
    ("like", "reaction", "Somebody likes a post."),
    ("favorite", "reaction", "Somebody likes a post."),
    ("chat.", "encrypted", "The message is encrypted from end to end; only X Chat can read it."),
    ("", "not-a-post", "The event concerns an account, not a post or message."),
)


def is_delivery(keys: Set[str], keys_of_data: Set[str]) -> bool:
    """Whether an object with such keys is what a webhook of X brings."""
    return keys_of_data >= _ACTIVITY or "for_user_id" in keys or _BY_ITSELF in keys


def objects(piece: Piece) -> Iterator[Found | Deletion | Rejected]:
    """Posts and messages of a delivery, or the objects of an answer.

    Raises PayloadProblem when the piece is nothing of X.
    """
    members = piece.members()
    data = piece.member("data") if "data" in members else None
    keys_of_data = data.members().keys() if data else frozenset[str]()
    if not is_delivery(members.keys(), keys_of_data):
        yield from objects_of_answers(piece)
    elif data:
        yield from _of_activity(data)
    else:
        yield from _of_account_activity(piece)


def _of_activity(data: Piece) -> Iterator[Found | Deletion | Rejected]:
    kind = mapping(data.value()).get("event_type")
    payload = data.member("payload")
    if kind in ("dm.sent", "dm.received") and payload is not None:
        yield from _direct_messages(payload)
    elif kind == "post.delete":
        yield deleted(data, lambda raw: {"data": raw})
    elif isinstance(kind, str) and kind.startswith("post."):
        if payload is None or not payload.members():
            yield enclosed(data.reject("not-a-post", "The event brings no post."), lambda raw: {"data": raw})
        else:
            yield from of_answer(payload, data.member("includes"))
    else:
        yield enclosed(_rejected(data, str(kind)), lambda raw: {"data": raw})


def _of_account_activity(piece: Piece) -> Iterator[Found | Deletion | Rejected]:
    for key in piece.members():
        listed = piece.member(key)
        if listed is None:
            continue
        if key == _DIRECT_MESSAGES:
            yield from _direct_messages(piece)
        elif key == _BY_ITSELF:
            yield enclosed(_rejected(listed, key), lambda raw: {_BY_ITSELF: raw})
        elif key.endswith("_events"):
            around = _Lists(key)
            for event in listed.elements():
                yield _event(event, key, around)


def _event(event: Piece, key: str, around: Around) -> Found | Deletion | Rejected:
    if key == _POSTS:
        return _found(event, {}, around)
    return deleted(event, around) if key == _DELETED else enclosed(_rejected(event, key), around)


def _direct_messages(holder: Piece) -> Iterator[Found | Rejected]:
    listed, users = holder.member(_DIRECT_MESSAGES), holder.member("users")
    handles = x.handles_of(mappings(list(mapping(users.value()).values()))) if users else {}
    around = _Lists(_DIRECT_MESSAGES, {"users": msgspec.Raw(users.raw)} if users else {})
    for event in listed.elements() if listed else ():
        yield _found(event, handles, around)


@dataclass(frozen=True, slots=True)
class _Lists:
    """One event of a list as a delivery of its own."""

    key: str
    beside: Mapping[str, msgspec.Raw] = field(default_factory=dict)

    def __call__(self, raw: msgspec.Raw) -> object:
        return {"for_user_id": "", self.key: [raw], **self.beside}


def _found(event: Piece, handles: x.Handles, around: Around) -> Found | Rejected:
    found = Found(event, mapping(event.value()), handles, around)
    return found if found.payload else found.reject(PayloadProblem("not-a-post", "It is no object."))


def _rejected(piece: Piece, kind: str) -> Rejected:
    reason, detail = next((reason, detail) for part, reason, detail in _WHY if part in kind)
    return piece.reject(reason, detail)
