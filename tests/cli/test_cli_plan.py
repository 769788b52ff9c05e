import json
from pathlib import Path

import pytest
from cli_runs import answer, refused, run

PLAN = """
convention = "OGST"
[objectives.loyalty]
text = "Lower churn"
[goals.fast]
text = "Answered within an hour"
objectives = ["loyalty"]
measure = "answered_within_1h"
unit = "share"
baseline = 0.2
baseline_on = 2025-01-01
target = 0.99
due = 2030-12-31
[strategies.evenings]
text = "Answer in the evening"
goals = ["fast"]
[tactics.shift]
text = "A late shift"
strategies = ["evenings"]
[components.page]
kind = "brand_profile"
purpose = "answers"
owner = "Ana"
channel = "x"
objectives = ["loyalty"]
goals = ["fast"]
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_status_and_show(plan: Path, year_data: Path) -> None:
    goals = answer("plan", "status", plan, "--data", year_data)["goals"]
    assert goals[0]["goal"] == "fast" and 0 < goals[0]["value"] < 1 and goals[0]["forecast"]["points"] >= 4
    shown = answer("plan", "show", plan, "--data", year_data)
    assert shown["complete"] is True
    assert shown["value"]["total"] == 0 and shown["places"][0]["component"] == "page"
    told = run("plan", "show", plan, "--data", year_data).stdout
    assert "A late shift" in told and "Every rule is kept." in told


def test_check_ends_with_one_when_a_rule_is_broken(plan: Path, tmp_path: Path) -> None:
    assert answer("plan", "check", plan)["complete"] is True
    plan.write_text(PLAN.replace('strategies = ["evenings"]', ""), encoding="utf-8")
    result = run("plan", "check", plan, "--json", code=1)
    assert {one["rule"] for one in json.loads(result.stdout)["findings"]} >= {"orphan", "no-tactic"}


def test_export_goes_round(plan: Path, tmp_path: Path) -> None:
    table = tmp_path / "plan.csv"
    table.write_text(
        run("plan", "export", plan, "--form", "csv", "--convention", "GSOT").stdout, encoding="utf-8"
    )
    back = run("plan", "export", table, "--convention", "OGST").stdout
    assert back == run("plan", "export", plan).stdout


def test_mistakes_are_told(plan: Path) -> None:
    assert "is not a day" in refused("plan", "status", plan, "--today", "soon")
    plan.write_text("title = 'x'", encoding="utf-8")
    assert "convention is missing" in refused("plan", "check", plan)
