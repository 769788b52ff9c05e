"""Meta: what WhatsApp, Messenger, Instagram and pages of Facebook deliver to webhooks.

All come in one envelope: ``object`` names the network, each of the ``entry`` an account of the company, with
private events (``messaging``, or ``standby`` when another program has the conversation) and ``changes``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

import msgspec

from careworth.channels import facebook, instagram, messenger, whatsapp
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import Payload, epoch, identity, mapping, optional_text
from careworth.intake.formats._base import Chunk, ReadOptions, Rejected
from careworth.intake.formats._gather import Item, gather, unknown
from careworth.intake.formats._json import Piece, pieces
from careworth.intake.formats._outline import keys_under, outline
from careworth.intake.formats._source import Source
from careworth.terms import Deletion, IncomingMessage

WHAT = "a delivery of Meta's webhooks"

_ENVELOPE = frozenset({"object", "entry"})
_CHANNELS = {"page": messenger.CHANNEL, "instagram": instagram.CHANNEL}
Read = IncomingMessage | Deletion
Around = Callable[[object], object]
"""A part to the entry of a delivery that holds nothing else."""

_WHATSAPP = "whatsapp_business_account"
_EVENTS = ("messaging", "standby")
_COMMENTS = (("instagram", "comments"), ("instagram", "live_comments"))
_FEED = ("page", "feed")
_IN_ENTRY = frozenset({*_EVENTS, "changes", "field"})
_WRITTEN = ("messages", "message_echoes")
_NOTICES = {
    "statuses": PayloadProblem("receipt", "It says what became of a message of the company."),
    "errors": PayloadProblem("network-error", "The network sent a notice of an error."),
}
_IN_VALUE = frozenset({*_WRITTEN, *_NOTICES})
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
    said = mapping(piece.value())
    if not said.keys() >= _ENVELOPE or not isinstance(said["entry"], list):
        raise unknown(WHAT)
    network = optional_text(said["object"]) or ""
    for entry in said["entry"]:
        yield from _Entry(entry, network, brands, piece.line).items()


class _Entry:
    """What came together for one account of the company."""

    def __init__(self, entry: object, network: str, brands: frozenset[str], line: int) -> None:
        self._whole, self._network, self._brands, self._line = entry, network, brands, line
        self._entry = mapping(entry)

    def items(self) -> Iterator[Item]:
        entry = self._entry
        if _IN_ENTRY.isdisjoint(entry):
            yield self._rejected(_NOTHING, self._whole)
        for key in _EVENTS:
            for event in _listed(entry, key):
                yield self._item(self._event, event, partial(self._with, key))
        for change in _listed(entry, "changes"):
            yield from self._change(mapping(change), partial(self._with, "changes"))
        if "field" in entry:
            yield from self._change(entry, lambda change: change)

    def _change(self, change: Payload, around: Around) -> Iterator[Item]:
        value = mapping(change.get("value"))
        if self._network == _WHATSAPP:
            yield from self._of_whatsapp(change, value, around)
        elif "sender" in value:
            yield self._item(self._event, value, partial(self._with, "messaging"))
        else:
            yield self._item(self._comment, change, around)

    def _event(self, event: Payload) -> Read:
        if self._network not in _CHANNELS:
            raise PayloadProblem("not-a-post", "The event is of a network whose messages are not known.")
        channel = _CHANNELS[self._network]
        if (gone := messenger.deletion(event, channel)) is not None:
            return gone
        message = messenger.direct_message(event, self._account(), channel)
        return _called(message, [self._account()], self._brands)

    def _comment(self, change: Payload) -> Read:
        kind, said = (self._network, change.get("field")), mapping(change.get("value"))
        if kind in _COMMENTS:
            sent_at = epoch(self._entry.get("time"), "time")
            message = instagram.comment(said, self._account(), sent_at)
        elif kind == _FEED:
            if (gone := facebook.deletion(said)) is not None:
                return gone
            message = facebook.post(said, self._account())
        else:
            raise PayloadProblem("not-a-post", "The change brings neither a message nor a comment.")
        return _called(message, [self._account()], self._brands)

    def _of_whatsapp(self, change: Payload, value: Payload, around: Around) -> Iterator[Item]:
        if _IN_VALUE.isdisjoint(value):
            yield self._rejected(_NOTHING, around(change))
        for key in _WRITTEN:
            read, around = partial(self._whatsapp, value), partial(self._in_value, value, key)
            for payload in _listed(value, key):
                yield self._item(read, payload, around)
        for key, problem in _NOTICES.items():
            for payload in _listed(value, key):
                yield self._rejected(problem, self._in_value(value, key, payload))

    def _whatsapp(self, value: Payload, payload: Payload) -> Read:
        if (gone := whatsapp.deletion(payload)) is not None:
            return gone
        return _called(whatsapp.message(payload, value), whatsapp.names_of_account(value), self._brands)

    def _item(self, read: Callable[[Payload], Read], payload: object, around: Around) -> Item:
        try:
            return read(mapping(payload))
        except PayloadProblem as problem:
            return self._rejected(problem, around(payload))

    def _rejected(self, problem: PayloadProblem, entry: object) -> Rejected:
        """A dead letter is a delivery of its own, so that it can be read again."""
        raw = msgspec.json.encode({"object": self._network, "entry": [entry]})
        return Rejected(self._line, problem.reason, problem.detail, raw)

    def _account(self) -> str:
        return identity(self._entry.get("id"))

    def _with(self, key: str, part: object) -> object:
        head = {name: self._entry[name] for name in ("id", "time") if name in self._entry}
        return {**head, key: [part]}

    def _in_value(self, value: Payload, key: str, part: object) -> object:
        said = {"metadata": value.get("metadata"), key: [part]}
        return self._with("changes", {"field": "messages", "value": said})


def _listed(holder: Payload, key: str) -> list[object]:
    listed = holder.get(key)
    return listed if isinstance(listed, list) else []


def _called(message: IncomingMessage, names: Iterable[str], brands: frozenset[str]) -> IncomingMessage:
    """The message with its brand called as the company calls it, where it named that account."""
    if message.brand in brands:
        return message
    own = next((name for name in names if name.lower() in brands), None)
    return message if own is None else replace(message, brand=own)
