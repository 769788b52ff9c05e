"""A queue with a staff that changes by the hour of the week, simulated conversation by conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from careworth.errors import InputError
from careworth.maturity._hours import HOURS_OF_WEEK

_WARM_UP = HOURS_OF_WEEK * 60.0
"""Minutes: the first week is run and not counted, since it begins with an empty queue."""
_MOST_STAFF = 400
_TOO_LATE = 4 * _WARM_UP
"""A wait of four weeks counts as never answered: with too few people the queue grows without end."""


@dataclass(frozen=True, slots=True)
class Service:
    """What a staff achieves: shares answered in time (minutes -> share), mean and median wait in minutes.

    ``occupancy`` is the work that arrives, as a share of the staffed time: at 1 or more the queue never ends.
    """

    conversations: int
    within: dict[int, float]
    mean_wait: float
    median_wait: float
    occupancy: float


def simulate_queue(
    arrivals: NDArray[np.float64],
    staff: NDArray[np.int64],
    handling_minutes: float,
    *,
    weeks: int = 4,
    within: tuple[int, ...] = (60, 240, 1440),
    seed: int = 1,
) -> Service:
    """First come, first served. ``arrivals`` (168,) conversations and ``staff`` (168,) agents in each hour of
    the week, Monday 0 h first. Handling times are exponential. Raises InputError.

    Conversations arrive at random (Poisson) at the rate of their hour; what has begun is finished by the
    agent even when the shift has ended.
    """
    _check(arrivals, staff, handling_minutes)
    random = np.random.default_rng(seed)
    at = _moments(arrivals, weeks + 1, random)
    work = random.exponential(handling_minutes, at.size)
    starts = _starts(at, work, staff)
    counted = at >= _WARM_UP
    waits = np.minimum(starts - at, _TOO_LATE)[counted]
    offered = float(arrivals.sum()) * handling_minutes / 60
    return Service(
        conversations=int(counted.sum()),
        within={limit: float(np.mean(waits <= limit)) if waits.size else 1.0 for limit in within},
        mean_wait=float(waits.mean()) if waits.size else 0.0,
        median_wait=float(np.median(waits)) if waits.size else 0.0,
        occupancy=offered / float(staff.sum()),
    )


def _check(arrivals: NDArray[np.float64], staff: NDArray[np.int64], handling_minutes: float) -> None:
    if arrivals.shape != (HOURS_OF_WEEK,) or staff.shape != (HOURS_OF_WEEK,):
        raise InputError("Arrivals and staff are needed for each of the 168 hours of a week.")
    if not staff.any():
        raise InputError("Nobody is on duty in any hour.", hint="Give at least one hour one agent.")
    if staff.max() > _MOST_STAFF or staff.min() < 0:
        raise InputError(f"The staff of an hour must lie between 0 and {_MOST_STAFF}.")
    if not handling_minutes > 0:
        raise InputError("The handling time must be more than nothing.")


def _moments(arrivals: NDArray[np.float64], weeks: int, random: np.random.Generator) -> NDArray[np.float64]:
    counts = random.poisson(np.tile(arrivals, weeks))
    hours = np.repeat(np.arange(counts.size), counts)
    at: NDArray[np.float64] = np.sort(60 * (hours + random.random(hours.size)))
    return at


def _starts(
    at: NDArray[np.float64], work: NDArray[np.float64], staff: NDArray[np.int64]
) -> NDArray[np.float64]:
    """When each is begun: by the agent who can begin earliest, of several by the first of them.

    Who is idle waits in one heap by number, who is not in another by the moment they can begin: to look at
    every agent for every conversation would take long just where there is more work than people. Lists, since
    arrays are slow one by one.
    """
    duty, on_duty = _next_on_duty(staff).tolist(), staff.tolist()
    idle, later = list(range(len(duty))), list[tuple[float, int]]()
    starts = []
    for moment, needed in zip(at.tolist(), work.tolist(), strict=True):
        while later and later[0][0] <= moment:
            heappush(idle, heappop(later)[1])
        if idle and idle[0] < on_duty[int(moment // 60) % HOURS_OF_WEEK]:
            start, agent = moment, heappop(idle)
        else:  # agents of low numbers are on duty longest: nobody who is idle is on duty
            for agent in idle:
                heappush(later, (_can_begin(moment, duty[agent]), agent))
            idle.clear()
            start, agent = heappop(later)
        starts.append(start)
        heappush(later, (_can_begin(start + needed, duty[agent]), agent))
    return np.array(starts)


def _can_begin(free: float, duty: Sequence[int]) -> float:
    """The first moment on duty of an agent who is free from ``free`` on."""
    hour = int(free // 60)
    off = duty[hour % HOURS_OF_WEEK]
    return 60.0 * (hour + off) if off else free


def _next_on_duty(staff: NDArray[np.int64]) -> NDArray[np.int64]:
    """(agents, 168) hours until the agent is on duty; 0 while on duty. Agent k works where staff > k."""
    agents = int(staff.max())
    on = staff[None, :] > np.arange(agents)[:, None]
    wait = np.zeros((agents, HOURS_OF_WEEK), dtype=np.int64)
    twice = np.tile(on, 2)
    for hour in range(HOURS_OF_WEEK):
        wait[:, hour] = twice[:, hour : hour + HOURS_OF_WEEK].argmax(axis=1)
    return wait
