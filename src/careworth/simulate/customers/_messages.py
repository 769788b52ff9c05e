"""The conversations as messages, and as the facts that intake derives from them."""

import numpy as np
import pyarrow as pa

from careworth.simulate._company import KIRANA
from careworth.simulate._script import Act
from careworth.simulate.customers._columns import moments, named, words
from careworth.simulate.customers._people import Floats, Ints, People
from careworth.simulate.customers._records import handles
from careworth.simulate.customers._talk import CHATTER, Talk, Texts, texts
from careworth.simulate.customers._world import CHANNELS, END, KINDS, UNITS, Calendar

_AGENTS = tuple(agent.signature for agent in KIRANA.agents)
_ACTS = ((Act.REQUEST, Act.CHATTER), (Act.ANSWER, Act.CHATTER_REPLY), (Act.THANKS, Act.THANKS))
"""What is written first, second and third: about a trouble, and about none."""
_HANDLING_MINUTES, _SPREAD = KIRANA.handling_minutes, 0.55
"""Median, and the standard deviation of its logarithm."""
_TAGS = tuple(f"service,{kind}" for kind in KINDS)
_BRANDS = tuple(f"@kirana-{unit}" for unit in UNITS)


def conversations(said: Talk, folk: People, calendar: Calendar) -> pa.Table:
    """What intake would derive: one row a conversation with its clocks, in order of time."""
    last = np.where(
        said.thanked < END, said.thanked, np.where(said.answered < END, said.answered, said.opened)
    )
    answered = moments(said.answered, calendar)
    return pa.table(
        {
            "conversation": pa.array(np.arange(len(said))),
            "channel": words(CHANNELS, folk.channel[said.person]),
            "contact": handles(said.person),
            "opened_at": moments(said.opened, calendar),
            "opened_by_customer": pa.array(np.ones(len(said), dtype=np.bool_)),
            "first_response_at": answered,
            "first_reply_at": answered,
            "last_message_at": moments(last, calendar),
        }
    )


def handling(said: Talk, dice: np.random.Generator) -> Floats:
    """(n,) minutes an agent spent on each answer; 0 where there is none."""
    minutes = np.maximum(0.1, dice.lognormal(np.log(_HANDLING_MINUTES), _SPREAD, len(said)))
    return np.where(said.answered < END, np.round(minutes, 1), 0.0)


def messages(
    said: Talk, folk: People, calendar: Calendar, minutes: Floats, dice: np.random.Generator
) -> pa.Table:
    """One row a message: what the customer wrote, what was answered, and thanks."""
    parts = [
        _part(said, folk, calendar, place, day, texts(*_ACTS[place], said.kind, dice), minutes)
        for place, day in enumerate((said.opened, said.answered, said.thanked))
    ]
    whole = pa.concat_tables(parts)
    return whole.sort_by([("sent_at", "ascending"), ("message_id", "ascending")])


def _part(
    said: Talk,
    folk: People,
    calendar: Calendar,
    place: int,
    day: Floats,
    text: Texts,
    minutes: Floats,
) -> pa.Table:
    rows = np.flatnonzero(day < END)
    person, inbound = said.person[rows], place != 1
    brand = words(_BRANDS, folk.unit[person])
    return pa.table(
        {
            "message_id": named(f"M{place}-", rows),
            "in_reply_to": named(f"M{place - 1}-", rows) if place else pa.nulls(len(rows), pa.string()),
            "channel": words(CHANNELS, folk.channel[person]),
            "author": handles(person) if inbound else brand,
            "account": brand,
            "direction": words(("outbound", "inbound"), np.full(len(rows), int(inbound))),
            "sent_at": moments(day[rows], calendar),
            "agent": words(_AGENTS, np.full(len(rows), -1) if inbound else said.agent[rows]),
            "text": pa.array(text[rows], pa.string()),
            "tags": _tags(said.kind[rows], place),
            "handling_minutes": pa.array(minutes[rows], mask=np.full(len(rows), inbound)),
        }
    )


def _tags(kind: Ints, place: int) -> pa.Array:
    """What agents tagged: the first message and their own answer."""
    return words((*_TAGS, "marketing"), np.where(place == 2, -1, np.where(kind == CHATTER, len(_TAGS), kind)))
