import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from return_cases import between, ranges
from scipy import stats

from careworth.errors import WorthError
from careworth.worth import Kind, Quantity
from careworth.worth._return_quantity import months_from

U = np.linspace(0, 1, 201)


@pytest.mark.parametrize(("low", "mode", "high"), [(0, 3, 10), (2, 2, 9), (1, 5, 5), (0, 0.001, 1)])
def test_draws_follow_the_triangular_distribution_of_scipy(low: float, mode: float, high: float) -> None:
    reference = stats.triang((mode - low) / (high - low), loc=low, scale=high - low)
    # both are closed forms; the root loses half the digits near the ends
    np.testing.assert_allclose(between(low, mode, high).at(U), reference.ppf(U), atol=1e-7 * high)


@given(ranges(1000))
def test_draws_rise_from_low_to_high(figure: Quantity) -> None:
    drawn = figure.at(U)
    assert drawn[0] == pytest.approx(figure.low)
    assert drawn[-1] == pytest.approx(figure.high)
    assert np.all(np.diff(drawn) >= -1e-9 * figure.high)


def test_an_exact_figure_is_itself_in_every_draw() -> None:
    assert set(Quantity.exactly(0.1).at(U).tolist()) == {0.1}


@pytest.mark.parametrize(
    ("low", "mode", "high", "says"),
    [
        (3, 2, 4, "not in rising order"),
        (1, 5, 4, "not in rising order"),
        (-1, 0, 1, "low is -1"),
        (0, 1, math.inf, "high is inf"),
        (0, math.nan, 1, "mode is nan"),
    ],
)
def test_a_range_that_is_none_is_refused(low: float, mode: float, high: float, says: str) -> None:
    with pytest.raises(WorthError, match=says):
        between(low, mode, high)


@pytest.mark.parametrize("kind", [Kind.STATED, Kind.MEASURED])
def test_a_figure_without_a_source_can_only_be_a_guess(kind: Kind) -> None:
    with pytest.raises(WorthError, match=f"A {kind} figure needs a source"):
        Quantity.exactly(1, kind=kind)
    assert Quantity.exactly(1).kind is Kind.GUESS


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2024, 2, 1), date(2024, 2, 29), 1),
        (date(2023, 2, 1), date(2023, 2, 28), 1),
        (date(2023, 11, 1), date(2024, 1, 31), 3),
        (date(2023, 1, 1), date(2023, 12, 31), 12),
        (date(2024, 5, 1), date(2024, 5, 30), 30 / 30.4375),
        (date(2024, 5, 15), date(2024, 5, 15), 1 / 30.4375),
        (date(2023, 2, 1), date(2023, 3, 1), 29 / 30.4375),
    ],
)
def test_the_months_of_a_period(first: date, last: date, months: float) -> None:
    assert months_from(first, last) == pytest.approx(months, rel=1e-12)


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 2000))
def test_the_months_of_any_period_are_near_its_days(first: date, days: int) -> None:
    months = months_from(first, first + timedelta(days=days - 1))
    # whole calendar months are at most 2.4375 days (February) off the mean month, years mend it
    assert months * 30.4375 == pytest.approx(days, abs=3)
