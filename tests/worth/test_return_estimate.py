from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from return_cases import (
    between,
    channel,
    clickfox_channels,
    exactly,
    may,
    plain_inputs,
    ranges,
    rich_inputs,
    shares_of_requests,
    sourced,
    spending,
    typed,
)

from careworth.errors import ReportError, WorthError
from careworth.worth import (
    Estimate,
    Failures,
    Kind,
    MeasuredRequests,
    Period,
    PeriodReturn,
    Quantity,
    RequestInputs,
    ReturnInputs,
    ReturnOnService,
    Spending,
    StaffTime,
    check_sums,
    estimate_return,
    simple_return,
)
from careworth.worth._return_model import Model

MONTHS = {Period.WEEK: 365.25 / 7 / 12, Period.MONTH: 1, Period.QUARTER: 1 / 3, Period.YEAR: 1 / 12}


def month_of(
    inputs: ReturnInputs, measured: MeasuredRequests | None = None, draws: int = 400
) -> PeriodReturn:
    month = estimate_return(inputs, measured, draws=draws).month
    assert month is not None
    return month


def plain_net(inputs: ReturnInputs, seen: MeasuredRequests) -> float:
    """Net at the most likely values, one step after the other, for inputs of ``rich_inputs``."""
    asked, solved = inputs.requests.share_that_are_requests, inputs.requests.solved_when_answered
    assert asked is not None
    assert solved is not None
    assert inputs.failures is not None
    requests = seen.tagged_service + (seen.opened - seen.tagged) * asked.mode
    solved_here = requests * (seen.answered - seen.sent_out_of_channel) / seen.opened * solved.mode
    net = 0.0
    for line in inputs.channels:
        net += solved_here * inputs.would_have_contacted.mode * line.share * line.cost.mode / line.concurrency
    for line in inputs.failures.channels:
        failed = requests * seen.answered / seen.opened * inputs.failures.share.mode
        net -= failed * line.share * line.cost.mode / line.concurrency
    for cost in inputs.investment:
        if isinstance(cost, StaffTime):
            net -= cost.hours.mode * cost.rate.mode / cost.concurrency * MONTHS[cost.period]
        else:
            net -= cost.amount.mode * MONTHS[cost.period]
    return net


@given(st.floats(0, 1e6), st.floats(0, 1e4), st.floats(0.01, 1e6))
@settings(max_examples=50)
def test_without_uncertainty_it_is_the_simple_formula(solved: float, cost: float, investment: float) -> None:
    plain = simple_return(solved, cost, investment, "month")
    month = month_of(plain_inputs(solved, cost, investment))
    assert month.gross == Estimate(plain.gross, plain.gross, plain.gross)
    assert month.net == Estimate(plain.net, plain.net, plain.net)
    assert month.ratio == Estimate(plain.ratio, plain.ratio, plain.ratio)
    assert month.failure_cost == Estimate(0, 0, 0)


def test_the_worked_example_is_certain_when_all_is_known() -> None:
    result = estimate_return(plain_inputs())
    assert result.probability_net_positive == 1
    assert result.year is not None
    assert result.year.net == Estimate(18000, 18000, 18000)


@given(rich_inputs())
@settings(max_examples=40)
def test_net_at_the_modes_is_what_one_gets_step_by_step(inputs: ReturnInputs) -> None:
    at_modes = estimate_return(inputs, may(), draws=100).at_modes
    assert at_modes is not None
    assert at_modes.net == pytest.approx(plain_net(inputs, may()), rel=1e-9, abs=1e-6)
    assert at_modes.ratio == pytest.approx(at_modes.net / at_modes.investment)


@given(rich_inputs())
@settings(max_examples=40)
def test_every_result_is_ordered_and_adds_up_and_the_year_is_twelve_months(inputs: ReturnInputs) -> None:
    result = estimate_return(inputs, may(), draws=2000)
    assert result.month is not None
    assert result.year is not None
    for field in fields(PeriodReturn)[1:]:
        month: Estimate = getattr(result.month, field.name)
        year: Estimate = getattr(result.year, field.name)
        room = 1e-9 * (1 + abs(month.high))
        assert month.low - room <= month.mid <= month.high + room, field.name
        assert year == (month if field.name == "ratio" else month.times(12))
    left = result.month.gross.mid - result.month.failure_cost.mid - result.month.investment.mid
    assert result.month.net.mid == left
    check_sums(result)


def test_the_mean_is_the_product_of_the_means_of_independent_ranges() -> None:
    inputs = replace(
        plain_inputs(),
        requests=typed(between(50, 90, 160)),
        would_have_contacted=between(0.2, 0.5, 0.6),
        channels=(channel("phone", 1, sourced(4, 6, 11)),),
    )
    # a triangular mean is (low + mode + high) / 3; 20,000 stratified draws leave well under 0.5 %
    expected = (300 / 3) * (1.3 / 3) * (21 / 3)
    assert month_of(inputs, draws=20_000).gross.mid == pytest.approx(expected, rel=0.005)


def test_one_range_gives_the_quantiles_of_its_triangle() -> None:
    inputs = replace(plain_inputs(), requests=typed(between(0, 100, 200)))
    gross = month_of(inputs, draws=20_000).gross
    # the symmetric triangle on 0..200: 5 % lie below 200 × √(0.05 / 2), × 20 of cost
    assert gross.low == pytest.approx(20 * 200 * np.sqrt(0.025), rel=0.001)
    assert gross.high == pytest.approx(20 * 200 * (1 - np.sqrt(0.025)), rel=0.001)
    assert gross.mid == pytest.approx(2000, rel=0.001)
    month = month_of(inputs, draws=20_000)
    assert month.net.low == pytest.approx(gross.low - 500)
    assert month.net.high == pytest.approx(gross.high - 500)
    assert month.ratio.low == pytest.approx(month.net.low / 500)
    assert month.ratio.high == pytest.approx(month.net.high / 500)


def test_the_probability_of_a_gain_is_the_share_of_the_triangle_above_break_even() -> None:
    inputs = replace(plain_inputs(investment=1000), requests=typed(between(0, 100, 200)))
    # break-even at 50 solved requests, below which lies 50² / (200 × 100) = 1/8 of the triangle
    result = estimate_return(inputs, draws=20_000)
    assert result.probability_net_positive == pytest.approx(7 / 8, abs=0.001)


def test_a_loss_is_reported_as_a_loss() -> None:
    result = estimate_return(plain_inputs(solved=10))
    assert result.month is not None
    assert result.month.net.high == -300
    assert result.probability_net_positive == 0


def test_no_gain_at_all_is_not_a_gain() -> None:
    result = estimate_return(plain_inputs(solved=25))
    assert result.month is not None
    assert (result.month.net.mid, result.probability_net_positive) == (0, 0)


def test_the_handled_requests_of_a_year_are_converted_too() -> None:
    failures = Failures(share=exactly(0.25), channels=clickfox_channels())
    requests = typed(exactly(1200), handled=1440, period=Period.YEAR)
    month = month_of(replace(plain_inputs(), requests=requests, failures=failures))
    assert month.failure_cost.mid == pytest.approx(120 * 0.25 * 7.7225)


def test_failures_are_charged_by_the_handled_requests() -> None:
    inputs = replace(
        plain_inputs(),
        requests=typed(exactly(100), handled=120),
        failures=Failures(share=exactly(0.25), channels=clickfox_channels()),
    )
    month = month_of(inputs)
    assert month.failure_cost.mid == pytest.approx(120 * 0.25 * 7.7225)
    assert month.net.mid == pytest.approx(1500 - 30 * 7.7225)


def larger(figure: Quantity, factor: float, most: float) -> Quantity:
    low, mode, high = (min(value * factor, most) for value in (figure.low, figure.mode, figure.high))
    return replace(figure, low=low, mode=mode, high=high)


def assert_never_lower(more: PeriodReturn, less: PeriodReturn) -> None:
    for name in ("low", "mid", "high"):
        one, other = getattr(more.net, name), getattr(less.net, name)
        assert one >= other - 1e-9 * (1 + abs(other))


@given(rich_inputs(), st.floats(1, 3))
@settings(max_examples=25)
def test_more_solved_likelier_or_dearer_contacts_never_lower_net(inputs: ReturnInputs, factor: float) -> None:
    before, requests, phone = month_of(inputs, may()), inputs.requests, inputs.channels[0]
    assert requests.solved_when_answered is not None
    more_solved = replace(requests, solved_when_answered=larger(requests.solved_when_answered, factor, 1))
    dearer = replace(phone, cost=larger(phone.cost, factor, 1e6))
    assert_never_lower(month_of(replace(inputs, requests=more_solved), may()), before)
    likelier = larger(inputs.would_have_contacted, factor, 1)
    assert_never_lower(month_of(replace(inputs, would_have_contacted=likelier), may()), before)
    assert_never_lower(month_of(replace(inputs, channels=(dearer, *inputs.channels[1:])), may()), before)


@given(rich_inputs(), st.floats(1, 3))
@settings(max_examples=25)
def test_more_failures_or_investment_never_raise_net(inputs: ReturnInputs, factor: float) -> None:
    before, tool = month_of(inputs, may()), inputs.investment[0]
    assert inputs.failures is not None
    assert isinstance(tool, Spending)
    worse = replace(inputs.failures, share=larger(inputs.failures.share, factor, 1))
    assert_never_lower(before, month_of(replace(inputs, failures=worse), may()))
    dearer = replace(tool, amount=larger(tool.amount, factor, 1e6))
    assert_never_lower(before, month_of(replace(inputs, investment=(dearer, *inputs.investment[1:])), may()))


@given(st.integers(0, 100), ranges(1))
@settings(max_examples=30)
def test_more_tagged_as_service_never_lower_gross(extra: int, solved: Quantity) -> None:
    inputs = replace(plain_inputs(), requests=shares_of_requests(exactly(0.4), solved))
    more = month_of(inputs, may(tagged_service=450 + extra)).gross.mid
    assert more >= month_of(inputs, may()).gross.mid


@pytest.mark.parametrize(("period", "factor"), [(Period.YEAR, 12), (Period.QUARTER, 3)])
def test_an_investment_in_another_period_is_the_same_investment(period: Period, factor: float) -> None:
    monthly = month_of(replace(plain_inputs(), investment=(spending(between(400, 500, 700)),)))
    amount = between(400 * factor, 500 * factor, 700 * factor)
    other = month_of(replace(plain_inputs(), investment=(spending(amount, period),)))
    assert other.investment.mid == pytest.approx(monthly.investment.mid, rel=1e-12)


def test_handling_hours_side_by_side_are_divided_by_concurrency() -> None:
    paid = StaffTime(name="team", hours=exactly(20), rate=exactly(25), period=Period.MONTH)
    handling = replace(paid, hours=exactly(60), concurrency=3)
    one = month_of(replace(plain_inputs(), investment=(paid,)))
    assert month_of(replace(plain_inputs(), investment=(handling,))) == one
    assert one.investment.mid == 500


def test_the_same_seed_gives_the_same_result_and_another_a_close_one() -> None:
    inputs = replace(plain_inputs(), requests=typed(between(50, 100, 150)))
    first = estimate_return(inputs, seed=7)
    assert estimate_return(inputs, seed=7) == first
    other = estimate_return(inputs, seed=8)
    assert other.month != first.month
    assert other.month is not None
    assert first.month is not None
    assert other.month.net.low == pytest.approx(first.month.net.low, rel=0.01)


def test_another_line_does_not_move_the_draws_of_the_others() -> None:
    inputs = replace(plain_inputs(), requests=typed(between(50, 100, 150)))
    more = replace(inputs, investment=(spending(between(1, 2, 3), name="extra"), *inputs.investment))
    assert month_of(more).gross == month_of(inputs).gross


@pytest.mark.parametrize(("draws", "seed"), [(99, 1), (1000, -1)])
def test_draws_that_cannot_be_made_are_refused(draws: int, seed: int) -> None:
    with pytest.raises(WorthError):
        estimate_return(plain_inputs(), draws=draws, seed=seed)


@given(rich_inputs())
@settings(max_examples=20)
def test_every_figure_is_among_the_assumptions(inputs: ReturnInputs) -> None:
    result = estimate_return(inputs, may(), draws=100)
    named = {assumption.name: assumption for assumption in result.assumptions}
    assert named["measured.tagged_service"].mode == 450
    assert named["measured.tagged_service"].kind is Kind.MEASURED
    assert named["counterfactual.would_have_contacted"].high == inputs.would_have_contacted.high
    assert named["channels.phone.cost"].source == "finance, 2024-03-31"
    assert named["channels.chat.share"].mode == inputs.channels[2].share
    assert named["failures.chat.concurrency"].mode == 2
    assert {"failures.share", "investment.tool.amount", "investment.team.hours"} <= set(named)
    assert all(line.kind is Kind.GUESS or line.source for line in result.assumptions)


def test_a_guess_without_a_range_is_named() -> None:
    sure = replace(plain_inputs(), would_have_contacted=Quantity.exactly(0.5))
    notes = estimate_return(sure).notes
    assert any(note.startswith("counterfactual.would_have_contacted is a guess without") for note in notes)
    ranged = replace(sure, would_have_contacted=between(0.4, 0.5, 0.6))
    assert not any("guess without" in note for note in estimate_return(ranged).notes)


def test_that_failures_are_left_out_is_said() -> None:
    assert any("[failures] is not given" in note for note in estimate_return(plain_inputs()).notes)


def tampered(result: ReturnOnService, what: str) -> ReturnOnService:
    assert result.month is not None
    assert result.year is not None
    assert result.at_modes is not None
    more = Estimate(1600, 1600, 1600)
    match what:
        case "gross and its lines":
            return replace(result, parts=result.parts[1:])
        case "gross (low) of the year and of 12 months":
            return replace(result, year=replace(result.year, gross=Estimate(1, 24000, 24000)))
        case "net (high) of the year and of 12 months":
            return replace(result, year=replace(result.year, net=Estimate(18000, 18000, 18001)))
        case "net and what is left of gross":
            return replace(result, at_modes=replace(result.at_modes, net=1501))
        case "net of the month and what is left of gross":
            year = replace(result.year, net=more.times(12))
            return replace(result, month=replace(result.month, net=more), year=year)
    raise AssertionError(what)


@pytest.mark.parametrize(
    "what",
    [
        "gross and its lines",
        "gross (low) of the year and of 12 months",
        "net (high) of the year and of 12 months",
        "net and what is left of gross",
        "net of the month and what is left of gross",
    ],
)
def test_a_result_that_does_not_add_up_is_not_printed(what: str) -> None:
    with pytest.raises(ReportError) as caught:
        check_sums(tampered(estimate_return(plain_inputs()), what))
    assert f"contradicts itself: {what} differ" in str(caught.value)


def test_the_calculation_checks_its_own_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Model, "parts", lambda _model, _modes: ())
    with pytest.raises(ReportError, match="gross and its lines differ"):
        estimate_return(plain_inputs())


def test_a_result_without_figures_has_nothing_to_add_up() -> None:
    check_sums(estimate_return(replace(plain_inputs(), requests=RequestInputs())))
