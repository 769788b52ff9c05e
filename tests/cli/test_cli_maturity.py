from pathlib import Path

import pytest
from cli_runs import answer, refused, run


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(
        "taken_on = 2026-03-31\n[answers.budget]\nlevel = 3\n[answers.software]\nlevel = 1\n"
        "[answers.in_channel_resolution]\nlevel = 1\n",
        encoding="utf-8",
    )
    return path


def test_items_have_the_promised_fields() -> None:
    items = answer("maturity", "items")
    assert {item["axis"] for item in items} == {"investment", "innovation"}
    for item in items:
        assert {"id", "axis", "text", "levels", "weight", "source"} <= item.keys()
        assert len(item["levels"]) == 5


def test_a_score_with_and_without_facts(answers: Path, year_data: Path, tmp_path: Path) -> None:
    plain = answer("maturity", "score", answers, "--data", year_data)
    assert plain == answer("maturity", "score", answers, "--data", year_data)
    assert plain.keys() >= {
        *("investment", "innovation", "quadrant", "probabilities", "border", "items", "roadmap")
    }
    assert plain["investment"]["low"] <= plain["investment"]["value"] <= plain["investment"]["high"]
    item = next(item for item in plain["items"] if item["id"] == "in_channel_resolution")
    assert item["basis"] == "measured" and item["gap"] == 1 - item["measured"]["level"]
    assert "Formula: axis =" in run("maturity", "score", answers, "--data", year_data).stdout


def test_what_if_from_the_command_line(answers: Path, year_data: Path, tmp_path: Path) -> None:
    change = tmp_path / "change.toml"
    change.write_text("more_agents = 3\nhandling_minutes = 6\n[levels]\nsoftware = 4\n", encoding="utf-8")
    result = answer("maturity", "what-if", answers, change, "--data", year_data)
    assert result["then"]["answered_in_time"]["value"] > result["now"]["answered_in_time"]["value"]
    assert "mean_wait" in run("maturity", "what-if", answers, change, "--data", year_data).stdout


def test_the_template_can_be_scored_once_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREWORTH_DATA", str(tmp_path / "none"))
    path = tmp_path / "empty.toml"
    path.write_text(run("maturity", "template", "--language", "ur").stdout, encoding="utf-8")
    result = answer("maturity", "score", path, "--language", "it")
    assert result["quadrant"] is None and result["border"] is True


def test_mistakes_are_told(answers: Path, tmp_path: Path) -> None:
    answers.write_text("[answers.budget]\nlevel = 7\n", encoding="utf-8")
    assert "line 2, answers.budget.level" in refused("maturity", "score", answers)
    answers.write_text("[answers.budget]\nlevel = 1\n", encoding="utf-8")
    assert "There are no facts in" in refused("maturity", "score", answers, "--data", tmp_path / "none")
