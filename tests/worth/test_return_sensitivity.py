from dataclasses import replace

import pytest
from hypothesis import given, settings
from return_cases import between, exactly, may, plain_inputs, rich_inputs, typed

from careworth.worth import BreakEven, ReturnInputs, ReturnOnService, estimate_return


def point(result: ReturnOnService, name: str) -> BreakEven:
    return next(item for item in result.break_even if item.name == name)


def net_of(inputs: ReturnInputs) -> float:
    at_modes = estimate_return(inputs, may(), draws=100).at_modes
    assert at_modes is not None
    return at_modes.net


@given(rich_inputs())
@settings(max_examples=40, deadline=None)
def test_a_swing_is_net_with_one_figure_moved(inputs: ReturnInputs) -> None:
    swings = {swing.name: swing for swing in estimate_return(inputs, may(), draws=100).tornado}
    moved = inputs.would_have_contacted
    if moved.low == moved.high:
        assert "counterfactual.would_have_contacted" not in swings
        return
    swing = swings["counterfactual.would_have_contacted"]
    low = replace(inputs, would_have_contacted=exactly(moved.low))
    high = replace(inputs, would_have_contacted=exactly(moved.high))
    assert swing.net_at_low == pytest.approx(net_of(low), rel=1e-9, abs=1e-6)
    assert swing.net_at_high == pytest.approx(net_of(high), rel=1e-9, abs=1e-6)
    assert swing.swing == pytest.approx(swing.net_at_high - swing.net_at_low, abs=1e-6)


@given(rich_inputs())
@settings(max_examples=40, deadline=None)
def test_the_widest_swing_comes_first_and_only_ranges_swing(inputs: ReturnInputs) -> None:
    tornado = estimate_return(inputs, may(), draws=100).tornado
    swings = [swing.swing for swing in tornado]
    assert swings == sorted(swings, reverse=True)
    assert all(swing.low < swing.high for swing in tornado)


def test_nothing_swings_when_all_is_known() -> None:
    assert estimate_return(plain_inputs()).tornado == ()


def test_break_even_of_the_worked_example() -> None:
    result = estimate_return(plain_inputs())
    # 500 of cost are 25 requests at 20, or 100 requests at a quarter, or at 5
    assert point(result, "solved_requests").value == pytest.approx(25)
    assert point(result, "would_have_contacted").value == pytest.approx(0.25)
    assert point(result, "cost_per_request").value == pytest.approx(5)
    assert point(result, "solved_requests").now == 100


@given(rich_inputs())
@settings(max_examples=60, deadline=None)
def test_at_break_even_nothing_is_left_and_without_one_there_is_no_gain(inputs: ReturnInputs) -> None:
    result = estimate_return(inputs, may(), draws=100)
    probability = point(result, "would_have_contacted")
    assert (probability.value is None) == (probability.reason is not None)
    net = net_of(replace(inputs, would_have_contacted=exactly(probability.value or 1.0)))
    assert result.at_modes is not None
    rounding = 1e-9 * (result.at_modes.investment + result.at_modes.failure_cost)
    if probability.value is None:
        assert net < rounding
    else:
        assert net == pytest.approx(0, abs=rounding)


def test_a_probability_above_one_is_no_break_even() -> None:
    result = estimate_return(plain_inputs(solved=10))
    probability = point(result, "would_have_contacted")
    assert probability.value is None
    assert probability.reason == "It would have to be 2.5, and it cannot be more than 1."


def test_more_solved_than_were_handled_is_no_break_even() -> None:
    inputs = replace(plain_inputs(), requests=typed(exactly(10), handled=20))
    solved = point(estimate_return(inputs), "solved_requests")
    assert solved.value is None
    assert solved.reason == "It would have to be 25, and it cannot be more than 20."
    enough = replace(inputs, requests=typed(exactly(10), handled=25))
    assert point(estimate_return(enough), "solved_requests").value == pytest.approx(25)


def test_a_cost_beyond_all_measure_is_no_break_even() -> None:
    hardly_anybody = replace(plain_inputs(), would_have_contacted=exactly(1e-300))
    cost = point(estimate_return(hardly_anybody), "cost_per_request")
    assert cost.value is None
    assert cost.reason == "It would have to be 5e+300, and it cannot be more than 1e+15."


def test_a_driver_that_cannot_earn_has_no_break_even() -> None:
    nobody_calls = replace(plain_inputs(), would_have_contacted=between(0, 0, 0.1))
    solved = point(estimate_return(nobody_calls), "solved_requests")
    assert solved.value is None
    assert solved.reason is not None
    assert "nothing to save" in solved.reason
