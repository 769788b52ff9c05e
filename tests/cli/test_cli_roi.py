"""careworth roi: the plain formula, the calculation from a file of figures, objectives, refusals."""

from pathlib import Path
from typing import Any

import pytest
from cli_runs import answer, refused, run

PLAIN = ("roi", "--solved", "100", "--cost-per-request", "20", "--investment", "500")


def test_the_worked_example() -> None:
    """Hootsuite's: 100 requests x 20 - 500 = 1,500 a month."""
    found = answer(*PLAIN, "--period", "month")
    assert (found["gross"], found["net"], found["ratio"], found["period"]) == (2000, 1500, 3.0, "month")
    assert (found["year"]["gross"], found["year"]["net"], found["year"]["ratio"]) == (24000, 18000, 3.0)
    assert found == answer(*PLAIN)


def test_a_period_of_its_own_stands_beside_month_and_year() -> None:
    found = answer("roi", "--solved", "300", "--cost-per-request", "20", "--investment", "1500/quarter",
                   "--period", "quarter")  # fmt: skip
    assert (found["gross"], found["month"]["gross"], found["year"]["gross"]) == (6000, 2000, 24000)


def test_what_people_read_names_currency_and_assumption() -> None:
    told = run(*PLAIN, "--currency", "EUR").stdout
    assert told.startswith("Return on social service, EUR")
    assert "month   2,000         500   1,500   3.00" in told and "year   24,000" in told
    assert "Note: The plain formula takes for granted" in told
    quarter = run(*PLAIN, "--period", "quarter").stdout.splitlines()
    assert [line.split()[0] for line in quarter[2:5]] == ["quarter", "month", "year"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--solved, --cost-per-request, --investment"),
        (["--solved", "100"], "also needs --cost-per-request, --investment."),
        ([*PLAIN[1:5], "--investment", "6000/year", "--period", "month"], "6000 a year is 500 a month."),
        (["--solved", "-100", *PLAIN[3:]], "cannot be less than 0"),
        ([*PLAIN[1:3], "--cost-per-request", "-20", *PLAIN[5:]], "cannot be less than 0"),
        ([*PLAIN[1:3], "--cost-per-request", "nan", *PLAIN[5:]], "not a number"),
        ([*PLAIN[1:5], "--investment", "-500"], "cannot be less than 0"),
        ([*PLAIN[1:5], "--investment", "0"], "ratio"),
        (["--solved", "1,000", *PLAIN[3:]], "is not a number"),
        ([*PLAIN[1:], "--period", "fortnight"], "There is no period"),
        ([*PLAIN[1:], "--since", "2025-01-01"], "mean nothing to it"),
        (["--objective", "everything"], "There is no objective"),
        (["--objective", "csat"], "is a measure"),
        (["--inputs", "nothing.toml"], "cannot be read"),
    ],
)
def test_refusals(words: list[str], told: str) -> None:
    assert told in refused("roi", *words)


def test_a_figure_that_is_no_number_is_told_by_the_option() -> None:
    result = run("roi", "--cost-per-request", "cheap", code=2)
    assert "'cheap' is not a valid float" in result.stderr and result.stdout == ""


def test_measured_requests_and_stated_figures(year: Path, year_data: Path) -> None:
    words = ("roi", "--inputs", year / "inputs.toml", "--data", year_data)
    found = answer(*words)
    ends = [found["net"][end] for end in ("low", "mid", "high")]
    assert ends == sorted(ends) and found["period"] == "month" and found["currency"] == "IDR"
    for end in ("low", "mid", "high"):
        assert found["year"]["net"][end] == pytest.approx(12 * found["net"][end])
    at = found["at_modes"]
    assert at["net"] == pytest.approx(at["gross"] - at["failure_cost"] - at["investment"])
    assert found["requests"]["source"] == "measured"
    opened = next(one for one in found["assumptions"] if one["text"] == "Conversations opened by customers")
    assert opened["mode"] == answer("measures", "conversations", "--data", year_data)[0]["rows"][0]["n"]
    assert found["framework"]["complete"] is True
    assert found == answer(*words) and found["net"] != answer(*words, "--seed", "2")["net"]


def test_since_and_until_narrow_what_is_measured(year: Path, year_data: Path) -> None:
    def opened(*words: str) -> dict[str, Any]:
        found = answer("roi", "--inputs", year / "inputs.toml", *words, "--data", year_data)
        texts = {one["text"]: one for one in found["assumptions"]}
        return dict(texts["Conversations opened by customers"])

    half = opened("--since", "2025-01-01", "--until", "2025-07-01")
    assert 0 < half["mode"] < opened()["mode"] and "2025-01-01 to 2025-06-30" in half["source"]


def test_what_people_read_of_it(year: Path, year_data: Path) -> None:
    told = run("roi", "--inputs", year / "inputs.toml", "--data", year_data).stdout
    assert told.startswith("Return on social service, IDR")
    for part in ("What drives it", "Break-even", "Assumptions", "with probability"):
        assert part in told
    assert told.count(": filled") == 6


def test_gaps_of_the_framework_are_named(year: Path, year_data: Path, tmp_path: Path) -> None:
    whole = (year / "inputs.toml").read_text(encoding="utf-8")
    cut = tmp_path / "cut.toml"
    cut.write_text(whole.partition("[[framework.actions]]")[0], encoding="utf-8")
    told = run("roi", "--inputs", cut, "--data", year_data).stdout
    assert "analysis: missing [[framework.actions]]" in told and told.count(": filled") == 5


def test_without_facts_there_is_no_figure_but_a_reason(year: Path, tmp_path: Path) -> None:
    words = ("roi", "--inputs", year / "inputs.toml", "--data", tmp_path)
    found = answer(*words)
    assert found["net"] is None and found["year"] is None and found["reason"]
    assert run(*words).stdout.startswith(f"No figure: {found['reason']}")


@pytest.mark.parametrize(
    "option", [["--solved", "3"], ["--investment", "3"], ["--period", "year"], ["--currency", "EUR"]], ids=str
)
def test_figures_are_given_once(option: list[str], year: Path) -> None:
    assert f"by {option[0]} and by --inputs" in refused("roi", "--inputs", year / "inputs.toml", *option)


def test_a_file_of_something_else(year: Path) -> None:
    assert "is not a known key" in refused("roi", "--inputs", year / "hours.toml")


def test_objectives_bring_their_measures_and_formula() -> None:
    every = answer("roi", "--objective", "all")
    assert {one["name"] for one in every} >= {"satisfaction", "response_time", "handling_time"}
    assert answer("roi", "--objective", every[1]["name"]) == [every[1]]
    for one in every:
        assert one["formula"] and one["title"] and one["measures"]
    told = run("roi", "--objective", "all").stdout
    for one in every:
        assert f"{one['name']}: {one['title']}. {one['text']}" in told
        for measure in one["measures"]:
            assert measure["available"] or f"{measure['name']} ({measure['reason']})" in told
