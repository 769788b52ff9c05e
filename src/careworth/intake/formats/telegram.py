"""Telegram: updates of the Bot API, as ``getUpdates`` answers and webhooks deliver them."""

from collections.abc import Iterator
from dataclasses import replace

from careworth.channels import telegram
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import Payload
from careworth.intake.formats._base import Chunk, ReadOptions
from careworth.intake.formats._gather import Item, gather, sided, unknown
from careworth.intake.formats._json import Piece, pieces
from careworth.intake.formats._outline import keys_under, outline
from careworth.intake.formats._source import Source
from careworth.terms import IncomingMessage

WHAT = "an update of Telegram's Bot API"

_PLACES = ("", "result")


class Telegram:
    """Updates one a line, as one document, or in an answer of ``getUpdates``."""

    name = "telegram"

    def claims(self, source: Source) -> bool:
        paths = outline(source.head())
        return any("update_id" in keys_under(paths, place) for place in _PLACES)

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        def take(piece: Piece) -> Iterator[Item]:
            return _take(piece, options.brands)

        found = pieces(source, lines=options.lines)
        yield from gather(source, found, take, what=WHAT, known=options.lines)


def _take(piece: Piece, brands: frozenset[str]) -> Iterator[Item]:
    result = piece.member("result")
    if "update_id" in piece.members():
        yield _item(piece, brands)
    elif result is not None and result.is_array:
        for update in result.elements():
            yield _item(update, brands)
    else:
        raise unknown(WHAT)


def _item(piece: Piece, brands: frozenset[str]) -> Item:
    try:
        update = piece.value()
        if not isinstance(update, dict):
            raise PayloadProblem("not-a-post", "It is not an object.")
        payload = telegram.message_of(update)
        return _sided(telegram.message(payload), telegram.names_of_author(payload), payload, brands)
    except PayloadProblem as problem:
        return piece.reject(problem.reason, problem.detail)


def _sided(
    message: IncomingMessage, writer: list[str], payload: Payload, brands: frozenset[str]
) -> IncomingMessage:
    """In a chat of two the update does not name the bot; where the company has one account, it is that."""
    if message.inbound is not None:
        return replace(message, brand=next(iter(brands)) if len(brands) == 1 else None)
    return sided(message, writer, telegram.addressed(payload), brands) if brands else message
