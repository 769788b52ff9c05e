import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from careworth.errors import FormatError, InputError, UnknownName, WorthError
from careworth.worth import Kind, Period, ReturnInputs, Spending, StaffTime, check_framework, estimate_return

PLAIN = """
currency = "USD"
period = "month"

[requests]
solved = 100

[counterfactual]
would_have_contacted = { value = 1, source = "the worked example" }

[[channels]]
name = "phone"
share = 1
cost = 20
source = "the worked example"
date = 2015-06-01

[[investment]]
name = "everything"
kind = "tools"
amount = 500
"""


def test_the_worked_example_as_a_file() -> None:
    result = estimate_return(ReturnInputs.parse(PLAIN))
    assert result.year is not None
    assert result.month is not None
    assert (result.month.net.mid, result.month.ratio.mid, result.year.net.mid) == (1500, 3.0, 18000)


def test_a_file_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "inputs.toml"
    path.write_text(PLAIN, encoding="utf-8")
    assert ReturnInputs.load(path) == ReturnInputs.parse(PLAIN)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml cannot be read"):
        ReturnInputs.load(tmp_path / "nowhere.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'currency = "\xe9"')
    with pytest.raises(InputError, match="cannot be read"):
        ReturnInputs.load(latin)


def test_a_text_that_is_no_toml_is_refused_with_the_place() -> None:
    with pytest.raises(FormatError, match=r"not a TOML file.*line 1"):
        ReturnInputs.parse("currency = USD")


def test_figures_carry_what_is_said_of_them() -> None:
    inputs = ReturnInputs.parse(PLAIN)
    cost = inputs.channels[0].cost
    assert (cost.kind, cost.source, cost.as_of) == (Kind.STATED, "the worked example", date(2015, 6, 1))
    assert inputs.would_have_contacted.kind is Kind.STATED
    assert inputs.requests.typed is not None
    assert inputs.requests.typed.solved.kind is Kind.GUESS
    own = PLAIN.replace(
        "cost = 20", 'cost = { low = 5, mode = 6, high = 9, source = "finance", kind = "measured" }'
    )
    cost = ReturnInputs.parse(own).channels[0].cost
    assert (cost.low, cost.mode, cost.high) == (5, 6, 9)
    assert (cost.kind, cost.source, cost.as_of) == (Kind.MEASURED, "finance", date(2015, 6, 1))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("currency", "curency", "curency is not a known key. Did you mean “currency”?"),
        ("share = 1", "share = 1\nshaer = 1", "channels[1].shaer is not a known key. Did you mean “share”?"),
        ("{ value = 1", "{ vlaue = 1", "counterfactual.would_have_contacted.vlaue is not a known key"),
        ("would_have_contacted =", "would_contact =", "counterfactual.would_contact is not a known key"),
        ("solved = 100", "sovled = 100", "requests.sovled is not a known key. Did you mean “solved”?"),
        ('"tools"', '"tool"', "investment[1].kind is “tool”. Did you mean “tools”?"),
        ('"month"', '"monthly"', "period is “monthly”. Did you mean “month”?"),
        ("[requests]", '[objective]\nname = "csat"\n[requests]', "objective.name: “csat” is a measure."),
        ("[requests]", "[framework]\ngoal = 1\n[requests]", "framework.goal is not a known key"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(old: str, new: str, says: str) -> None:
    with pytest.raises(UnknownName) as caught:
        ReturnInputs.parse(PLAIN.replace(old, new, 1))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('currency = "USD"', "", "currency is missing"),
        ('"USD"', "5", "currency is 5, which is not a text"),
        ('"USD"', '" "', "currency is ' ', which is not a text that is not empty"),
        ("cost = 20", 'cost = "20"', "channels[1].cost is '20', which is not a number"),
        ("cost = 20", "cost = true", "channels[1].cost is True, which is not a number"),
        ("cost = 20", "cost = nan", "channels[1].cost is nan, which is not a number one can count with"),
        ("cost = 20", "cost = inf", "channels[1].cost is inf"),
        ("cost = 20", "cost = -20", "channels[1].cost: low is -20"),
        ("cost = 20", f"cost = 1{'0' * 400}", "channels[1].cost is 1000"),
        ("cost = 20", "cost = { low = 9, mode = 6, high = 7 }", "channels[1].cost: low 9, mode 6 and high 7"),
        ("cost = 20", "cost = { low = 9, mode = 10 }", "channels[1].cost.high is missing"),
        ("cost = 20", "cost = { value = 9, low = 8 }", "channels[1].cost has both a value and a range"),
        ('source = "the worked example"\ndate', "date", "channels[1]: The cost of phone needs a source"),
        ("date = 2015-06-01", "", "channels[1]: The cost of phone needs a source and the date"),
        ("2015-06-01", '"2015-06-01"', "channels[1].date is '2015-06-01', which is not a date"),
        ("2015-06-01", "2015-06-01T10:00:00", "channels[1].date is datetime"),
        ("share = 1", "share = 1.5", "channels[1]: share is 1.5"),
        ("share = 1", "share = 0.5", "add to 0.5, which is 0.5 too little"),
        ("share = 1", "share = 1\nconcurrency = 0.5", "channels[1]: concurrency is 0.5"),
        ("{ value = 1,", "{ value = 2,", "would_have_contacted is 2: it cannot be more than 1"),
        ("solved = 100", "solved = 100\nhandled = 90", "requests: solved is 100: it cannot be more than 90"),
        ("solved = 100", "handled = 90", "requests.handled belongs to a typed count, and solved is missing"),
        ("amount = 500", "amount = 500\nhours = 5", "investment[1].hours cannot stand here"),
        ("amount = 500", "", "investment[1].amount is missing"),
        ("[[channels]]", "[channels]", "channels is {"),
        ("[counterfactual]\n", "counterfactual = 5\n[other]\n", "other is not a known key"),
        ('period = "month"', "", "requests.period is missing, and the file states no period either"),
        ('[requests]\nsolved = 100', "", "requests is missing"),
    ],
)  # fmt: skip
def test_errors_name_the_key(old: str, new: str, says: str) -> None:
    assert old in PLAIN
    with pytest.raises((WorthError, UnknownName)) as caught:
        ReturnInputs.parse(PLAIN.replace(old, new, 1))
    assert says in str(caught.value)


TEAM = """
[[investment]]
name = "team"
kind = "staff"
hours = 20
rate = 25
"""


def test_hours_and_rate_make_a_line_of_staff() -> None:
    tool, team = ReturnInputs.parse(PLAIN + TEAM).investment
    assert isinstance(tool, Spending)
    assert isinstance(team, StaffTime)
    assert (team.hours.mode, team.rate.mode, team.period, team.concurrency) == (20, 25, Period.MONTH, 1)


def test_mixed_periods_without_a_statement_are_refused() -> None:
    with pytest.raises(WorthError) as caught:
        ReturnInputs.parse(PLAIN + TEAM + 'period = "year"\n')
    assert "Mixed periods: investment[2].period is year, the file's is month" in str(caught.value)
    assert "investment[1].period is not stated" in str(caught.value)


def test_stated_periods_are_converted() -> None:
    stated = PLAIN.replace("amount = 500", 'amount = 6000\nperiod = "year"')
    stated = stated.replace("solved = 100", 'solved = 300\nperiod = "quarter"')
    for text in (stated, stated.replace('period = "month"\n', "")):
        month = estimate_return(ReturnInputs.parse(text)).month
        assert month is not None
        assert month.net.mid == pytest.approx(1500)


def test_the_same_period_stated_twice_is_not_mixed() -> None:
    assert ReturnInputs.parse(PLAIN + TEAM + 'period = "month"\n').investment[1].period is Period.MONTH


def keys_of(value: object) -> Iterator[str]:
    """Every key of a figure or of a line; tables that only hold others are headings."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(inner, dict | list) or "low" in inner or "value" in inner:
                yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


@pytest.fixture(scope="module")
def page() -> str:
    folder = Path(__file__).resolve().parents[2]
    return (folder / "docs" / "return-on-service.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example(page: str) -> str:
    (text,) = [part.split("\n```", 1)[0] for part in page.split("```toml\n")[1:]]
    return text


def test_the_example_of_the_page_is_complete(example: str) -> None:
    inputs = ReturnInputs.parse(example)
    assert inputs.objective == "deflected_requests"
    assert inputs.failures is not None
    assert len(inputs.channels) == 3
    used = set(keys_of(tomllib.loads(example)))
    assert {"share_that_are_requests", "would_have_contacted", "concurrency", "hours", "finding"} <= used
    assert check_framework(inputs).complete


def test_the_page_documents_every_key_that_the_example_uses(page: str, example: str) -> None:
    for key in set(keys_of(tomllib.loads(example))):
        assert f"`{key}`" in page or f"`{{ {key} = " in page, key
