"""Troubles, who writes about them on social, and who is answered when."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from careworth.simulate.customers._people import Bools, Floats, Ints, People, pick
from careworth.simulate.customers._world import (
    IN_TIME,
    KIND_SHARES,
    PLAN_TROUBLES,
    TROUBLES_FROM,
    TROUBLES_UNTIL,
    UNIT_OPENS,
    Difficulty,
)

NEVER = np.inf
_TROUBLED = 0.5
_SEVERE = (0.2, 0.5, 0.0, 0.3, -0.3, -0.2)
"""How severe each kind is on average, in standard deviations."""
_ANSWERED = 0.88


@dataclass(frozen=True, slots=True)
class Troubles:
    """One entry a trouble; each customer has one at most."""

    person: Ints
    at: Floats
    kind: Ints
    severity: Floats
    """1 to 5."""
    step: Ints
    """Step towards leaving that came with it: -1 none, else a number of ``STEPS``."""
    step_at: Floats
    wrote: Floats
    """When the customer wrote on social, if still a customer then; infinite: never."""
    answered: Floats
    """When the social team answered; infinite: never."""
    peers: Floats
    """Share of the unit's troubles that were answered in time."""

    def __len__(self) -> int:
        return len(self.person)

    @property
    def in_time(self) -> Bools:
        """(n,) answered early enough to help."""
        return np.asarray(self.answered <= self.at + IN_TIME)


STEPS = ("complaint", "cancel_request", "downgrade")
_STEP_SHARES = (0.5, 0.3, 0.2)


def troubles(folk: People, hard: Difficulty, dice: Generator) -> Troubles:
    """Draw the troubles, and what customers and the social team do about them."""
    person, at = _whom_and_when(folk, hard, dice)
    n = len(person)
    kind = pick(KIND_SHARES, n, dice)
    severity = np.clip(np.round(2.8 + np.array(_SEVERE)[kind] + dice.normal(0, 1, n)), 1, 5)
    risky = dice.random(n) < _logistic(-1.6 + 0.5 * (severity - 3) - 0.5 * (folk.engagement[person] - 0.5))
    step = np.where(risky, pick(_STEP_SHARES, n, dice), -1)
    step_at = at + dice.uniform(0.01, 0.3, n)
    wrote = _wrote(folk, person, at, kind, severity, hard, dice)
    answered = _answered(folk, person, wrote, dice)
    unit = folk.unit[person]
    helped = np.bincount(unit, weights=answered <= at + IN_TIME, minlength=len(UNIT_OPENS))
    peers = (helped / np.maximum(np.bincount(unit, minlength=len(UNIT_OPENS)), 1))[unit]
    return Troubles(person, at, kind, severity, step, step_at, wrote, answered, peers)


def _whom_and_when(folk: People, hard: Difficulty, dice: Generator) -> tuple[Ints, Floats]:
    chance = _TROUBLED * np.array(PLAN_TROUBLES)[folk.plan]
    day = TROUBLES_FROM + (TROUBLES_UNTIL - TROUBLES_FROM) * dice.random(len(folk))
    winter = 1 + 0.5 * hard.season * np.cos(2 * np.pi * (day - TROUBLES_FROM) / 365.25)
    hit = dice.random(len(folk)) < chance * winter
    person = np.flatnonzero(hit & (folk.joined + 1 < day) & (day < folk.leaves))
    return person, day[person]


def _wrote(
    folk: People, person: Ints, at: Floats, kind: Ints, severity: Floats, hard: Difficulty, dice: Generator
) -> Floats:
    """Most write within three days, others weeks or months later: those need to be there still."""
    n = len(person)
    leaning = (
        0.9 * (folk.engagement[person] - 0.5) - 0.02 * (folk.age[person] - 44) + 0.35 * (severity - 3)
    ) + 0.3 * (kind == 1)
    writes = dice.random(n) < _logistic(-1.0 + hard.selection * leaning)
    soon = np.minimum(dice.exponential(0.8, n), 3.0) + 0.35
    later = dice.uniform(21, 200, n)
    delay = np.where(dice.random(n) < hard.late, later, soon)
    return np.where(writes, at + delay, NEVER)


def _answered(folk: People, person: Ints, wrote: Floats, dice: Generator) -> Floats:
    n = len(person)
    wait = np.minimum(dice.lognormal(np.log(0.1), 1.2, n), 3.0) + 0.002
    opens = np.array(UNIT_OPENS)[folk.unit[person]]
    takes = (dice.random(n) < _ANSWERED) & (wrote >= opens)
    return np.where(takes, wrote + wait, NEVER)


def _logistic(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-z)))
