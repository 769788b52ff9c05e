import pytest
from hypothesis import given
from hypothesis import strategies as st
from return_cases import channel, clickfox_channels, exactly

from careworth.errors import WorthError
from careworth.worth import (
    cost_per_resolution,
    deflected_requests_saving,
    directly_deflected_requests,
    expected_cost,
    indirectly_deflected_requests,
    resolution_time,
    return_percent,
    share_after_label_errors,
)


def test_a_failure_costs_what_clickfox_found_in_2011() -> None:
    # 0.40 × 15 + 0.25 × 0.25 + 0.17 × 3 + 0.15 × 5 + 0.02 × 20, published as about $7.72
    assert expected_cost(clickfox_channels()) == pytest.approx(7.7225, abs=1e-12)


def test_a_cost_is_divided_by_concurrency() -> None:
    assert expected_cost([channel("chat", 1, exactly(9), 3)]) == 3


def test_resolution_time_of_the_published_example() -> None:
    # 6,000 minutes of answering and 500 enquiries: 12 minutes
    figure = resolution_time(6000, 500)
    assert (figure.value, figure.unit, figure.reason) == (12, "minutes", None)


def test_no_enquiries_have_no_resolution_time() -> None:
    figure = resolution_time(0, 0)
    assert figure.value is None
    assert figure.reason == "There were no enquiries."


def test_community_figures_of_the_published_example() -> None:
    # Herrmann and Petouhoff: 6,500 answered × 70 % by customers × 10 % = 455; × $25 = $11,375 a month
    direct = directly_deflected_requests(6500, 0.70, 0.10).value
    assert direct == pytest.approx(455)
    assert deflected_requests_saving(455, 25).value == 11375
    # the same example: 1,755 deflected in all, so 1,300 of them indirectly, a fifth of 6,500
    assert indirectly_deflected_requests(6500, 0.20).value == pytest.approx(1755 - 455)


def test_return_in_percent_of_the_worked_example() -> None:
    assert return_percent(2000, 500).value == 300
    assert return_percent(2000, 0).value is None


def test_cost_per_resolution_by_hand() -> None:
    # (20 + 10) an hour, 60 % of the time on social, 6 an hour: 3; with a quarter of it downtime 4
    assert cost_per_resolution(20, 10, 0.6, 6).value == pytest.approx(3)
    assert cost_per_resolution(20, 10, 0.6, 6, downtime_share=0.25).value == pytest.approx(4)


@pytest.mark.parametrize(("resolutions", "downtime"), [(0, 0), (6, 1)])
def test_nothing_resolved_has_no_cost_per_resolution(resolutions: float, downtime: float) -> None:
    figure = cost_per_resolution(20, 10, 0.6, resolutions, downtime_share=downtime)
    assert figure.value is None
    assert figure.reason is not None


def test_shares_beyond_one_are_refused() -> None:
    with pytest.raises(WorthError, match=r"direct rate is 1\.1"):
        directly_deflected_requests(100, 0.5, 1.1)
    with pytest.raises(WorthError, match="share of time on social is 60"):
        cost_per_resolution(20, 10, 60, 6)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_the_true_share_is_found_behind_the_errors_of_a_classifier(
    truth: float, recall: float, false_alarms: float
) -> None:
    flagged = truth * recall + (1 - truth) * false_alarms
    figure = share_after_label_errors(min(flagged, 1.0), recall, false_alarms)
    if recall <= false_alarms:
        assert figure.value is None
        assert figure.reason is not None
    elif recall - false_alarms > 1e-6:
        assert figure.value == pytest.approx(truth, abs=1e-6)


def test_fewer_flags_than_false_alarms_mean_no_requests() -> None:
    assert share_after_label_errors(0.05, 0.9, 0.10).value == 0
