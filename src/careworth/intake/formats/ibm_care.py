"""The public care dialogues of IBM: customers, agents, and the agent's closing post with a link.

Each dialogue is complete in itself, and the same post stands in several: ids therefore begin with the
dialogue's own.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from careworth.channels import x
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import Payload, identity, mapping, moment, optional_text, written
from careworth.intake.formats._base import Chunk, ReadOptions
from careworth.intake.formats._gather import Item, gather, unknown
from careworth.intake.formats._json import Piece, pieces
from careworth.intake.formats._outline import outline
from careworth.intake.formats._source import Source
from careworth.terms import IncomingMessage

WHAT = "a dialogue with dialogHeader, dialogContent and agentURL"

_SPEAKER = re.compile(r"(client|agent)\d*")


class IbmCare:
    """The first agent message answers the opening one; every other the one before it.

    Customers who write several times before an agent does are still opening: the wait is counted from
    their first message.
    """

    name = "ibm-care"

    def claims(self, source: Source) -> bool:
        return {"dialogContent.tweet_ID", "dialogHeader.sessionID"} <= outline(source.head())

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        yield from gather(source, pieces(source), _take, what=WHAT)


def _take(piece: Piece) -> Iterator[Item]:
    if not piece.members().keys() >= {"dialogHeader", "dialogContent"}:
        raise unknown(WHAT)
    header = mapping(piece.value().get("dialogHeader"))
    session, company = optional_text(header.get("sessionID")), optional_text(header.get("company"))
    if session is None or company is None:
        yield piece.reject("bad-dialogue", "The dialogue has no sessionID or no company.")
        return
    dialogue = _Dialogue(session, company)
    content, closing = piece.member("dialogContent"), piece.member("agentURL")
    for turn in content.elements() if content else ():
        yield _item(turn, dialogue.turn)
    if closing is not None:
        yield _item(closing, dialogue.closing)


def _item(piece: Piece, read: Callable[[Payload], IncomingMessage]) -> Item:
    try:
        return read(mapping(piece.value()))
    except PayloadProblem as problem:
        return piece.reject(problem.reason, problem.detail)


class _Dialogue:
    """Knows what the next message replies to."""

    def __init__(self, session: str, company: str) -> None:
        self._session = session
        self._company = company
        self._opening: str | None = None
        self._last: str | None = None
        self._answered = False

    def turn(self, payload: Payload) -> IncomingMessage:
        speaker = next((key for key in payload if _SPEAKER.fullmatch(key)), "")
        author = optional_text(payload.get(speaker))
        if author is None:
            raise PayloadProblem("missing-author", "The turn names neither a client nor an agent.")
        sent_at = moment(payload.get("datetime"), "datetime")
        return self._message(payload, author, sent_at, payload.get("message"), speaker.startswith("client"))

    def closing(self, payload: Payload) -> IncomingMessage:
        """It has no date of its own; its id holds one."""
        sent_at = x.time_of_id(identity(payload.get("tweet_ID"), "tweet_ID"))
        return self._message(payload, self._company, sent_at, payload.get("url_utterance"), False)

    def _message(
        self, payload: Payload, author: str, sent_at: datetime, text: object, inbound: bool
    ) -> IncomingMessage:
        message = IncomingMessage(
            channel=x.CHANNEL,
            external_id=f"{self._session}/{identity(payload.get('tweet_ID'), 'tweet_ID')}",
            author=author,
            sent_at=sent_at,
            text=x.plain(written(text)),
            inbound=inbound,
            parent_external_id=self._last if inbound or self._answered else self._opening,
            thread_hint=f"ibm-care/{self._session}",
            brand=self._company,
        )
        self._opening = self._opening or (message.external_id if inbound else None)
        self._last = message.external_id
        self._answered = self._answered or not inbound
        return message
