"""What people tagged the messages with in the tool they come from."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate._arrivals import NONE, Category
from careworth.simulate._company import TOPICS, Company
from careworth.simulate._ledger import Messages
from careworth.simulate._legs import Legs
from careworth.simulate._script import AGENT_ACTS, Act, is_one_of

_OUTCOMES = {
    Act.ANSWER: "solved",
    Act.CONTINUED: "solved",
    Act.THANKS: "solved",
    Act.CLOSING: "solved",
    Act.OUT_OF_CHANNEL: "out-of-channel",
    Act.ACCEPT: "out-of-channel",
}
"""What the agent notes, by the last thing that was said; otherwise nothing, for it is still open."""
_WORDS = {
    Category.REQUEST: "service",
    Category.PRAISE: "praise",
    Category.CHATTER: "marketing",
    Category.NOISE: "noise",
    Category.POST: "marketing",
}


def tags(company: Company, legs: Legs, messages: Messages, dice: Generator) -> list[str]:
    """The tags of each message, joined by commas.

    Tagged are the opening of a leg and all that agents wrote in it, unless the conversation escaped
    the tagging. The outcome stands on the last message of an agent.
    """
    kept = dice.random(int(np.max(legs.conversation, initial=0)) + 1) < company.tagged
    noted = is_one_of(messages.act, AGENT_ACTS) | (np.arange(len(messages)) == _first_of_leg(messages, legs))
    noted &= kept[legs.conversation[messages.leg]]
    outcome = _outcomes(messages, legs)
    words = [_of_leg(legs, leg) for leg in range(len(legs))]
    return [
        ",".join((*words[leg], *((outcome[row],) if row in outcome else ()))) if noted[row] else ""
        for row, leg in enumerate(messages.leg.tolist())
    ]


def _of_leg(legs: Legs, leg: int) -> tuple[str, ...]:
    topic, word = int(legs.topic[leg]), _WORDS[Category(int(legs.category[leg]))]
    named = (word,) if topic == NONE else (word, TOPICS[topic])
    return (*named, "incident") if legs.incident[leg] >= 0 else named


def _first_of_leg(messages: Messages, legs: Legs) -> NDArray[np.int64]:
    """For every message the row of the first one of its leg; rows stand in order of time."""
    first = np.zeros(len(legs), dtype=np.int64)
    first[messages.leg[::-1]] = np.arange(len(messages))[::-1]
    return first[messages.leg]


def _outcomes(messages: Messages, legs: Legs) -> dict[int, str]:
    """Row of the last message of an agent in each request -> how the request ended."""
    last_said = np.full(len(legs), NONE)
    last_said[messages.leg] = messages.act
    by_agent = np.flatnonzero(is_one_of(messages.act, AGENT_ACTS))
    last_agent = np.full(len(legs), NONE)
    last_agent[messages.leg[by_agent]] = by_agent
    requests = np.flatnonzero((legs.category == Category.REQUEST) & (last_agent != NONE))
    ended = {int(last_agent[leg]): Act(int(last_said[leg])) for leg in requests}
    return {row: _OUTCOMES[act] for row, act in ended.items() if act in _OUTCOMES}
