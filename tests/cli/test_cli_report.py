"""careworth report: files, the same again as of a version."""

from pathlib import Path

import pytest
from cli_runs import answer, refused, run

from careworth.facts.schema import REPORTS
from careworth.facts.store import Store
from careworth.report.board.publish import Order, as_it_was


@pytest.fixture(scope="module")
def data(year: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Facts of which reports are made: that is noted among them."""
    folder = tmp_path_factory.mktemp("report-data")
    answer("ingest", year / "messages.csv.gz", "--mapping", year / "mapping.toml", "--data", folder)
    return folder


def test_files_are_there_and_the_same_can_be_made_again(year: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "one"
    order = ("--inputs", year / "inputs.toml", "--hours", year / "hours.toml", "--zone", "Pacific/Auckland")
    told = run("report", *order, "--notice", "Simulated.", "--title", "A year", "--data", data, "--out", out)
    assert told.stderr == "" and "From version 0 of the facts" in told.stdout
    for name in ("html", "pdf", "json"):
        path = out / f"report.{name}"
        assert str(path) in told.stdout and path.stat().st_size > 1000
    again = answer("report", "--as-of", 0, "--data", data, "--out", tmp_path / "two")
    assert again["headline"] in told.stdout and again["version"] == 0
    assert Path(again["json"]).read_bytes() == (out / "report.json").read_bytes()
    assert {Path(name).name for name in again["tables"]} == {path.name for path in (out / "tables").iterdir()}
    made = Store(data / "facts").rows(REPORTS)
    assert [row["zone"] for row in made] == ["Pacific/Auckland"] * 2
    assert [row["digest"] for row in made] == [again["digest"]] * 2
    said = as_it_was(Store(data / "facts"), 0, Order(zone="UTC"))
    assert said.zone == "UTC"
    assert said.title == "A year"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--as-of", "7"], "There is no version 7"),
        (["--inputs", "nothing.toml"], "cannot be read"),
        (["--hours", "nothing.toml"], "cannot be read"),
        (["--zone", "Nowhere"], "is not a time zone"),
    ],
)
def test_refusals(words: list[str], told: str, data: Path, tmp_path: Path) -> None:
    assert told in refused("report", *words, "--data", data, "--out", tmp_path)


def test_a_file_of_figures_that_is_none(year: Path, data: Path, tmp_path: Path) -> None:
    words = ("report", "--data", data, "--out", tmp_path)
    assert "not a known key" in refused(*words, "--inputs", year / "hours.toml")
    assert "has no entry" in refused(*words, "--hours", year / "inputs.toml")
    assert "not UTF-8" in refused(*words, "--inputs", year / "messages.csv.gz")
