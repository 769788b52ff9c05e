"""careworth measures: figures of real conversations beside those of a plain oracle, filters, mistakes."""

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest
from cli_runs import answer, refused, run

Tweet = dict[str, Any]
WAIT = {"n", "value", "low", "high", "reason", "answered", "median_answered", "p90_answered", "within"}


def _tweets(path: Path) -> dict[str, Tweet]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        tweets: dict[str, Tweet] = {row["tweet_id"]: dict(row) for row in csv.DictReader(file)}
    for tweet in tweets.values():
        tweet["at"] = datetime.strptime(tweet["created_at"], "%a %b %d %H:%M:%S %z %Y")
        tweet["by_customer"] = tweet["inbound"] == "True"
    return tweets


def _first_waits(path: Path) -> Iterable[tuple[str | None, float | None]]:
    """(brand, minutes) of each conversation a customer opened: the earliest answer to the opening itself.

    The brand is the account that wrote first; no minutes where nobody answered the opening.
    """
    tweets = _tweets(path)
    members: dict[str, list[Tweet]] = defaultdict(list)
    for name, tweet in tweets.items():
        root = name
        while (parent := tweets[root]["in_response_to_tweet_id"]) in tweets:
            root = parent
        members[root].append(tweet)
    for root, all_of_it in members.items():
        opening = tweets[root]
        if not opening["by_customer"] or opening["in_response_to_tweet_id"]:
            continue
        replies = [tweet for tweet in all_of_it if not tweet["by_customer"]]
        brand = min(replies, key=lambda tweet: tweet["at"])["author_id"] if replies else None
        answers = [tweet["at"] for tweet in replies if tweet["in_response_to_tweet_id"] == root]
        yield brand, (min(answers) - opening["at"]).total_seconds() / 60 if answers else None


def test_first_response_time_of_real_conversations(twcs: Path, twcs_data: Path) -> None:
    expected = list(_first_waits(twcs))
    waits = [wait for _, wait in expected if wait is not None]
    (table,) = answer("measures", "first_response_time", "--data", twcs_data)
    assert table["measure"] == "first_response_time" and table["unit"] == "minutes"
    assert table["definition"].startswith("first_response_time@")
    (row,) = table["rows"]
    assert set(row) >= WAIT and set(row["within"]) == {"1h", "4h", "24h", "72h"}
    assert (row["n"], row["answered"]) == (len(expected), len(waits)) == (711, 659)
    assert row["median_answered"] == pytest.approx(median(waits), abs=1e-9) == pytest.approx(10 + 17 / 60)
    assert row["p90_answered"] == pytest.approx(float(np.quantile(waits, 0.9)), abs=1e-9)
    assert row["value"] == row["km_median"] > row["median_answered"]


def test_by_brand_each_row_is_that_of_the_oracle(twcs: Path, twcs_data: Path) -> None:
    expected: dict[str | None, list[float]] = defaultdict(list)
    for brand, wait in _first_waits(twcs):
        expected[brand] += [wait] if wait is not None else []
    (table,) = answer("measures", "first_response_time", "--by", "brand", "--data", twcs_data)
    found = {row["brand"]: row for row in table["rows"]}
    assert found["comcastcares"]["answered"] == 43
    for brand, waits in expected.items():
        assert found[brand]["answered"] == len(waits), brand
        if waits:
            assert found[brand]["median_answered"] == pytest.approx(median(waits), abs=1e-9), brand
    assert sum(row["n"] for row in table["rows"]) == 711


def _dialogue_wait(dialogue: dict[str, Any]) -> float:
    """Minutes from the first turn to the first by an agent; the closing turn holds its time in its id."""
    turns = dialogue["dialogContent"]
    began = datetime.fromisoformat(turns[0]["datetime"])
    for turn in turns:
        if any(key.startswith("agent") for key in turn):
            return (datetime.fromisoformat(turn["datetime"]) - began).total_seconds() / 60
    milliseconds = (int(dialogue["agentURL"]["tweet_ID"]) >> 22) + 1_288_834_974_657
    closed = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return (closed - began).total_seconds() / 60


def test_ibm_dialogues(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "ibm-care-dialogues" / "dev.json.gz"
    account = answer("ingest", path, "--data", tmp_path)
    assert (account["received"], account["stored"], account["conversations"]) == (1211, 1211, 525)
    (row,) = answer("measures", "first_response_time", "--data", tmp_path)[0]["rows"]
    waits = [_dialogue_wait(dialogue) for dialogue in json.loads(gzip.decompress(path.read_bytes()))]
    assert row["n"] == row["answered"] == len(waits) == 525
    assert row["median_answered"] == pytest.approx(median(waits), abs=1e-6)
    assert median(waits) == pytest.approx(123.6568, abs=1e-4)


def test_names_choose_and_a_name_counts_once(year_data: Path) -> None:
    tables = answer("measures", "answered", "backlog", "answered", "--data", year_data)
    assert [table["measure"] for table in tables] == ["answered", "backlog"]


def test_keys_stand_in_every_row_and_groups_add_up(year_data: Path) -> None:
    (whole,) = answer("measures", "conversations", "--data", year_data)[0]["rows"]
    (table,) = answer("measures", "conversations", "--by", "channel, month", "--data", year_data)
    assert all({"channel", "month"} <= set(row) for row in table["rows"])
    assert sum(row["n"] for row in table["rows"]) == whole["n"] == 193
    assert {row["month"][-3:] for row in table["rows"]} == {"-01"}


def test_since_and_until_split_without_loss(year_data: Path) -> None:
    def count(*words: str) -> int:
        (row,) = answer("measures", "conversations", *words, "--data", year_data)[0]["rows"]
        return int(row["n"])

    middle = "2025-07-01T08:30"
    parts = count("--until", middle), count("--since", middle)
    assert min(parts) > 0 and sum(parts) == count() == count("--since", "2025-01-01", "--until", "2026-01-01")


def test_a_day_begins_in_the_zone_that_was_named(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("id,who,at,words\n1,kim,2025-02-28T20:00:00Z,hi\n2,kim,2025-03-01T20:00:00Z,hi\n")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[columns]\nexternal_id="id"\nauthor="who"\nsent_at="at"\ntext="words"\n')
    data = tmp_path / "data"
    answer("ingest", table, "--mapping", mapping, "--brand", "acme", "--data", data)
    hours = tmp_path / "hours.toml"
    hours.write_text('zone = "Asia/Jakarta"\n[week]\nmonday = ["09:00-17:00"]\n')

    def days(*words: object) -> list[str]:
        (found,) = answer("measures", "messages_in", "--by", "day", *words, "--data", data)
        return [row["day"] for row in found["rows"]]

    assert days() == ["2025-02-28", "2025-03-01"]
    assert days("--zone", "Asia/Jakarta") == ["2025-03-01", "2025-03-02"]
    assert days("--hours", hours) == ["2025-03-01", "2025-03-02"]
    assert days("--hours", hours, "--zone", "UTC") == ["2025-02-28", "2025-03-01"]
    assert days("--since", "2025-03-01", "--zone", "Asia/Jakarta") == ["2025-03-01", "2025-03-02"]
    assert days("--since", "2025-03-01T03:00:01+07:00") == ["2025-03-01"]


def test_requests_and_business_hours_change_what_is_measured(year: Path, year_data: Path) -> None:
    words = ("measures", "first_reply_time", "--data", year_data)
    (everything,) = answer(*words)[0]["rows"]
    (requests,) = answer(*words, "--requests")[0]["rows"]
    (open_hours,) = answer(*words, "--requests", "--hours", year / "hours.toml")[0]["rows"]
    assert 0 < requests["n"] < everything["n"]
    assert open_hours["n"] == requests["n"] and open_hours["answered"] == requests["answered"]
    assert open_hours["median_answered"] < requests["median_answered"]


def test_csv_holds_what_json_holds(year_data: Path) -> None:
    words = ("measures", "first_reply_time", "answered", "--by", "channel", "--data", year_data)
    lines = list(csv.DictReader(io.StringIO(run(*words, "--csv").stdout)))
    rows = [(table["measure"], row) for table in answer(*words) for row in table["rows"]]
    assert len(lines) == len(rows)
    for line, (name, row) in zip(lines, rows, strict=True):
        assert (line["measure"], line["channel"], int(line["n"])) == (name, row["channel"], row["n"])
        assert float(line["value"]) == row["value"]
        assert line["within_4h"] == ("" if name == "answered" else str(row["within"]["4h"]))


def test_the_table_for_people(year_data: Path) -> None:
    words = ("measures", "first_reply_time", "answered", "handling_time", "--data", year_data)
    told = run(*words).stdout.splitlines()
    assert told[0].split() == ["measure", "value", "low", "high", "unit", "n", "note"]
    assert [line.split()[0] for line in told[1:]] == ["first_reply_time", "answered", "handling_time"]
    assert "answered 127: median" in told[1] and "65.8 %" in told[2] and "total" in told[3]
    by_channel = run(*words, "--by", "channel").stdout
    assert by_channel.startswith("first_reply_time ") and "\nanswered " in by_channel


def test_a_group_of_nothing_is_said_to_be_nothing(twcs_data: Path) -> None:
    (row,) = answer("measures", "tagged_service", "--data", twcs_data)[0]["rows"]
    assert (row["n"], row["value"]) == (0, None) and row["reason"]
    told = run("measures", "tagged_service", "--by", "brand", "--data", twcs_data).stdout
    assert told.strip() == "tagged_service: there is nothing to measure."


def test_list_and_sql(year_data: Path) -> None:
    assert [one["name"] for one in answer("measures", "backlog", "--list")] == ["backlog"]
    assert "handling_time@" in run("measures", "--list").stdout
    text = run("measures", "answered", "--by", "week", "--sql", "--data", year_data).stdout
    assert text.startswith("with population as (") and "@" not in text.replace("@mention", "")
    assert "'week'" in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["first_respons_time"], "Did you mean first_response_time?"),
        (["xyzzy"], "careworth measures --list"),
        (["--by", "team"], "Keys are: brand"),
        (["--by", "day,month"], "Only one of day, week and month"),
        (["--since", "yesterday"], "neither a day nor a moment"),
        (["--since", "2025-02-30"], "neither a day nor a moment"),
        (["--until", "0001-01-01", "--zone", "Asia/Jakarta"], "neither a day nor a moment"),
        (["--since", "2025-02-01", "--until", "2025-02-01"], "There is no time between"),
        (["--zone", "Asia/Jakrta"], "Asia/Jakarta"),
        (["--hours", "nothing.toml"], "cannot be read"),
        (["--json", "--csv"], "JSON and CSV"),
        (["--engine", "mysql://somewhere"], "There is no engine for mysql"),
    ],
)
def test_what_cannot_be_asked(words: list[str], told: str, year_data: Path) -> None:
    assert told in refused("measures", *words, "--data", year_data)


def test_a_calendar_that_is_none(year: Path, year_data: Path) -> None:
    assert "inputs.toml" in refused("measures", "--hours", year / "inputs.toml", "--data", year_data)


@pytest.mark.parametrize(
    "command", [["measures"], ["rows", "answered"], ["dead-letters"], ["replay"], ["report"]], ids=" ".join
)
def test_without_facts_the_way_to_them_is_told(command: list[str], tmp_path: Path) -> None:
    assert f"careworth ingest PATH --data {tmp_path}" in refused(*command, "--data", tmp_path)
