import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careworth.errors import UnknownName, WorthError
from careworth.worth import Period, PerPeriod, per_period, simple_return

amounts = st.floats(0, 1e9, allow_subnormal=False)


def test_the_worked_example_of_100_requests() -> None:
    # Hootsuite: 100 requests a month that would cost 20 by phone, 500 a month spent on social
    result = simple_return(100, 20, 500, "month")
    assert (result.gross, result.net, result.ratio) == (2000, 1500, 3.0)
    assert (result.year.gross, result.year.net, result.year.investment) == (24000, 18000, 6000)
    assert result.month.gross == 2000


def test_the_same_example_stated_for_a_year() -> None:
    result = simple_return(1200, 20, 6000, "year")
    assert (result.gross, result.net, result.ratio) == (24000, 18000, 3.0)
    assert (result.month.gross, result.month.net) == (2000, 1500)


def test_a_quarter_is_three_months_and_a_week_seven_days_of_365_25() -> None:
    assert simple_return(300, 20, 1500, "quarter").month.net == pytest.approx(1500)
    assert simple_return(7, 1, 3.5, "week").year.gross == pytest.approx(365.25)


@given(amounts, st.floats(0, 1e4), st.floats(0.01, 1e9), st.sampled_from(Period))
def test_the_year_is_twelve_months_and_net_is_what_is_left(
    a: float, b: float, c: float, period: Period
) -> None:
    result = simple_return(a, b, c, period)
    assert result.year.net == pytest.approx(result.month.net * 12, rel=1e-12)
    assert result.net == result.gross - c
    assert result.ratio == pytest.approx((a * b - c) / c, rel=1e-12)
    if period is Period.MONTH:
        assert result.year.gross == result.month.gross * 12


def test_nothing_solved_loses_the_whole_investment() -> None:
    result = simple_return(0, 20, 500, "month")
    assert (result.gross, result.net, result.ratio) == (0, -500, -1)


@pytest.mark.parametrize(
    ("solved", "cost", "investment", "says"),
    [
        (-1, 20, 500, "solved is -1"),
        (100, -20, 500, "cost per request is -20"),
        (100, 20, -500, "investment is -500"),
        (100, 20, 0, "The investment is 0"),
        (100, 20, 1e-300, "The investment is 1e-300"),
        (math.nan, 20, 500, "solved is nan"),
        (100, math.inf, 500, "cost per request is inf"),
        (1e16, 20, 500, "cannot be more"),
    ],
)
def test_figures_that_cannot_be_are_refused(solved: float, cost: float, investment: float, says: str) -> None:
    with pytest.raises(WorthError, match=says):
        simple_return(solved, cost, investment, "month")


def test_mixed_periods_are_refused_with_the_figure_converted() -> None:
    with pytest.raises(WorthError, match=r"investment is for a year.*6000 a year is 500 a month"):
        simple_return(100, 20, per_period("6000/year"), "month")
    with pytest.raises(WorthError, match="solved is for a week"):
        simple_return(per_period("25 / week"), 20, 500, "month")


def test_a_figure_may_say_the_period_of_the_calculation() -> None:
    assert simple_return(per_period("100/month"), 20, per_period("500"), "month").net == 1500


def test_a_figure_with_its_period_is_read_from_text() -> None:
    assert per_period("500") == 500
    assert per_period("-2.5/quarter") == PerPeriod(-2.5, Period.QUARTER)


@pytest.mark.parametrize("text", ["", "1,200", "$20", "20 USD", "1e3", "nan", "6000/", "/year"])
def test_text_that_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(WorthError, match="is not a number"):
        per_period(text)


def test_an_unknown_period_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean “month”"):
        simple_return(100, 20, 500, "mounth")
    with pytest.raises(UnknownName, match="Known: week, month, quarter, year"):
        per_period("5/fortnight")


def test_the_currency_is_handed_on() -> None:
    assert simple_return(100, 20, 500, "month", currency="EUR").currency == "EUR"
    assert simple_return(100, 20, 500, "month").currency is None
