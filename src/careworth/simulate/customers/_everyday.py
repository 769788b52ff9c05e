"""What happens to all customers all the time: requests, help pages, purchases, and changes of processes."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from careworth.simulate.customers._after import BUYS, amounts
from careworth.simulate.customers._people import Bools, Floats, Ints, People, last_day, pick
from careworth.simulate.customers._world import HORIZON, KIND_SHARES, KINDS

_REQUESTS, _HELP, _SERVICES = 0.7, 0.6, 0.12
"""A year."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a process, and the share of the requests of a kind that it ends."""

    name: str
    title: str
    day: float
    kind: str
    ends: float
    from_social: bool
    cost: float


CHANGES = (
    Change("clear-bill", "A bill that explains itself", 520.0, "billing", 0.35, True, 9000.0),
    Change("app-login", "Login without a code", 650.0, "app", 0.45, True, 14000.0),
    Change("roaming-notice", "A notice at the border", 600.0, "roaming", 0.25, False, 3000.0),
)


@dataclass(frozen=True, slots=True)
class Moments:
    """One entry a thing that happened to a customer."""

    person: Ints
    day: Floats

    def __len__(self) -> int:
        return len(self.person)

    def some(self, rows: Bools) -> "Moments":
        return Moments(self.person[rows], self.day[rows])


@dataclass(frozen=True, slots=True)
class Everyday:
    requests: Moments
    kind: Ints
    helped: Moments
    bought: Moments
    amount: Floats
    started: Moments


def everyday(folk: People, leaves: Floats, zero: Floats, dice: Generator) -> Everyday:
    """Draw it. ``zero``: the day of each customer's trouble, infinite without one: what happens in the
    horizon after it is drawn apart."""
    end = last_day(leaves)
    keen = folk.engagement - 0.5
    requests = _outside(_moments(np.full(len(folk), _REQUESTS), folk.joined, end, dice), zero)
    bought = _outside(_moments(BUYS * np.exp(keen), folk.joined, end, dice), zero)
    return Everyday(
        requests,
        pick(KIND_SHARES, len(requests), dice),
        _outside(_moments(_HELP * np.exp(keen), folk.joined, end, dice), zero),
        bought,
        amounts(len(bought), dice),
        _outside(_moments(_SERVICES * np.exp(keen), folk.joined, end, dice), zero),
    )


def _moments(rate: Floats, joined: Floats, end: Floats, dice: Generator) -> Moments:
    since = np.maximum(joined, 0.0)
    span = np.maximum(end - since, 0.0)
    person = np.repeat(np.arange(len(rate)), dice.poisson(rate / 365 * span))
    return Moments(person, since[person] + span[person] * dice.random(len(person)))


def _outside(found: Moments, zero: Floats) -> Moments:
    since = found.day - zero[found.person]
    return found.some((since < 0) | (since >= HORIZON))


def ended(kind: Ints, day: Floats, effects: float, dice: Generator) -> Ints:
    """(n,) number of the change because of which a request was not made; -1 for requests that were made."""
    luck, found = dice.random(len(kind)), np.full(len(kind), -1)
    for number, change in enumerate(CHANGES):
        hit = (kind == KINDS.index(change.kind)) & (day >= change.day) & (luck < effects * change.ends)
        found[hit] = number
    return found
