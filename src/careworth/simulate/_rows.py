"""The messages of a year as rows of the export."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate._arrivals import NONE
from careworth.simulate._company import Company
from careworth.simulate._contacts import Contacts
from careworth.simulate._ledger import Messages
from careworth.simulate._legs import Legs
from careworth.simulate._script import OUTBOUND, Act, is_one_of

COLUMNS = (
    "message_id",
    "in_reply_to",
    "channel",
    "account",
    "author",
    "direction",
    "sent_at",
    "text",
    "agent",
    "private",
    "automatic",
    "tags",
    "handling_minutes",
)
_FIRST_ID = {"x": 9_000_000_000_000_000_000, "mastodon": 890_000_000_000_000_000}
"""Ids that no network has given out, yet as long as real ones: they do not fit a float."""


@dataclass(frozen=True, slots=True)
class Export:
    """Rows in the order of the file, and what is wrong with some of them on purpose."""

    rows: list[list[str]]
    defects: dict[str, list[str | int]]

    @property
    def handling_minutes(self) -> float:
        """The sum of the column, with rows that stand there twice."""
        column = COLUMNS.index("handling_minutes")
        return sum(float(row[column]) for row in self.rows if row[column])


def rows(
    company: Company, people: Contacts, legs: Legs, messages: Messages, words: Sequence[Sequence[str]],
    dice: Generator,
) -> list[list[str]]:  # fmt: skip
    """One row a message, in the order of ``messages``; ``words`` are its texts and its tags."""
    ids = _ids(company, legs, messages)
    handling = _handling(company, messages, dice)
    outbound = is_one_of(messages.act, OUTBOUND)
    zone = ZoneInfo(company.zone)
    made: list[list[str]] = []
    for row, (text, tags) in enumerate(zip(*words, strict=True)):
        leg, parent, agent = int(messages.leg[row]), int(messages.parent[row]), int(messages.agent[row])
        channel = company.channels[int(legs.channel[leg])]
        author = channel.account if outbound[row] else people.handle(int(legs.contact[leg]))
        made.append([
            ids[row],
            "" if parent == NONE else ids[parent],
            channel.name,
            channel.account,
            author,
            "outbound" if outbound[row] else "inbound",
            datetime.fromtimestamp(int(messages.sent[row]), zone).isoformat(),
            text,
            "" if agent == NONE else company.agents[agent].signature,
            _flag(bool(messages.private[row])),
            _flag(int(messages.act[row]) == Act.GREETING),
            tags,
            "" if agent == NONE else f"{handling[row]:.1f}",
        ])  # fmt: skip
    return made


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _ids(company: Company, legs: Legs, messages: Messages) -> list[str]:
    """Ids in the manner of each channel, counted in the order of the messages."""
    channel = legs.channel[messages.leg]
    number = np.zeros(len(messages), dtype=np.int64)
    for at in range(len(company.channels)):
        mine = channel == at
        number[mine] = np.arange(1, int(mine.sum()) + 1)
    names = [company.channels[at].name for at in channel.tolist()]
    return [_id(name, n) for name, n in zip(names, number.tolist(), strict=True)]


def _id(channel: str, number: int) -> str:
    match channel:
        case "bluesky":
            return f"at://did:example:kirana/app.bsky.feed.post/sim{number:07d}"
        case "email":
            return f"<sim-{number:07d}@mail.example>"
        case _:
            return str(_FIRST_ID.get(channel, 0) + number * 61)


def _handling(company: Company, messages: Messages, dice: Generator) -> NDArray[np.float64]:
    """Minutes an agent spent on each message, were it an agent's."""
    minutes = dice.lognormal(np.log(company.handling_minutes), 0.55, len(messages))
    return np.maximum(0.1, np.where(messages.act == Act.CLOSING, minutes / 3, minutes))
