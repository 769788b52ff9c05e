"""All that is drawn of a company, before it becomes tables: each part throws its own dice."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from careworth.simulate.customers._after import After, after
from careworth.simulate.customers._everyday import Everyday, ended, everyday
from careworth.simulate.customers._lives import Lives, lives
from careworth.simulate.customers._people import Floats, Ints, People, people
from careworth.simulate.customers._troubles import Troubles, troubles
from careworth.simulate.customers._world import Difficulty


@dataclass(frozen=True, slots=True)
class Drawn:
    folk: People
    had: Troubles
    lived: Lives
    followed: After
    daily: Everyday
    leaves: Floats
    """When each customer really leaves."""
    not_made: tuple[Ints, Ints]
    """Change because of which each request of everyday, and each after a trouble, was not made; -1: made."""


def dice_of(seed: int, part: str) -> Generator:
    """Each part throws its own dice, so that a change in one part leaves the others as they were."""
    return np.random.default_rng([seed, *part.encode()])


def drawn(seed: int, customers: int, hard: Difficulty) -> Drawn:
    """Draw a company."""
    folk = people(customers, dice_of(seed, "people"))
    had = troubles(folk, hard, dice_of(seed, "troubles"))
    lived = lives(folk, had, hard, dice_of(seed, "lives"))
    followed = after(folk, had, lived, hard, dice_of(seed, "after"))
    leaves, zero = folk.leaves.copy(), np.full(customers, np.inf)
    leaves[had.person], zero[had.person] = had.at + lived.real, had.at
    daily = everyday(folk, leaves, zero, dice_of(seed, "everyday"))
    later = followed.contacts
    not_made = (
        ended(daily.kind, daily.requests.day, hard.effects, dice_of(seed, "changes")),
        ended(had.kind[later.of], had.at[later.of] + later.day, hard.effects, dice_of(seed, "later changes")),
    )
    return Drawn(folk, had, lived, followed, daily, leaves, not_made)
