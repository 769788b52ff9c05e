from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from return_cases import between, channel, exactly, may, plain_inputs, shares_of_requests, spending, typed

from careworth.errors import WorthError
from careworth.worth import (
    Estimate,
    Failures,
    MeasuredRequests,
    Period,
    RequestInputs,
    ReturnInputs,
    SolvedRequests,
    estimate_return,
)
from careworth.worth._return_quantity import Kind, Quantity

GUESSES = shares_of_requests(between(0.2, 0.4, 0.6), between(0.5, 0.7, 0.9))


def solved_of(requests: RequestInputs, measured: MeasuredRequests | None = None) -> SolvedRequests:
    inputs = replace(plain_inputs(), requests=requests)
    result = estimate_return(inputs, measured, draws=2000).requests
    assert result is not None
    return result


def test_solved_requests_of_a_month_by_hand() -> None:
    # 450 tagged + 400 untagged × 0.4 = 610 requests; × 700 of 1000 answered here × 0.7 solved = 298.9
    exact = shares_of_requests(exactly(0.4), exactly(0.7))
    found = solved_of(exact, may())
    assert found.solved.low == found.solved.mid == found.solved.high == pytest.approx(298.9)
    assert found.handled is not None
    assert found.handled.mid == pytest.approx(610 * 0.8)
    assert found.source == "measured"


def test_the_share_that_is_a_guess_is_stated() -> None:
    assert solved_of(GUESSES, may()).guess_share == pytest.approx(160 / 610)


def test_labels_go_before_a_guess() -> None:
    # 450 tagged + 400 untagged × 0.2 by labels = 530 requests; × 700 of 1000 × 0.7 solved
    labels = Quantity(low=0.1, mode=0.2, high=0.3, kind=Kind.MEASURED, source="labels a:1")
    stated = shares_of_requests(exactly(0.9), exactly(0.7))
    only_solved = RequestInputs(solved_when_answered=exactly(0.7))
    for inputs in (stated, only_solved):
        found = solved_of(inputs, may(labelled=labels))
        assert found.solved.mid == pytest.approx(530 * 0.7 * 0.7, rel=0.02)
        assert found.solved.low < found.solved.mid < found.solved.high
        assert found.guess_share == 0


def test_nothing_is_guessed_when_everything_is_tagged() -> None:
    all_tagged = may(tagged=1000)
    only_solved = RequestInputs(solved_when_answered=between(0.5, 0.7, 0.9))
    assert solved_of(only_solved, all_tagged).guess_share == 0


def test_counts_of_a_quarter_are_a_third_of_it_a_month() -> None:
    quarter = may(first_day=date(2024, 4, 1), last_day=date(2024, 6, 30))
    found, month = solved_of(GUESSES, quarter), solved_of(GUESSES, may())
    assert found.solved.mid == pytest.approx(month.solved.mid / 3)
    assert found.guess_share == pytest.approx(month.guess_share)


def test_no_conversations_are_no_requests_and_no_share_of_guesses() -> None:
    none = may(opened=0, answered=0, sent_out_of_channel=0, tagged=0, tagged_service=0)
    found = solved_of(GUESSES, none)
    assert (found.solved.high, found.guess_share) == (0, None)


def test_deflected_requests_are_those_that_would_have_become_contacts() -> None:
    half = replace(plain_inputs(solved=80), would_have_contacted=exactly(0.5))
    requests = estimate_return(half).requests
    assert requests is not None
    assert requests.deflected_requests == Estimate(40, 40, 40)


@pytest.mark.parametrize("gone", ["first_day", "last_day"])
def test_without_a_measured_period_there_is_no_result_but_a_reason(gone: str) -> None:
    inputs = replace(plain_inputs(), requests=GUESSES)
    result = estimate_return(inputs, may(**{gone: None}))
    assert (result.month, result.year, result.at_modes, result.requests) == (None, None, None, None)
    assert result.probability_net_positive is None
    assert result.reason is not None
    assert "measured period is not stated" in result.reason


@pytest.mark.parametrize(
    ("requests", "measured", "says"),
    [
        (RequestInputs(solved_when_answered=exactly(1)), may(), "400 of 1000 conversations carry no tag"),
        (RequestInputs(share_that_are_requests=exactly(1)), may(), "solved_when_answered is not stated"),
        (GUESSES, None, "No requests were measured"),
    ],
)
def test_what_is_not_known_is_not_made_up(
    requests: RequestInputs, measured: MeasuredRequests | None, says: str
) -> None:
    result = estimate_return(replace(plain_inputs(), requests=requests), measured)
    assert result.month is None
    assert result.reason is not None
    assert says in result.reason


def test_a_typed_count_is_marked_as_typed() -> None:
    result = estimate_return(plain_inputs(solved=80))
    assert result.requests is not None
    assert (result.requests.source, result.requests.guess_share) == ("typed", None)
    assert any("typed in; no care record" in assumption.text for assumption in result.assumptions)


def test_a_typed_count_is_converted_from_its_period() -> None:
    assert solved_of(typed(exactly(1200), period=Period.YEAR)).solved.mid == pytest.approx(100)


def test_what_was_measured_goes_before_what_was_typed() -> None:
    both = replace(GUESSES, typed=typed(exactly(99)).typed)
    result = estimate_return(replace(plain_inputs(), requests=both), may())
    assert result.requests is not None
    assert result.requests.source == "measured"
    assert "The typed count of 99 solved requests is set aside: they were measured." in result.notes


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"answered": 1001}, "answered is 1001 and opened 1000"),
        ({"sent_out_of_channel": 801}, "sent_out_of_channel is 801 and answered 800"),
        ({"tagged": 1001}, "tagged is 1001 and opened 1000"),
        ({"tagged_service": 601}, "tagged_service is 601 and tagged 600"),
        ({"tagged_service": -1}, "tagged_service is -1"),
        ({"opened": -1}, "opened is -1"),
        ({"last_day": date(2024, 4, 30)}, "ends on 2024-04-30, before 2024-05-01"),
    ],
)
def test_counts_that_contradict_each_other_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(WorthError, match=says):
        may(**changes)


def test_more_solved_than_handled_is_refused() -> None:
    with pytest.raises(WorthError, match="solved is 120: it cannot be more than 100"):
        typed(between(80, 90, 120), handled=100)


def test_failures_of_a_typed_count_need_the_handled_requests() -> None:
    failures = Failures(share=exactly(0.1), channels=(channel("phone", 1, exactly(20)),))
    with pytest.raises(WorthError, match=r"requests\.handled is not given"):
        replace(plain_inputs(), failures=failures)


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        ((0.5, 0.4), "add to 0.9, which is 0.1 too little"),
        ((0.7, 0.4), "add to 1.1, which is 0.1 too much"),
    ],
)
def test_shares_of_channels_say_by_how_much_they_are_off(shares: tuple[float, float], says: str) -> None:
    channels = tuple(
        channel(name, share, exactly(20)) for name, share in zip(("phone", "e-mail"), shares, strict=True)
    )
    with pytest.raises(WorthError, match=says):
        replace(plain_inputs(), channels=channels)


def test_thirds_add_to_one() -> None:
    channels = tuple(channel(name, 1 / 3, exactly(6)) for name in ("phone", "e-mail", "chat"))
    assert replace(plain_inputs(), channels=channels).channels == channels


def test_failures_that_do_not_all_come_back_are_said_and_too_many_refused() -> None:
    some = Failures(share=exactly(0.1), channels=(channel("phone", 0.9, exactly(20)),))
    inputs = replace(plain_inputs(), requests=typed(exactly(100), handled=120), failures=some)
    assert any(
        note.startswith("Of the failures 10.00% cost nothing") for note in estimate_return(inputs).notes
    )
    with pytest.raises(WorthError, match=r"add to 1\.25, which is 0\.25 too much"):
        Failures(
            share=exactly(0.1),
            channels=(channel("phone", 0.75, exactly(20)), channel("web", 0.5, exactly(1))),
        )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"currency": "dollars"}, "currency “dollars”"),
        ({"would_have_contacted": exactly(1.2)}, "would_have_contacted is 1.2"),
        ({"channels": ()}, "channels is empty"),
        ({"investment": ()}, "investment is empty"),
        ({"investment": (spending(exactly(1)), spending(exactly(2)))}, "has “tool” more than once"),
    ],
)
def test_inputs_that_cannot_be_are_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(WorthError, match=says):
        replace(plain_inputs(), **change)


def test_a_cost_without_source_or_date_is_refused() -> None:
    for cost in (between(5, 6, 7), replace(exactly(6), as_of=None)):
        with pytest.raises(WorthError, match="cost of phone needs a source and the date"):
            channel("phone", 1, cost)


def test_less_than_one_contact_at_a_time_is_refused() -> None:
    with pytest.raises(WorthError, match=r"concurrency is 0\.5"):
        channel("chat", 1, exactly(6), 0.5)


def test_an_investment_that_can_be_zero_is_refused() -> None:
    inputs: ReturnInputs = replace(plain_inputs(), investment=(spending(between(0, 500, 600)),))
    with pytest.raises(WorthError, match="The investment can be 0 within its ranges"):
        estimate_return(inputs)
