"""A queue with a staff that changes by the hour of the week, simulated conversation by conversation."""

from dataclasses import dataclass

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
    """When each is begun: by the agent who can begin earliest. Lists, since arrays are slow one by one."""
    open_next = _next_on_duty(staff).tolist()
    free = [0.0] * len(open_next)
    starts = []
    for moment, needed in zip(at.tolist(), work.tolist(), strict=True):
        first, chosen = float("inf"), 0
        for agent, duty in enumerate(open_next):
            begin = free[agent] if free[agent] > moment else moment
            off = duty[int(begin // 60) % HOURS_OF_WEEK]
            if off:
                begin += 60 * off - begin % 60
            if begin < first:
                first, chosen = begin, agent
                if begin == moment:
                    break
        starts.append(first)
        free[chosen] = first + needed
    return np.array(starts)


def _next_on_duty(staff: NDArray[np.int64]) -> NDArray[np.int64]:
    """(agents, 168) hours until the agent is on duty; 0 while on duty. Agent k works where staff > k."""
    agents = int(staff.max())
    on = staff[None, :] > np.arange(agents)[:, None]
    wait = np.zeros((agents, HOURS_OF_WEEK), dtype=np.int64)
    twice = np.tile(on, 2)
    for hour in range(HOURS_OF_WEEK):
        wait[:, hour] = twice[:, hour : hour + HOURS_OF_WEEK].argmax(axis=1)
    return wait
