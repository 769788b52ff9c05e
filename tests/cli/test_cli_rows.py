"""careworth rows: the very rows behind each number."""

import csv
import io
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli_runs import answer, refused, run


def _rows(name: str, *words: object) -> list[dict[str, Any]]:
    return list(answer("rows", name, *words))


@pytest.mark.parametrize(
    ("names", "filters"),
    [
        ([], []),
        (
            ["first_response_time", "backlog", "tagged_service", "handling_time"],
            ["--requests", "--since", "2025-03-01", "--until", "2025-11-15T12:00"],
        ),
    ],
    ids=["all", "filtered"],
)
def test_counts_and_sums_are_those_of_the_value(
    names: list[str], filters: list[str], year: Path, year_data: Path
) -> None:
    words = (*filters, "--hours", year / "hours.toml", "--data", year_data)
    tables = answer("measures", *names, *words)
    every = [one["name"] for one in answer("measures", "--list")]
    assert [table["measure"] for table in tables] == (names or every)
    for table in tables:
        name, (value,) = table["measure"], table["rows"]
        assert set(value) >= {"n", "value", "low", "high", "reason"}
        assert value["value"] is not None or value["reason"], name
        rows = _rows(name, *words)
        assert len(rows) == value["n"], name
        if "total" in value and rows:
            assert sum(row["amount"] for row in rows) == pytest.approx(value["total"]), name
        if "answered" in value:
            assert sum(row["answered"] for row in rows) == value["answered"], name
        if "hits" in value and "hit" in (rows or [{}])[0]:
            assert sum(row["hit"] for row in rows) == value["hits"], name


@pytest.mark.parametrize("name", ["first_response_time", "messages_out", "backlog"])
def test_counts_of_groups_are_those_of_the_rows(name: str, twcs_data: Path, year_data: Path) -> None:
    for data, key in ((twcs_data, "brand"), (year_data, "agent")):
        words = ("--by", key, "--data", data)
        (table,) = answer("measures", name, *words)
        counted = Counter(row[key] for row in _rows(name, *words))
        assert {row[key]: row["n"] for row in table["rows"] if row["n"]} == dict(counted)


def test_rows_by_a_period_say_which_one(year_data: Path) -> None:
    words = ("--by", "month", "--zone", "Asia/Jakarta", "--data", year_data)
    (table,) = answer("measures", "conversations", *words)
    counted = Counter(row["month"] for row in _rows("conversations", *words))
    assert {row["month"]: row["n"] for row in table["rows"]} == dict(counted)


def test_minutes_are_the_time_between_the_moments(twcs_data: Path) -> None:
    for row in _rows("first_response_time", "--data", twcs_data):
        if row["answered"]:
            span = datetime.fromisoformat(row["ended_at"]) - datetime.fromisoformat(row["began_at"])
            assert row["minutes"] == pytest.approx(span.total_seconds() / 60, abs=1e-9)


def test_csv_holds_every_row_and_runs_nothing(year_data: Path) -> None:
    words = ("first_reply_time", "--data", year_data)
    lines = list(csv.DictReader(io.StringIO(run("rows", *words, "--csv").stdout)))
    rows = _rows(*words)
    assert [int(line["conversation"]) for line in lines] == [row["conversation"] for row in rows]
    assert [float(line["minutes"]) for line in lines] == [row["minutes"] for row in rows]
    assert {line["contact"][:2] for line in lines} & {"'@"}
    assert not [cell for line in lines for cell in line.values() if cell.startswith(("=", "+", "-", "@"))]


def test_people_see_the_first_rows_and_how_many_there_are(twcs_data: Path) -> None:
    told = run("rows", "first_response_time", "--data", twcs_data).stdout.splitlines()
    assert told[-1] == "... 711 rows in all; --csv prints every one."
    assert len(told) == 2 + 50 + 1
    few = run("rows", "backlog", "--data", twcs_data).stdout
    assert "rows in all" not in few


def test_numbers_that_name_something_have_no_separators(twcs_data: Path) -> None:
    rows = _rows("messages_in", "--data", twcs_data)
    shown = run("rows", "messages_in", "--until", "2017-11-01", "--data", twcs_data).stdout.splitlines()
    names = {str(row["message"]) for row in rows}
    assert {line.split()[0] for line in shown[2:52]} <= names


def test_nothing_to_list(twcs_data: Path) -> None:
    assert _rows("tagged_service", "--data", twcs_data) == []
    (heading,) = run("rows", "tagged_service", "--csv", "--data", twcs_data).stdout.splitlines()
    assert heading.startswith("conversation,channel,brand")


def test_mistakes(year_data: Path) -> None:
    assert "Did you mean" in refused("rows", "answerd", "--data", year_data)
    assert "JSON and CSV" in refused("rows", "answered", "--csv", "--json", "--data", year_data)
    assert run("rows", "--data", year_data, code=2).stdout == ""
