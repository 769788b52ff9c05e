"""Which assumption matters, and how far the main ones may move before nothing is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from careworth.worth._return_model import WOULD_HAVE_CONTACTED, Model
from careworth.worth._return_quantity import LARGEST, Numbers
from careworth.worth._return_requests import Driver, Values
from careworth.worth._return_results import BreakEven, Swing


def modes_of(drivers: Sequence[Driver], size: int = 1) -> dict[str, Numbers]:
    """Every driver at its most likely value, ``size`` times over."""
    return {driver.name: np.full(size, driver.quantity.mode) for driver in drivers}


def tornado(model: Model) -> tuple[Swing, ...]:
    """One Swing a driver that has a range, the widest first."""
    drivers = model.drivers()
    ranged = [driver for driver in drivers if not driver.quantity.exact]
    values = modes_of(drivers, 2 * len(ranged))
    for position, driver in enumerate(ranged):
        values[driver.name][2 * position : 2 * position + 2] = driver.quantity.low, driver.quantity.high
    nets = model.month(values).net.reshape(-1, 2).tolist()
    swings = [
        Swing(driver.name, driver.text, driver.unit, driver.quantity.low, driver.quantity.high, low, high)
        for driver, (low, high) in zip(ranged, nets, strict=True)
    ]
    return tuple(sorted(swings, key=lambda swing: -swing.swing))


@dataclass(frozen=True, slots=True)
class _Lever:
    name: str
    text: str
    unit: str
    now: float
    most: float


def break_even(model: Model, modes: Values) -> tuple[BreakEven, ...]:
    """Where net is 0 for the solved requests a month, the probability of a contact and the mean cost.

    ``modes`` of shape (1,). gross is the product of the three, so each has to be what must be earned over
    the product of the other two.
    """
    flow = model.month(modes)
    to_earn = float((flow.failure_cost + flow.investment)[0])
    levers = _levers(model, modes)
    return tuple(
        _break_even(lever, to_earn, prod(other.now for other in levers if other is not lever))
        for lever in levers
    )


def _levers(model: Model, modes: Values) -> tuple[_Lever, ...]:
    handled = model.count.handled(modes)
    most = LARGEST if handled is None else float(handled[0])
    solved = float(model.count.solved(modes)[0])
    probability = float(modes[WOULD_HAVE_CONTACTED][0])
    cost = float(model.cost_per_request(modes)[0])
    money = f"{model.inputs.currency} a request"
    return (
        _Lever("solved_requests", "Requests solved on social", "requests a month", solved, most),
        _Lever(
            "would_have_contacted",
            "Share of solved requests that would have become a contact",
            "probability",
            probability,
            1.0,
        ),
        _Lever("cost_per_request", "Mean cost of an avoided contact", money, cost, LARGEST),
    )


def _break_even(lever: _Lever, to_earn: float, earned_by_one: float) -> BreakEven:
    value: float | None = None
    reason: str | None = None
    if earned_by_one <= 0:
        reason = "The other two main drivers leave nothing to save, whatever this one is."
    elif to_earn / earned_by_one > lever.most:
        needed = to_earn / earned_by_one
        reason = f"It would have to be {needed:.6g}, and it cannot be more than {lever.most:.6g}."
    else:
        value = to_earn / earned_by_one
    return BreakEven(lever.name, lever.text, lever.unit, lever.now, value, reason)
