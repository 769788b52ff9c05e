"""Things that happen at a rate: in both potential lives at once, by the same luck."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from careworth.simulate.customers._people import Bools, Floats, Ints
from careworth.simulate.customers._world import BEARS_FRUIT


@dataclass(frozen=True, slots=True)
class Happenings:
    """One entry a thing that happens in one of the two lives at least."""

    of: Ints
    """Number of the trouble."""
    day: Floats
    """After the trouble."""
    arms: tuple[Bools, Bools]
    """Whether it happens without care, and with it."""

    def __len__(self) -> int:
        return len(self.of)

    def some(self, rows: Bools | Ints) -> "Happenings":
        return Happenings(self.of[rows], self.day[rows], (self.arms[0][rows], self.arms[1][rows]))

    def kept(self, rows: Bools) -> "Happenings":
        """Without what does not happen in either life."""
        return self.some(rows & (self.arms[0] | self.arms[1]))

    def real(self, cared: Bools) -> Bools:
        """What really happened."""
        return np.where(cared[self.of], self.arms[1], self.arms[0])


def happenings(
    rate: Floats,
    factor: float,
    days: float,
    dice: Generator,
    stays: tuple[Floats, Floats] | None = None,
) -> Happenings:
    """Draw them over so many days. ``rate``: a year, without care; care multiplies it by ``factor``.

    ``stays``: they happen to customers only, who stay so long in either life.
    """
    top = rate * max(factor, 1.0) / 365
    of = np.repeat(np.arange(len(rate)), dice.poisson(top * days))
    day, mark = dice.uniform(0, days, len(of)), dice.random(len(of)) * max(factor, 1.0)
    arms = []
    for arm, at_rate in enumerate((1.0, factor)):
        happens = mark < np.where(day < BEARS_FRUIT, 1.0, at_rate)
        arms.append(happens if stays is None else happens & (day < stays[arm][of]))
    found = Happenings(of, day, (arms[0], arms[1]))
    return found.kept(np.ones(len(of), dtype=np.bool_))
