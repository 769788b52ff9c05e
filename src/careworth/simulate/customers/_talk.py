"""The conversations on social: who wrote, what was said, who answered, and whose handle it is."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from careworth.simulate._company import KIRANA, TOPICS
from careworth.simulate._phrases import phrasebooks
from careworth.simulate._script import Act
from careworth.simulate.customers._drawn import Drawn
from careworth.simulate.customers._people import Floats, Ints, last_day
from careworth.simulate.customers._world import KINDS, UNIT_OPENS, Difficulty

_CHATS = 0.03
"""Share of the customers without trouble who write on social about something else."""
_THANKS = 0.4
_VARIANTS = 64
_LIKELY = 0.55
"""No link is less sure than this."""

CHATTER = -1


@dataclass(frozen=True, slots=True)
class Talk:
    """One entry a conversation, in order of time."""

    person: Ints
    opened: Floats
    answered: Floats
    """Infinite: never."""
    thanked: Floats
    kind: Ints
    agent: Ints

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Links:
    """One entry a handle."""

    person: Ints
    """Whose it really is."""
    customer: Ints
    """Whom it is linked to."""
    probability: Floats


def talk(world: Drawn, dice: Generator) -> Talk:
    """Who really wrote: those with a trouble who are still there, and some others."""
    had = world.had
    wrote = np.flatnonzero(had.wrote < world.leaves[had.person])
    chatting, day = _chatting(world, dice)
    opened = np.concatenate([had.wrote[wrote], day])
    opens = np.array(UNIT_OPENS)[world.folk.unit[chatting]]
    reply = np.where(day >= opens, day + np.minimum(dice.lognormal(np.log(0.1), 1.2, len(day)), 3.0), np.inf)
    answered = np.concatenate([had.answered[wrote], reply])
    thanks = np.where(dice.random(len(opened)) < _THANKS, 0.01 + dice.exponential(0.2, len(opened)), np.inf)
    order = np.argsort(opened, kind="stable")
    return Talk(
        np.concatenate([had.person[wrote], chatting])[order],
        opened[order],
        answered[order],
        (answered + thanks)[order],
        np.concatenate([had.kind[wrote], np.full(len(chatting), CHATTER)])[order],
        dice.integers(0, len(KIRANA.agents), len(order)),
    )


def _chatting(world: Drawn, dice: Generator) -> tuple[Ints, Floats]:
    folk = world.folk
    troubled = np.zeros(len(folk), dtype=np.bool_)
    troubled[world.had.person] = True
    since, end = np.maximum(folk.joined, 0.0), last_day(world.leaves)
    who = np.flatnonzero((dice.random(len(folk)) < _CHATS) & ~troubled & (end > since + 1))
    return who, since[who] + (end - since - 1)[who] * dice.random(len(who))


def links(said: Talk, customers: int, hard: Difficulty, dice: Generator) -> Links:
    """Handles with the customer they are thought to be: as often wrong as their probability says."""
    person = np.unique(said.person)
    unsure = np.minimum(2 * hard.wrong_links * dice.random(len(person)), 1 - _LIKELY)
    probability = np.round(1 - unsure, 3)
    wrong = dice.random(len(person)) >= probability
    other = (person + 1 + dice.integers(0, customers - 1, len(person))) % customers
    return Links(person, np.where(wrong, other, person), probability)


Texts = NDArray[np.object_]


def texts(act: Act, chats_act: Act, kind: Ints, dice: Generator) -> Texts:
    """(n,) what is said: one act about troubles, another in conversations about none."""
    pools = [_pool(act, number) for number in range(len(KINDS))]
    return np.asarray(
        np.array([*pools, _pool(chats_act, CHATTER)], dtype=object)[
            kind, dice.integers(0, _VARIANTS, len(kind))
        ]
    )


@cache
def _pool(act: Act, kind: int) -> tuple[str, ...]:
    """Variants of one act about one kind, with their slots filled."""
    book = phrasebooks()[0]
    templates = book.said[act, TOPICS.index(KINDS[kind]) if kind != CHATTER else -1]
    drawn = np.random.default_rng([int(act), kind + 1]).integers(0, 1 << 16, (_VARIANTS, len(book.slots)))
    said = []
    for number, row in enumerate(drawn.tolist()):
        words = {slot: w[d % len(w)] for (slot, w), d in zip(book.slots.items(), row, strict=True)}
        said.append(templates[number % len(templates)].format_map(words))
    return tuple(said)
