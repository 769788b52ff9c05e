"""The return on social service with its uncertainty: every stated range is drawn from."""

from zlib import crc32

import numpy as np

from careworth.errors import WorthError
from careworth.worth._return_account import assumptions, notes
from careworth.worth._return_check import check_sums
from careworth.worth._return_inputs import ReturnInputs
from careworth.worth._return_model import Flow, Model
from careworth.worth._return_quantity import LEAST_INVESTMENT, MONTHS_PER_YEAR, Numbers, Period
from careworth.worth._return_requests import Driver, MeasuredRequests, Values, request_count
from careworth.worth._return_results import (
    INTERVAL,
    Amounts,
    Estimate,
    PeriodReturn,
    ReturnOnService,
    SolvedRequests,
)
from careworth.worth._return_sensitivity import break_even, modes_of, tornado

_FEWEST_DRAWS = 100


def estimate_return(
    inputs: ReturnInputs, measured: MeasuredRequests | None = None, *, draws: int = 20_000, seed: int = 1
) -> ReturnOnService:
    """What social service returned: A × probability × B − failures that come back − C.

    Every range is drawn from its triangular distribution ``draws`` times, independently of the others and
    stratified (one draw in each of ``draws`` equal slices of probability). The draws of a figure depend
    on ``seed`` and its own name only, so that adding a line does not move the others.

    Raises WorthError when the investment can be 0 within its ranges, because then there is no ratio,
    for fewer than 100 draws and for a negative seed. When the requests cannot be counted the result has
    a reason and no figures.
    """
    if draws < _FEWEST_DRAWS:
        raise WorthError(f"{draws} draws are too few for a range; at least {_FEWEST_DRAWS} are needed.")
    if seed < 0:
        raise WorthError(f"The seed is {seed}: it cannot be less than 0.")
    count = request_count(inputs.requests, measured)
    if isinstance(count, str):
        return _without_figures(inputs, count, draws, seed)
    model = Model(inputs, count)
    _check_investment(model)
    result = _worked_out(model, measured, draws, seed)
    check_sums(result)
    return result


def _worked_out(model: Model, measured: MeasuredRequests | None, draws: int, seed: int) -> ReturnOnService:
    drivers = model.drivers()
    modes = modes_of(drivers)
    values = {driver.name: _drawn(driver, draws, seed) for driver in drivers}
    flow, centre = model.month(values), model.month(modes)
    month = _period_return(flow, centre)
    return ReturnOnService(
        currency=model.inputs.currency,
        month=month,
        year=_year(month),
        reason=None,
        probability_net_positive=float(np.mean(flow.net > 0)),
        at_modes=_amounts(centre),
        requests=_solved_requests(model, values, modes),
        assumptions=assumptions(model, measured),
        parts=model.parts(modes),
        tornado=tornado(model),
        break_even=break_even(model, modes),
        notes=notes(model, measured),
        interval=INTERVAL,
        draws=draws,
        seed=seed,
    )


def _without_figures(inputs: ReturnInputs, reason: str, draws: int, seed: int) -> ReturnOnService:
    return ReturnOnService(
        currency=inputs.currency,
        month=None,
        year=None,
        reason=reason,
        probability_net_positive=None,
        at_modes=None,
        requests=None,
        assumptions=(),
        parts=(),
        tornado=(),
        break_even=(),
        notes=(),
        interval=INTERVAL,
        draws=draws,
        seed=seed,
    )


def _check_investment(model: Model) -> None:
    lowest = {driver.name: np.full(1, driver.quantity.low) for driver in model.drivers()}
    if float(model.month(lowest).investment[0]) < LEAST_INVESTMENT:
        raise WorthError(
            "The investment can be 0 within its ranges, so the ratio of net to investment is undefined.",
            hint="State what tools, hours and advertising cost at the least.",
        )


def _drawn(driver: Driver, draws: int, seed: int) -> Numbers:
    random = np.random.default_rng([seed, crc32(driver.name.encode())])
    slices = random.permutation(draws)
    return driver.quantity.at((slices + random.random(draws)) / draws)


def _estimate(drawn: Numbers, centre: Numbers) -> Estimate:
    low, high = np.quantile(drawn, [0.05, 0.95])
    # the mean about the centre, so that a figure without a range comes back as it was given
    return Estimate(float(low), float(centre[0] + np.mean(drawn - centre[0])), float(high))


def _period_return(flow: Flow, centre: Flow) -> PeriodReturn:
    gross = _estimate(flow.gross, centre.gross)
    failure_cost = _estimate(flow.failure_cost, centre.failure_cost)
    investment = _estimate(flow.investment, centre.investment)
    net, ratio = np.quantile(flow.net, [0.05, 0.95]), np.quantile(flow.net / flow.investment, [0.05, 0.95])
    mid = gross.mid - failure_cost.mid - investment.mid
    return PeriodReturn(
        Period.MONTH,
        gross,
        failure_cost,
        investment,
        Estimate(float(net[0]), mid, float(net[1])),
        Estimate(float(ratio[0]), mid / investment.mid, float(ratio[1])),
    )


def _year(month: PeriodReturn) -> PeriodReturn:
    return PeriodReturn(
        Period.YEAR,
        month.gross.times(MONTHS_PER_YEAR),
        month.failure_cost.times(MONTHS_PER_YEAR),
        month.investment.times(MONTHS_PER_YEAR),
        month.net.times(MONTHS_PER_YEAR),
        month.ratio,
    )


def _amounts(centre: Flow) -> Amounts:
    net, investment = float(centre.net[0]), float(centre.investment[0])
    return Amounts(float(centre.gross[0]), float(centre.failure_cost[0]), investment, net, net / investment)


def _solved_requests(model: Model, values: Values, modes: Values) -> SolvedRequests:
    count = model.count
    handled, handled_centre = count.handled(values), count.handled(modes)
    guess = count.guess_share(modes)
    return SolvedRequests(
        source=count.source,
        solved=_estimate(count.solved(values), count.solved(modes)),
        deflected_requests=_estimate(model.deflected_requests(values), model.deflected_requests(modes)),
        handled=None if handled is None or handled_centre is None else _estimate(handled, handled_centre),
        guess_share=None if guess is None else float(guess[0]),
        text=count.text,
    )
