"""What can be said in a conversation, and what follows what.

A conversation is a small Markov chain over acts. Rows need not sum to one: the rest is silence.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Act(IntEnum):
    """What one message does."""

    REQUEST = 0
    PRAISE = 1
    CHATTER = 2
    NOISE = 3
    POST = 4
    DETAIL = 5
    """The contact adds something before anybody answered."""
    NUDGE = 6
    """The contact asks again because nobody answered."""
    GREETING = 7
    """A program confirms the receipt."""
    ANSWER = 8
    CONTINUED = 9
    """The second half of an answer."""
    ASK = 10
    TO_PRIVATE = 11
    """The agent asks, in public, for a direct message."""
    OUT_OF_CHANNEL = 12
    """The agent sends the contact to the phone, another address or a shop."""
    CLOSING = 13
    PRAISE_REPLY = 14
    CHATTER_REPLY = 15
    INFO = 16
    PRIVATE_INFO = 17
    """The contact goes on by direct message."""
    STILL = 18
    """It still does not work."""
    THANKS = 19
    ACCEPT = 20
    """The contact will do what the agent asked for elsewhere."""


OUTBOUND = frozenset(
    {
        Act.POST, Act.GREETING, Act.ANSWER, Act.CONTINUED, Act.ASK, Act.TO_PRIVATE,
        Act.OUT_OF_CHANNEL, Act.CLOSING, Act.PRAISE_REPLY, Act.CHATTER_REPLY,
    }
)  # fmt: skip
AGENT_ACTS = OUTBOUND - {Act.POST, Act.GREETING}

_FOLLOWS: dict[Act, dict[Act, float]] = {
    Act.REQUEST: {Act.ANSWER: 0.45, Act.ASK: 0.19, Act.TO_PRIVATE: 0.29, Act.OUT_OF_CHANNEL: 0.07},
    Act.PRAISE: {Act.PRAISE_REPLY: 1.0},
    Act.CHATTER: {Act.CHATTER_REPLY: 1.0},
    Act.ANSWER: {Act.CONTINUED: 0.12, Act.THANKS: 0.42, Act.STILL: 0.25},
    Act.CONTINUED: {Act.THANKS: 0.55, Act.STILL: 0.20},
    Act.ASK: {Act.INFO: 0.86},
    Act.TO_PRIVATE: {Act.PRIVATE_INFO: 0.84},
    Act.OUT_OF_CHANNEL: {Act.ACCEPT: 0.22, Act.STILL: 0.08},
    Act.INFO: {Act.ANSWER: 0.76, Act.ASK: 0.12, Act.OUT_OF_CHANNEL: 0.08},
    Act.PRIVATE_INFO: {Act.ANSWER: 0.76, Act.ASK: 0.14, Act.OUT_OF_CHANNEL: 0.07},
    Act.STILL: {Act.ANSWER: 0.50, Act.ASK: 0.15, Act.TO_PRIVATE: 0.15, Act.OUT_OF_CHANNEL: 0.12},
    Act.THANKS: {Act.CLOSING: 0.55},
}


def steps(private: bool) -> NDArray[np.float64]:
    """Cumulative chances of the next act, shape (acts, acts + 1); the last column is silence.

    In private nobody asks for a direct message any more: the agent asks there instead.
    """
    chances = np.zeros((len(Act), len(Act) + 1))
    for act, following in _FOLLOWS.items():
        for then, chance in following.items():
            chances[act, Act.ASK if private and then is Act.TO_PRIVATE else then] += chance
    chances[:, -1] = 1 - chances.sum(axis=1)
    # rounded, or a row that sums to 0.999... would fall silent once in a long while
    return np.asarray(np.round(np.cumsum(chances, axis=1), 12))


def truth_of_script() -> dict[str, dict[str, float]]:
    """The chances above under the names that files use."""
    return {name(a): {name(b): p for b, p in then.items()} for a, then in _FOLLOWS.items()}


def name(act: Act) -> str:
    """``Act.TO_PRIVATE`` is ``to-private`` in files."""
    return act.name.lower().replace("_", "-")


def is_one_of(acts: NDArray[np.int64], names: frozenset[Act]) -> NDArray[np.bool_]:
    """Which entries are one of these acts."""
    member = np.zeros(len(Act), dtype=np.bool_)
    member[[int(act) for act in names]] = True
    return member[acts]
