"""Telegram: updates of the Bot API, as ``getUpdates`` answers and webhooks deliver them.

Where a company has several bots, ``bot`` beside the updates names theirs: so dead letters keep it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from careworth.channels import telegram
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import Payload, optional_text
from careworth.intake.formats._base import Chunk, ReadOptions, Rejected
from careworth.intake.formats._gather import Item, enclosed, gather, sided, unknown
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
            return _take(piece, options)

        found = pieces(source, lines=options.lines)
        yield from gather(source, found, take, what=WHAT, known=options.lines)


def _take(piece: Piece, options: ReadOptions) -> Iterator[Item]:
    members = piece.members()
    result = piece.member("result")
    if "update_id" in members:
        yield from _Updates(options.bot, options.brands).items(piece)
    elif result is not None and result.is_array:
        said = msgspec.json.decode(members["bot"]) if "bot" in members else None
        updates = _Updates(optional_text(said) or options.bot, options.brands)
        for update in result.elements():
            yield from updates.items(update)
    else:
        raise unknown(WHAT)


@dataclass(frozen=True, slots=True)
class _Updates:
    """Those of one bot, which is named where the company has several."""

    bot: str | None
    brands: frozenset[str]

    def items(self, piece: Piece) -> Iterator[Item]:
        try:
            update = piece.value()
            if not isinstance(update, dict):
                raise PayloadProblem("not-a-post", "It is not an object.")
            found: list[Item] = [*telegram.deletions(update, self.bot)] or [self._message(update)]
        except PayloadProblem as problem:
            found = [self._rejected(piece, problem)]
        yield from found

    def _message(self, update: Payload) -> IncomingMessage:
        payload = telegram.message_of(update)
        return self._sided(telegram.message(payload, self.bot), payload)

    def _rejected(self, piece: Piece, problem: PayloadProblem) -> Rejected:
        rejected = piece.reject(problem.reason, problem.detail)
        if self.bot is None:
            return rejected
        return enclosed(rejected, lambda raw: {"bot": self.bot, "result": [raw]})

    def _sided(self, message: IncomingMessage, payload: Payload) -> IncomingMessage:
        """In a chat of two the update does not name the bot: it is the one named, or the only account."""
        if message.inbound is not None:
            only = next(iter(self.brands)) if len(self.brands) == 1 else None
            return replace(message, brand=self.bot or only)
        if not self.brands:
            return message
        return sided(message, telegram.names_of_author(payload), telegram.addressed(payload), self.brands)
