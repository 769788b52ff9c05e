"""The queue against its definition: for each conversation, every agent is looked at."""

import numpy as np
import pytest
from numpy.typing import NDArray

from careworth.maturity._hours import HOURS_OF_WEEK
from careworth.maturity._queue import _starts


def on_duty_from(agent: int, moment: float, staff: NDArray[np.int64]) -> float:
    """The first moment from ``moment`` on at which an agent is on duty: agent k works where staff > k."""
    hour = int(moment // 60)
    while staff[hour % HOURS_OF_WEEK] <= agent:
        hour += 1
    return max(moment, 60.0 * hour)


def looked_up(at: NDArray[np.float64], work: NDArray[np.float64], staff: NDArray[np.int64]) -> list[float]:
    free = [0.0] * int(staff.max())
    starts = []
    for moment, needed in zip(at, work, strict=True):
        begins = [on_duty_from(agent, max(moment, one), staff) for agent, one in enumerate(free)]
        agent = int(np.argmin(begins))
        starts.append(float(begins[agent]))
        free[agent] = starts[-1] + needed
    return starts


@pytest.mark.parametrize("minutes", [3.0, 30.0, 90.0])
@pytest.mark.parametrize("seed", range(6))
def test_the_first_who_can_begins(seed: int, minutes: float) -> None:
    random = np.random.default_rng(seed)
    most = int(random.integers(1, 8))
    staff = random.integers(0, most + 1, HOURS_OF_WEEK)
    if seed % 2:  # shifts with nights off, not a staff that changes every hour
        staff = np.where(np.arange(HOURS_OF_WEEK) % 24 // 8 == 1, most, 0)
    at = np.sort(random.uniform(0, 2 * 60 * HOURS_OF_WEEK, 600))
    work = random.exponential(minutes, at.size)
    assert _starts(at, work, staff).tolist() == looked_up(at, work, staff)
