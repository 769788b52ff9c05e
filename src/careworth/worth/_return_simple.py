"""The plain formula: requests solved × what each would have cost elsewhere − what the service costs."""

from dataclasses import dataclass

from careworth.errors import WorthError
from careworth.worth._return_quantity import LEAST_INVESTMENT, MONTHS_PER_YEAR, Period, PerPeriod, checked

HIDDEN_ASSUMPTION = (
    "The plain formula takes for granted that every request solved on social would otherwise have become "
    "a contact at this cost, and that none comes back."
)


@dataclass(frozen=True, slots=True)
class PlainAmounts:
    """Money of one period, in the currency of the figures it was made from."""

    gross: float
    investment: float
    net: float


@dataclass(frozen=True, slots=True)
class SimpleReturn:
    """The plain formula worked out, for its own period and beside it for the month and the year.

    ``ratio`` is net ÷ investment, the same in every period: 3.0 is what others print as 300 %.
    """

    solved: float
    cost_per_request: float
    investment: float
    period: Period
    currency: str | None
    gross: float
    net: float
    ratio: float
    month: PlainAmounts
    year: PlainAmounts


def simple_return(
    solved: float | PerPeriod,
    cost_per_request: float,
    investment: float | PerPeriod,
    period: str,
    *,
    currency: str | None = None,
) -> SimpleReturn:
    """gross = A × B and net = A × B − C for ``solved`` A, ``cost_per_request`` B, ``investment`` C.

    A and C are per ``period`` (week, month, quarter, year); all money is in ``currency``. From Hootsuite's
    worked example: 100 requests × 20 − 500 = 1,500 a month.

    Raises WorthError when a figure is negative or not finite, when A and C are for different periods, and
    when C is 0, because then there is no ratio; UnknownName for an unknown period.
    """
    one_period = Period.named(period)
    a = checked(_in_period(solved, one_period, "solved"), "solved")
    b = checked(cost_per_request, "cost per request")
    c = checked(_in_period(investment, one_period, "investment"), "investment")
    if c < LEAST_INVESTMENT:
        raise WorthError(
            f"The investment is {c:g}, so the ratio of net to investment is undefined.",
            hint="Add up tools, hours × hourly rate and advertising.",
        )
    gross, net = a * b, a * b - c
    month, year = _month_and_year(PlainAmounts(gross, c, net), one_period)
    return SimpleReturn(a, b, c, one_period, currency, gross, net, net / c, month, year)


def _in_period(figure: float | PerPeriod, period: Period, name: str) -> float:
    if not isinstance(figure, PerPeriod):
        return figure
    if figure.period is not period:
        converted = figure.amount * figure.period.per_year / period.per_year
        raise WorthError(
            f"Mixed periods: {name} is for a {figure.period}, the calculation for a {period}.",
            hint=f"{figure.amount:g} a {figure.period} is {converted:.10g} a {period}.",
        )
    return figure.amount


def _month_and_year(amounts: PlainAmounts, period: Period) -> tuple[PlainAmounts, PlainAmounts]:
    if period is Period.YEAR:
        return _scaled(amounts, 1 / MONTHS_PER_YEAR), amounts
    month = amounts if period is Period.MONTH else _scaled(amounts, period.per_year / MONTHS_PER_YEAR)
    return month, _scaled(month, MONTHS_PER_YEAR)


def _scaled(amounts: PlainAmounts, factor: float) -> PlainAmounts:
    return PlainAmounts(amounts.gross * factor, amounts.investment * factor, amounts.net * factor)
