import json
from dataclasses import replace

from hypothesis import given, settings
from return_cases import may, plain_inputs, rich_inputs

from careworth.worth import (
    RequestInputs,
    ReturnInputs,
    check_framework,
    estimate_return,
    objectives,
    per_period,
    simple_return,
    to_json,
)


def test_the_plain_formula_as_the_command_line_prints_it() -> None:
    text = json.dumps(to_json(simple_return(100, 20, 500, "month")))
    assert text.startswith('{"gross": 2000, "net": 1500, "ratio": 3.0, "period": "month", ')
    year = json.loads(text)["year"]
    assert (year["gross"], year["net"], year["ratio"]) == (24000, 18000, 3.0)


def test_cents_are_kept() -> None:
    plain = to_json(simple_return(10, 1.25, per_period("2.5/month"), "month", currency="EUR"))
    assert (plain["gross"], plain["net"], plain["currency"]) == (12.5, 10, "EUR")


def test_the_plain_formula_says_what_it_takes_for_granted() -> None:
    (note,) = to_json(simple_return(100, 20, 500, "month"))["notes"]
    assert "would otherwise have become a contact" in note


def test_the_estimate_has_the_same_keys_at_the_top() -> None:
    plain = to_json(estimate_return(plain_inputs()))
    assert plain["gross"] == {"low": 2000, "mid": 2000, "high": 2000}
    assert plain["net"]["mid"] == 1500
    assert plain["ratio"]["mid"] == 3.0
    assert plain["period"] == "month"
    assert plain["year"]["net"]["mid"] == 18000
    assert plain["year"]["period"] == "year"


@given(rich_inputs())
@settings(max_examples=20)
def test_an_estimate_survives_the_round_trip_without_nan(inputs: ReturnInputs) -> None:
    result = estimate_return(inputs, may(), draws=100)
    plain = json.loads(json.dumps(to_json(result), allow_nan=False))
    assert plain["break_even"][0]["name"] == "solved_requests"
    assert {line["kind"] for line in plain["assumptions"]} == {"measured", "stated", "guess"}
    assert [line["swing"] for line in plain["tornado"]] == [swing.swing for swing in result.tornado]


def test_no_result_has_the_same_keys_with_nothing_in_them_and_a_reason() -> None:
    unknown = replace(plain_inputs(), requests=RequestInputs())
    plain = to_json(estimate_return(unknown))
    assert set(plain) == set(to_json(estimate_return(plain_inputs())))
    assert [plain[key] for key in ("gross", "net", "ratio", "year")] == [None] * 4
    assert plain["reason"].startswith("No requests were measured")


def test_the_framework_and_the_objectives_are_plain_too() -> None:
    plain = json.loads(json.dumps(to_json(check_framework(plain_inputs()))))
    assert plain["complete"] is False
    assert plain["elements"][0]["filled"] is False
    assert plain["elements"][0]["found"] == ["tool (tools)"]
    satisfaction = to_json(objectives()[0])
    assert satisfaction["measures"][0]["available"] is False
