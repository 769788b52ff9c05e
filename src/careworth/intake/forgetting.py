"""A person who wishes to be forgotten leaves every version of the facts, and the desk queue.

The rows stay, under a name that says nothing: every count stays what it was. That it was done stands in the
ledger, without the name. After a kill the same call goes on where it stopped.
"""

import re
import secrets
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.errors import InputError
from careworth.facts.dialects import quoted
from careworth.facts.engines import DuckDBEngine
from careworth.facts.erasure import Wanted, erase
from careworth.facts.records import IDENTITIES
from careworth.facts.schema import (
    ATTACHMENTS,
    CONVERSATIONS,
    DEAD_LETTERS,
    MESSAGES,
    RECENT_CONVERSATIONS,
)
from careworth.facts.store import Store
from careworth.intake._ledger import recover
from careworth.intake.erasing import Erased, among, tell_ledger
from careworth.intake.stream.desk_queue import DESK, DeskQueue

FORGOTTEN = "forgotten"
"""The format of a row of the ledger that says what was done; its source says to how many messages."""

Ints = npt.NDArray[np.int64]

_NOTE = "forgetting.json"
"""Whom to forget, while it is being done."""


@dataclass(frozen=True, slots=True)
class _Person:
    author: str
    channel: str

    def named(self, column: str) -> Wanted:
        """Rows that name the person there; the network stands in ``channel``."""
        return lambda rows: pc.and_(
            pc.fill_null(pc.equal(rows[column], self.author), False), pc.equal(rows["channel"], self.channel)
        )


@dataclass(frozen=True, slots=True)
class _Wish:
    """Whom to forget, the name that takes the place of theirs, and how many messages they wrote."""

    author: str
    channel: str
    blank: str
    messages: int


@dataclass(frozen=True, slots=True)
class _Messages:
    """Numbers of messages that concern the person."""

    own: Ints
    answers: Ints
    """What the company wrote in answer to these, or in private conversations with the person."""
    private: Ints
    """All messages of these conversations, whose names at the network may hold the person's."""


def forget_author(store: Store, author: str, channel: str | None = None, *, now: datetime) -> Erased:
    """Forget who is called ``author`` in the facts. ``channel`` may be left out where it is one only.

    Raises NoFacts, StoreBusy, and InputError when nobody of that name has written, or the company has.
    """
    with store.writing():
        recover(store, now)
        left = _left_over(store)
        if left is not None:
            done = _carry_out(store, left, now)
            if left.author == author and channel in (None, left.channel):
                return done
        return _carry_out(store, _wish(store, author, channel), now)


def _left_over(store: Store) -> _Wish | None:
    """What a kill has interrupted: it has to be done to its end, under the same new name."""
    note = store.folder / _NOTE
    return msgspec.json.decode(note.read_bytes(), type=_Wish) if note.exists() else None


def _wish(store: Store, author: str, channel: str | None) -> _Wish:
    person = _Person(author, channel or _channel(store, author))
    messages = len(_messages(store, person).own)
    if messages == 0:
        raise _nobody(author)
    wish = _Wish(person.author, person.channel, f"forgotten-{secrets.token_hex(8)}", messages)
    draft = store.folder / f"{_NOTE}.new"
    draft.write_bytes(msgspec.json.encode(wish))
    draft.replace(store.folder / _NOTE)
    return wish


def _carry_out(store: Store, wish: _Wish, now: datetime) -> Erased:
    person = _Person(wish.author, wish.channel)
    _erase(store, person, _messages(store, person), wish.blank)
    shutil.rmtree(store.folder / "ids", ignore_errors=True)  # the names of conversations are among them
    version = tell_ledger(store, FORGOTTEN, wish.messages, now)
    (store.folder / _NOTE).unlink()
    return Erased(wish.messages, version)


def _nobody(author: str) -> InputError:
    return InputError(
        f"Nobody called {author!r} has written.",
        hint="Give the name as it stands in the column author of: careworth rows messages_in --csv.",
    )


def _channel(store: Store, author: str) -> str:
    rows = _query(
        store, f"select distinct channel from messages where author = {quoted(author)} order by all"
    )
    channels = rows["channel"].to_pylist()
    if not channels:
        raise _nobody(author)
    if len(channels) > 1:
        raise InputError(
            f"{author!r} has written on {' and '.join(channels)}: these may be different people.",
            hint="Say which is meant: --channel NAME.",
        )
    return str(channels[0])


def _messages(store: Store, person: _Person) -> _Messages:
    own = f"from messages where author = {quoted(person.author)} and channel = {quoted(person.channel)}"
    if _query(store, f"select 1 {own} and not inbound limit 1").num_rows:
        raise InputError(
            f"{person.author!r} is an account of your own.",
            hint="Only people who wrote to you can be forgotten.",
        )
    private = f"private and conversation in (select conversation {own} and private)"
    answers = f"not inbound and ((parent in (select message {own})) or ({private}))"
    return _Messages(
        _numbers(store, f"select message {own}"),
        _numbers(store, f"select message from messages where {answers}"),
        _numbers(store, f"select message from messages where {private}"),
    )


def _numbers(store: Store, sql: str) -> Ints:
    numbers: Ints = _query(store, sql)["message"].to_numpy()
    return numbers


def _query(store: Store, sql: str) -> pa.Table:
    engine = DuckDBEngine(store.snapshot().files)
    try:
        return engine.query(sql)
    finally:
        engine.close()


def _erase(store: Store, person: _Person, found: _Messages, blank: str) -> None:
    """The name at the author's own messages last: by it all else is found."""
    concerned = among(np.union1d(found.own, found.answers))
    erase(store, ATTACHMENTS, ["message"], concerned, {"address": None, "alt": None})
    erase(store, MESSAGES, ["message"], among(found.answers), {"text": ""})
    erase(store, MESSAGES, ["message"], among(found.private), {"thread_hint": None})
    erase(store, DEAD_LETTERS, ["raw"], _mentioning(person.author), {"raw": b""})
    for table in (CONVERSATIONS, RECENT_CONVERSATIONS, IDENTITIES):
        erase(store, table, ["channel", "contact"], person.named("contact"), {"contact": blank})
    desk = store.folder.parent / DESK
    if desk.exists():
        with closing(DeskQueue(desk)) as queue:
            queue.forget(person.channel, person.author)
    own = {"text": "", "author": blank}
    erase(store, MESSAGES, ["channel", "author"], person.named("author"), own)


def _mentioning(author: str) -> Wanted:
    """Dead letters in which the name stands as a word of its own."""
    pattern = rf"(^|[^0-9A-Za-z_]){re.escape(author)}($|[^0-9A-Za-z_])"
    return lambda rows: pc.match_substring_regex(rows["raw"], pattern)
