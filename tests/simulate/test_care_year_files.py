"""The files: the same from the same seed, readable, and wrong only where they say so."""

import json
import re
import tomllib
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from careworth.errors import InputError
from careworth.intake.formats import ReadOptions, Source
from careworth.intake.formats.table import Table
from careworth.measures.hours import BusinessHours
from careworth.simulate import CareYear, simulate_care_year
from careworth.worth import ReturnInputs, check_framework

NAMES = ["README.txt", "hours.toml", "inputs.toml", "mapping.toml", "messages.csv.gz", "truth.json"]
COLUMNS = [
    "message_id", "in_reply_to", "channel", "account", "author", "direction", "sent_at",
    "text", "agent", "private", "automatic", "tags", "handling_minutes",
]  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def truth_file(care_year: CareYear) -> dict:
    return json.loads(care_year.truth_file.read_text(encoding="utf-8"))


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate_care_year(3, tmp_path / name, conversations=300)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert list(contents(tmp_path / "one")) == NAMES


def test_another_seed_is_another_year(tmp_path: Path) -> None:
    for seed in (3, 4):
        simulate_care_year(seed, tmp_path / str(seed), conversations=300)
    one, two = contents(tmp_path / "3"), contents(tmp_path / "4")
    differs = {name for name in NAMES if one[name] != two[name]}
    assert differs == {"README.txt", "inputs.toml", "messages.csv.gz", "truth.json"}


def test_writing_again_replaces(tmp_path: Path) -> None:
    simulate_care_year(3, tmp_path, conversations=900)
    simulate_care_year(4, tmp_path, conversations=300)
    simulate_care_year(4, tmp_path / "fresh", conversations=300)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert written == contents(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("seed", "options"),
    [(-1, {}), (1, {"conversations": 199}), (1, {"year": 1989}), (1, {"year": 2101})],
)
def test_refuses_what_it_cannot_make(seed: int, options: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(InputError):
        simulate_care_year(seed, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("year", [1990, 2024, 2100])
def test_other_years(year: int, tmp_path: Path) -> None:
    made = simulate_care_year(5, tmp_path, conversations=200, year=year)
    assert set(made.truth.quarters) == {f"{year}-Q{q}" for q in (1, 2, 3, 4)}
    assert sum(q.conversations for q in made.truth.quarters.values()) == made.truth.year.conversations


def test_size(care_year: CareYear, all_rows: list[dict[str, str]]) -> None:
    assert 20_000 < len(all_rows) < 24_000
    assert care_year.rows == len(all_rows)
    assert care_year.messages.stat().st_size < 2_000_000
    assert list(all_rows[0]) == COLUMNS


def test_every_row_is_well_formed(sound_rows: list[dict[str, str]]) -> None:
    for row in sound_rows:
        moment = datetime.fromisoformat(row["sent_at"])
        assert moment.utcoffset() == timedelta(hours=7)
        assert moment.year == 2025
        assert row["channel"] in {"x", "mastodon", "bluesky", "email"}
        assert row["private"] in {"true", "false"}
        assert row["automatic"] in {"true", "false"}
        assert row["text"].strip()
        if row["direction"] == "inbound":
            assert row["author"].lstrip("@").startswith("sim")
            assert (row["agent"], row["automatic"], row["handling_minutes"]) == ("", "false", "")
        else:
            assert row["direction"] == "outbound"
            assert row["author"] == row["account"]
        assert bool(row["agent"]) == bool(row["handling_minutes"])
        if row["handling_minutes"]:
            assert float(row["handling_minutes"]) > 0


def test_ids_do_not_fit_a_float(sound_rows: list[dict[str, str]]) -> None:
    ids = [row["message_id"] for row in sound_rows if row["channel"] in {"x", "mastodon"}]
    assert len(set(ids)) == len(ids) > len({float(i) for i in ids})


def test_references_and_order(care_year: CareYear, sound_rows: list[dict[str, str]]) -> None:
    sent = {row["message_id"]: datetime.fromisoformat(row["sent_at"]) for row in sound_rows}
    channel = {row["message_id"]: row["channel"] for row in sound_rows}
    lost = []
    for row in sound_rows:
        parent = row["in_reply_to"]
        if parent in sent:
            assert sent[parent] < sent[row["message_id"]]
            assert channel[parent] == row["channel"]
        elif parent:
            lost.append(row["message_id"])
    assert lost == truth_file(care_year)["defects"]["lost_parents"]
    assert list(sent.values()) == sorted(sent.values())


def test_defects_stand_where_documented(care_year: CareYear, all_rows: list[dict[str, str]]) -> None:
    defects = truth_file(care_year)["defects"]
    by_id = Counter(row["message_id"] for row in all_rows)
    assert sorted(key for key, n in by_id.items() if n > 1 and key) == sorted(defects["duplicated_rows"])
    assert len(defects["duplicated_rows"]) == 12
    for first, second in pairwise(all_rows):
        if first["message_id"] in defects["duplicated_rows"] and first["message_id"] == second["message_id"]:
            assert first == second
    assert [n for n, row in enumerate(all_rows, 1) if not row["message_id"]] == defects["missing_ids_in_rows"]
    impossible = [row["message_id"] for row in all_rows if row["sent_at"].startswith("2025-02-29")]
    assert impossible == defects["impossible_dates"]
    assert (len(impossible), len(defects["missing_ids_in_rows"]), len(defects["lost_parents"])) == (2, 1, 3)


def test_impossible_date_in_a_leap_year(tmp_path: Path) -> None:
    made = simulate_care_year(5, tmp_path, conversations=200, year=2024)
    table = Table().read(Source(made.messages), ReadOptions(mapping=made.mapping))
    rejected = Counter(dead.reason for chunk in table for dead in chunk.rejected)
    assert rejected == {"bad-date": 2, "missing-id": 1}


def test_the_table_format_reads_the_export(care_year: CareYear) -> None:
    chunks = list(Table().read(Source(care_year.messages), ReadOptions(mapping=care_year.mapping)))
    assert sum(chunk.received for chunk in chunks) == care_year.rows
    rejected = Counter(dead.reason for chunk in chunks for dead in chunk.rejected)
    assert rejected == {"bad-date": 2, "missing-id": 1}
    twice = len(truth_file(care_year)["defects"]["duplicated_rows"])
    assert sum(chunk.messages.num_rows for chunk in chunks) - twice == care_year.truth.messages


def test_mapping_names_columns_of_the_file(care_year: CareYear) -> None:
    mapping = tomllib.loads(care_year.mapping.read_text(encoding="utf-8"))
    assert {*mapping["columns"].values(), mapping["direction"]["column"]} == set(COLUMNS)


def test_agents_write_in_the_hours_of_the_calendar(
    care_year: CareYear, sound_rows: list[dict[str, str]]
) -> None:
    calendar = BusinessHours.load(care_year.hours)
    by_agent = [datetime.fromisoformat(row["sent_at"]) for row in sound_rows if row["agent"]]
    spans = calendar.open_intervals(min(by_agent), max(by_agent))
    moments = np.array([int(moment.timestamp()) * 1_000_000 for moment in by_agent])
    span = np.searchsorted(spans[:, 0], moments, side="right") - 1
    closed_for = np.maximum(0, moments - spans[span, 1])
    # the second half of an answer may follow a moment after closing
    assert closed_for.max() < 90_000_000
    assert np.mean(closed_for > 0) < 0.002


def test_calendar_knows_the_evening_shift(care_year: CareYear) -> None:
    calendar = tomllib.loads(care_year.hours.read_text(encoding="utf-8"))
    assert calendar["week"]["monday"] == ["08:00-22:00"]
    assert calendar["special"]["2025-06-30"] == ["08:00-18:00"]
    assert "2025-07-01" not in calendar["special"]
    assert "2025-05-01" not in calendar["special"]
    assert "05-01" in calendar["holidays"]


def test_inputs_fill_all_six_elements(care_year: CareYear) -> None:
    inputs = ReturnInputs.load(care_year.inputs)
    check = check_framework(inputs)
    assert [element.name for element in check.missing] == []
    assert all("simulated company's own books" in line.cost.source for line in inputs.channels)


def test_everything_says_that_it_is_simulated(care_year: CareYear) -> None:
    assert care_year.readme.read_text(encoding="utf-8").startswith("EVERYTHING IN THIS FOLDER IS SIMULATED")
    assert "with seed 11 " in care_year.readme.read_text(encoding="utf-8")
    for path in (care_year.inputs, care_year.hours, care_year.truth_file):
        assert "simulated" in path.read_text(encoding="utf-8")


def test_nothing_in_the_texts_is_real(all_rows: list[dict[str, str]]) -> None:
    everything = "\n".join(row["text"] for row in all_rows)
    assert set(re.findall(r"https?://([^/\s]+)", everything)) == {"www.example.com"}
    assert set(re.findall(r"[\w.]+@([\w-]+\.[\w.]+\w)", everything)) <= {"example.com", "people.example"}
    assert {number.strip() for number in re.findall(r"\+\d[\d ]{6,}", everything)} == {"+1 202 555 0142"}
    named_accounts = set(re.findall(r"(?<![\w.])@([\w.-]+)", everything))
    assert {name for name in named_accounts if not name.startswith("sim")} == {"kiranacare"}
