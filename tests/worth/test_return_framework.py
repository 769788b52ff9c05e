from dataclasses import replace
from datetime import date

import pytest
from return_cases import exactly, plain_inputs, spending

from careworth.errors import UnknownName
from careworth.worth import (
    Action,
    Benchmark,
    CostKind,
    Element,
    Framework,
    Goal,
    ReturnInputs,
    Target,
    TrackedMeasure,
    check_framework,
    objective,
    objectives,
)

DAY = date(2024, 12, 31)
NAMES = ("investment", "goals", "benchmarks", "targets", "measures", "analysis")


def goal(measure: str) -> Goal:
    return Goal(measure=measure, business_result="fewer calls", value=60, by=DAY)


FULL = Framework(
    goals=(goal("first_response_time"),),
    benchmarks=(Benchmark(measure="first_response_time", value=22, source="airlines on Twitter", year=2015),),
    targets=(Target(measure="first_response_time", how="answer at night", when=DAY),),
    measures=(TrackedMeasure(measure="first_response_time", baseline=90, as_of=DAY),),
    actions=(Action(finding="nights are slow", action="a night shift", owner="head of service", by=DAY),),
)


def complete_inputs() -> ReturnInputs:
    lines = tuple(
        replace(spending(exactly(100), name=str(kind)), kind=kind)
        for kind in (CostKind.TOOLS, CostKind.STAFF, CostKind.ADVERTISING)
    )
    return replace(plain_inputs(), investment=lines, framework=FULL)


def element(inputs: ReturnInputs, name: str) -> Element:
    return next(item for item in check_framework(inputs).elements if item.name == name)


def test_six_filled_elements_are_complete() -> None:
    check = check_framework(complete_inputs())
    assert tuple(item.name for item in check.elements) == NAMES
    assert check.complete
    assert check.missing == ()
    assert all(item.found for item in check.elements)


@pytest.mark.parametrize("gone", ["goals", "benchmarks", "targets", "measures", "actions"])
def test_any_one_left_out_makes_it_incomplete(gone: str) -> None:
    framework = replace(FULL, **{gone: ()})
    check = check_framework(replace(complete_inputs(), framework=framework))
    assert not check.complete
    (missing,) = check.missing
    assert missing.name == ("analysis" if gone == "actions" else gone)
    assert f"[[framework.{gone}]] with " in missing.missing[0]


@pytest.mark.parametrize("number", range(3))
def test_an_investment_without_one_of_its_three_kinds_is_not_the_true_one(number: int) -> None:
    inputs = complete_inputs()
    gone = inputs.investment[number]
    inputs = replace(inputs, investment=tuple(line for line in inputs.investment if line is not gone))
    found = element(inputs, "investment")
    assert not found.filled
    assert found.missing == (f'[[investment]] with kind = "{gone.kind}"; an amount of 0 is an answer too',)


@pytest.mark.parametrize("name", ["benchmarks", "targets", "measures"])
def test_each_goal_asks_for_its_own(name: str) -> None:
    two = replace(FULL, goals=(*FULL.goals, goal("handling_time")))
    found = element(replace(complete_inputs(), framework=two), name)
    assert len(found.missing) == 1
    assert f'[[framework.{name}]] with measure = "handling_time"' in found.missing[0]


def test_a_measure_that_does_not_exist_fills_nothing() -> None:
    odd = replace(FULL, measures=(*FULL.measures, TrackedMeasure(measure="handling", baseline=1, as_of=DAY)))
    inputs = replace(complete_inputs(), framework=odd)
    found = element(inputs, "measures")
    assert not found.filled
    assert "instead of “handling”. Did you mean “handling_time”?" in found.missing[0]
    known = {"handling", "first_response_time"}
    assert check_framework(inputs, known_measures=known).complete


def test_nothing_stated_is_said_of_all_but_the_investment_that_is_there() -> None:
    check = check_framework(plain_inputs())
    assert [item.name for item in check.missing] == list(NAMES)
    assert check.elements[0].found == ("tool (tools)",)


def test_the_objectives_that_may_be_picked() -> None:
    names = [item.name for item in objectives()]
    assert names == ["satisfaction", "response_time", "handling_time", "deflected_requests"]
    for item in objectives():
        assert objective(item.name) is item
        assert all(measure.name in item.formula for measure in item.measures[:1])


def test_satisfaction_says_why_it_cannot_be_measured_yet() -> None:
    for measure in objective("satisfaction").measures:
        assert not measure.available
        assert measure.reason
    assert all(measure.available for measure in objective("response_time").measures)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("satisfactoin", "Did you mean “satisfaction”?"),
        ("nps", "Its objective is “satisfaction”."),
        ("answered_within_24h", "Its objective is “response_time”."),
        ("likes", "Known: satisfaction, response_time"),
    ],
)
def test_an_unknown_objective_is_refused_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UnknownName) as caught:
        objective(name)
    assert hint in str(caught.value)
