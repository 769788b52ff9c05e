"""When each troubled customer leaves: with care and without it, by the same luck."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from careworth.simulate.customers._people import Bools, Floats, People
from careworth.simulate.customers._troubles import Troubles
from careworth.simulate.customers._world import BEARS_FRUIT, MONTH, Difficulty

STAGES = ("new", "growing", "mature")
_STAGE_MONTHS = (6.0, 24.0)
_CARE = (-0.75, -0.5, -0.35)
"""Logarithm of the ratio of risks with care and without, by stage of life."""
_SHOCK = 60.0
"""Days after the trouble in which leaving is likeliest."""


@dataclass(frozen=True, slots=True)
class Lives:
    """One entry a trouble; days after it."""

    stays: tuple[Floats, Floats]
    """How long the customer stays, without and with care."""
    cared: Bools
    """Answered in time: the arm that really happened."""
    stage: np.ndarray[tuple[int], np.dtype[np.int64]]

    @property
    def real(self) -> Floats:
        return np.where(self.cared, self.stays[1], self.stays[0])


def lives(folk: People, had: Troubles, hard: Difficulty, dice: Generator) -> Lives:
    """Draw one luck for each, and read both potential lives off it."""
    who = had.person
    months = (had.at - folk.joined[who]) / MONTH
    stage = np.searchsorted(_STAGE_MONTHS, months, side="right")
    base = folk.hazard[who] * np.exp(-0.15 * (stage == 2)) * (1 - hard.spill * had.peers)
    shock = base * np.exp(1.0 + 0.3 * (had.severity - 3) + 0.5 * (had.step >= 0))
    after = base * np.exp(0.5 + 0.1 * (had.severity - 3) + 0.4 * (had.step >= 0))
    ratio = np.exp(hard.effects * np.array(_CARE)[stage])
    luck = dice.exponential(1.0, len(had))
    return Lives(
        (_time(luck, shock, after, np.ones(len(had))), _time(luck, shock, after, ratio)),
        had.in_time & (had.answered - had.at <= _time(luck, shock, after, ratio)),
        np.asarray(stage, dtype=np.int64),
    )


def _time(luck: Floats, shock: Floats, after: Floats, ratio: Floats) -> Floats:
    """When the summed risk reaches the luck: risk is constant within each of three spans."""
    first = shock * BEARS_FRUIT
    second = shock * ratio * (_SHOCK - BEARS_FRUIT)
    late = _SHOCK + (luck - first - second) / (after * ratio)
    middle = BEARS_FRUIT + (luck - first) / (shock * ratio)
    return np.where(luck < first, luck / shock, np.where(luck < first + second, middle, late))
