"""Meta: what WhatsApp, Messenger, Instagram and pages of Facebook deliver to webhooks.

All come in one envelope: ``object`` names the network, each of the ``entry`` an account of the company, with
private events (``messaging``, or ``standby`` when another program has the conversation) and ``changes``.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import msgspec

from careworth.channels import facebook, instagram, messenger, whatsapp
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import Payload, epoch, identity, mapping, optional_text
from careworth.intake.formats._base import Chunk, ReadOptions
from careworth.intake.formats._gather import Around, Item, enclosed, gather, unknown
from careworth.intake.formats._json import Piece, pieces
from careworth.intake.formats._outline import keys_under, outline
from careworth.intake.formats._source import Source
from careworth.terms import IncomingMessage

WHAT = "a delivery of Meta's webhooks"

_ENVELOPE = frozenset({"object", "entry"})
_CHANNELS = {"page": messenger.CHANNEL, "instagram": instagram.CHANNEL}
_WHATSAPP = "whatsapp_business_account"
_EVENTS = ("messaging", "standby")
_COMMENTS = (("instagram", "comments"), ("instagram", "live_comments"))
_FEED = ("page", "feed")
_WRITTEN = ("messages", "message_echoes")
_NOTICES = {
    "statuses": PayloadProblem("receipt", "It says what became of a message of the company."),
    "errors": PayloadProblem("network-error", "The network sent a notice of an error."),
}
_NOTHING = PayloadProblem("not-a-post", "It brings no message.")


class Meta:
    """The deliveries say which accounts are the company's; ``--brand`` only chooses what they are called."""

    name = "meta"

    def claims(self, source: Source) -> bool:
        paths = outline(source.head())
        return keys_under(paths, "") >= _ENVELOPE and bool(
            keys_under(paths, "entry") & {"changes", "messaging", "standby", "field"}
        )

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        def take(piece: Piece) -> Iterator[Item]:
            return _take(piece, options.brands)

        found = pieces(source, lines=options.lines)
        yield from gather(source, found, take, what=WHAT, known=options.lines)


def _take(piece: Piece, brands: frozenset[str]) -> Iterator[Item]:
    entries = piece.member("entry")
    if not piece.members().keys() >= _ENVELOPE or entries is None:
        raise unknown(WHAT)
    network = optional_text(mapping(piece.value()).get("object")) or ""
    for entry in entries.elements():
        yield from _Entry(entry, network, brands).items()


class _Entry:
    """What came together for one account of the company."""

    def __init__(self, piece: Piece, network: str, brands: frozenset[str]) -> None:
        self._piece, self._network, self._brands = piece, network, brands
        self._head = {key: value for key, value in mapping(piece.value()).items() if key in ("id", "time")}

    def items(self) -> Iterator[Item]:
        members = self._piece.members()
        if not members.keys() & {*_EVENTS, "changes", "field"}:
            yield self._rejected(self._piece, _NOTHING, self._alone)
        for key in _EVENTS:
            for event in _elements(self._piece, key):
                yield self._item(event, self._event, partial(self._with, key))
        for change in _elements(self._piece, "changes"):
            yield from self._change(change, partial(self._with, "changes"))
        if "field" in members:
            yield from self._change(self._piece, self._alone)

    def _change(self, change: Piece, around: Around) -> Iterator[Item]:
        value = change.member("value")
        if self._network == _WHATSAPP:
            yield from self._of_whatsapp(change, value, around)
        elif value is not None and "sender" in value.members():
            yield self._item(value, self._event, partial(self._with, "messaging"))
        else:
            yield self._item(change, self._comment, around)

    def _event(self, event: Payload) -> IncomingMessage:
        if self._network not in _CHANNELS:
            raise PayloadProblem("not-a-post", "The event is of a network whose messages are not known.")
        message = messenger.direct_message(event, self._account(), _CHANNELS[self._network])
        return _called(message, [self._account()], self._brands)

    def _comment(self, change: Payload) -> IncomingMessage:
        kind, said = (self._network, change.get("field")), mapping(change.get("value"))
        if kind in _COMMENTS:
            sent_at = epoch(self._head.get("time"), "time")
            message = instagram.comment(said, self._account(), sent_at)
        elif kind == _FEED:
            message = facebook.post(said, self._account())
        else:
            raise PayloadProblem("not-a-post", "The change brings neither a message nor a comment.")
        return _called(message, [self._account()], self._brands)

    def _of_whatsapp(self, change: Piece, value: Piece | None, around: Around) -> Iterator[Item]:
        if value is None or not value.members().keys() & {*_WRITTEN, *_NOTICES}:
            yield self._rejected(change, _NOTHING, around)
            return
        head = {"metadata": mapping(value.value()).get("metadata")}

        def with_metadata(key: str, raw: msgspec.Raw) -> object:
            change = {"field": "messages", "value": {**head, key: [raw]}}
            return {"object": _WHATSAPP, "entry": [{**self._head, "changes": [change]}]}

        def message(payload: Payload) -> IncomingMessage:
            names = whatsapp.names_of_account(head)
            return _called(whatsapp.message(payload, head), names, self._brands)

        for key in _WRITTEN:
            for part in _elements(value, key):
                yield self._item(part, message, partial(with_metadata, key))
        for key, problem in _NOTICES.items():
            for part in _elements(value, key):
                yield self._rejected(part, problem, partial(with_metadata, key))

    def _item(self, piece: Piece, read: Callable[[Payload], IncomingMessage], around: Around) -> Item:
        try:
            return read(mapping(piece.value()))
        except PayloadProblem as problem:
            return self._rejected(piece, problem, around)

    def _rejected(self, piece: Piece, problem: PayloadProblem, around: Around) -> Item:
        return enclosed(piece.reject(problem.reason, problem.detail), around)

    def _account(self) -> str:
        return identity(self._head.get("id"))

    def _alone(self, raw: msgspec.Raw) -> object:
        return {"object": self._network, "entry": [raw]}

    def _with(self, key: str, raw: msgspec.Raw) -> object:
        return {"object": self._network, "entry": [{**self._head, key: [raw]}]}


def _elements(piece: Piece, key: str) -> Iterator[Piece]:
    listed = piece.member(key)
    yield from listed.elements() if listed else ()


def _called(message: IncomingMessage, names: list[str], brands: frozenset[str]) -> IncomingMessage:
    """The message with its brand called as the company calls it, where it named that account."""
    own = next((name for name in names if name.lower() in brands), None)
    return message if own is None else replace(message, brand=own)
