"""Mastodon: statuses, and the answers of its interface that hold some.

A status alone, in lists and time lines, in conversations (``last_status``), in notifications (``status``)
and in the context of another (``ancestors``, ``descendants``); as one document or one a line. What the
streaming interface says was deleted (``event``, ``payload``).
"""

from collections.abc import Iterator

from careworth.channels import mastodon
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import optional_identity
from careworth.intake.formats._base import Chunk, ReadOptions
from careworth.intake.formats._gather import Item, gather, sided, unknown
from careworth.intake.formats._json import Piece, pieces
from careworth.intake.formats._outline import keys_under, outline
from careworth.intake.formats._source import Source

WHAT = "a status of Mastodon or an answer that holds statuses"

_STATUS = frozenset({"id", "content", "account.acct", "visibility"})
_PLACES = ("", "last_status", "status", "ancestors", "descendants")


class Mastodon:
    """Ids hold for one server: read files of two servers into two inboxes, or they collide."""

    name = "mastodon"

    def claims(self, source: Source) -> bool:
        paths = outline(source.head())
        return any(keys_under(paths, place) >= _STATUS for place in _PLACES)

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        def take(piece: Piece) -> Iterator[Item]:
            return _take(piece, options)

        found = pieces(source, lines=options.lines)
        yield from gather(source, found, take, what=WHAT, known=options.lines)


def _take(piece: Piece, options: ReadOptions) -> Iterator[Item]:
    keys = piece.members().keys()
    if "content" in keys and keys & {"account", "visibility", "uri"}:
        yield _item(piece, options)
    elif {"ancestors", "descendants"} <= keys:
        for name in ("ancestors", "descendants"):
            listed = piece.member(name)
            for part in listed.elements() if listed else ():
                yield _item(part, options)
    elif "last_status" in keys:
        conversation = optional_identity(piece.value().get("id"))
        yield _inner(piece, "last_status", options, conversation and f"conversation/{conversation}")
    elif {"event", "payload"} <= keys:
        yield _event(piece)
    elif {"type", "account"} <= keys:
        yield _inner(piece, "status", options)
    else:
        raise unknown(WHAT)


def _event(piece: Piece) -> Item:
    """Of the events of the streaming interface only deletions come as they are; of others their content."""
    try:
        gone = mastodon.deletion(piece.value())
    except PayloadProblem as problem:
        return piece.reject(problem.reason, problem.detail)
    return gone or piece.reject("not-a-post", "The event neither brings a status nor takes one back.")


def _inner(piece: Piece, key: str, options: ReadOptions, thread_hint: str | None = None) -> Item:
    inner = piece.member(key)
    if inner is None or not inner.members():
        return piece.reject("not-a-post", f"There is no status in it under {key}.")
    return _item(inner, options, thread_hint)


def _item(piece: Piece, options: ReadOptions, thread_hint: str | None = None) -> Item:
    try:
        payload = piece.value()
        if not isinstance(payload, dict):
            raise PayloadProblem("not-a-post", "It is not an object.")
        message = mastodon.status(payload, thread_hint)
    except PayloadProblem as problem:
        return piece.reject(problem.reason, problem.detail)
    if not options.brands:
        return message
    addressed = mastodon.addressed(payload)
    return sided(message, mastodon.names_of_author(payload), addressed, options.brands)
