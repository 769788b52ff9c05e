"""Values of measures: by hand, against slow plain oracles, and on real conversations."""

import csv
import gzip
import io
import math
import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import pytest
from facts_by_hand import START, conversation, engine_of, message
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.errors import UnknownName
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake.ingest import ingest
from careworth.measures import MEASURES, BusinessHours, Question, curve, measure_named, rows, values


def value_of(engine: DuckDBEngine, name: str, question: Question | None = None) -> dict[str, Any]:
    (table,) = values(engine, [MEASURES[name]], question or Question())
    (row,) = table.rows
    return dict(row)


def test_an_unanswered_conversation_counts_for_as_long_as_it_was_watched() -> None:
    # Answered after 10 and 30 minutes; one is still waiting when the brand was last seen, after 20.
    engine = engine_of([*conversation(1, 0, 10), *conversation(2, 0, 30), *conversation(3, 10, None)])
    row = value_of(engine, "first_response_time")
    assert (row["n"], row["answered"]) == (3, 2)
    assert row["median_answered"] == 20.0
    # S = 2/3 at 10 minutes; at 20 one leaves unanswered; the last one is answered at 30: S = 0.
    assert row["value"] == row["km_median"] == 30.0
    assert row["within"]["1h"] == pytest.approx(1.0)


def kaplan_meier(waits: list[tuple[float, bool]], horizon: float) -> float:
    """Share answered by the horizon, one distinct wait after another."""
    waiting = 1.0
    for at in sorted({wait for wait, answered in waits if answered and wait <= horizon}):
        at_risk = sum(wait >= at for wait, _ in waits)
        waiting *= 1 - sum(wait == at and answered for wait, answered in waits) / at_risk
    return 1 - waiting


def km_median(waits: list[tuple[float, bool]]) -> float | None:
    times = sorted({wait for wait, answered in waits if answered})
    return next((at for at in times if kaplan_meier(waits, at) >= 0.5 - 1e-9), None)


waits_of_conversations = st.lists(
    st.tuples(st.integers(0, 3000), st.one_of(st.none(), st.integers(0, 5000))), min_size=1, max_size=25
)


@given(waits_of_conversations)
@settings(max_examples=60, deadline=None)
def test_kaplan_meier_is_what_a_plain_loop_gives(asked: list[tuple[int, int | None]]) -> None:
    messages = [
        row
        for number, (opened, wait) in enumerate(asked, 1)
        for row in conversation(number, opened, None if wait is None else opened + wait)
    ]
    watched = max((row["sent_at"] - START) / timedelta(minutes=1) for row in messages)
    waits = [(float(wait), True) if wait is not None else (watched - opened, False) for opened, wait in asked]
    engine = engine_of(messages)
    row = value_of(engine, "first_response_time")
    assert row["value"] == km_median(waits)
    for name, minutes in (("1h", 60), ("4h", 240), ("24h", 1440), ("72h", 4320)):
        assert row["within"][name] == pytest.approx(kaplan_meier(waits, minutes), abs=1e-9)
    assert value_of(engine, "answered_within_4h")["value"] == pytest.approx(row["within"]["4h"], abs=1e-12)
    answered = [wait for wait, done in waits if done]
    if answered:
        assert row["median_answered"] == pytest.approx(float(np.median(answered)), abs=1e-9)
        assert row["p90_answered"] == pytest.approx(float(np.quantile(answered, 0.9)), abs=1e-9)
    else:
        assert (row["value"], row["reason"] is not None) == (None, True)


def test_the_band_of_the_share_is_greenwoods_on_the_scale_of_log_log() -> None:
    # Ten of twenty answered within the hour, nobody censored before: S = 0.5, sum d/(n(n-d)) = 10/(20*10).
    messages = [row for n in range(1, 21) for row in conversation(n, 0, 30 if n <= 10 else 100)]
    row = value_of(engine_of(messages), "answered_within_1h")
    half = 1.959963984540054 * math.sqrt(10 / (20 * 10)) / abs(math.log(0.5))
    low, high = (1 - 0.5 ** math.exp(sign * half) for sign in (-1, 1))
    assert row["value"] == pytest.approx(0.5)
    assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))
    assert row["hits"] == 10


def test_a_reply_to_a_later_message_is_a_reply_but_not_a_first_response() -> None:
    engine = engine_of(
        [
            message(1, 0, inbound=True),
            message(2, 5, inbound=True),
            message(3, 9, inbound=False, parent=2),
        ]
    )
    assert value_of(engine, "first_response_time")["answered"] == 0
    assert value_of(engine, "first_reply_time")["value"] == 9.0


def test_programs_do_not_answer() -> None:
    engine = engine_of(
        [
            message(1, 0, inbound=True),
            message(2, 1, inbound=False, automatic=True),
            message(3, 8, inbound=False, parent=1),
        ]
    )
    assert value_of(engine, "first_response_time")["value"] == 8.0
    assert value_of(engine, "messages_automatic")["value"] == 1.0
    assert value_of(engine, "messages_out")["value"] == 1.0


def test_several_messages_in_a_row_are_one_wait() -> None:
    engine = engine_of(
        [
            message(1, 0, inbound=True),
            message(2, 4, inbound=True),
            message(3, 10, inbound=False),
            message(4, 20, inbound=True),
            message(5, 25, inbound=False),
            message(6, 27, inbound=False),
            message(7, 30, inbound=True),
        ]
    )
    assert value_of(engine, "average_response_time")["value"] == mean([10, 5])
    later = value_of(engine, "next_response_time")
    assert (later["n"], later["answered"], later["median_answered"]) == (2, 1, 5.0)


def test_handling_chunks_of_three_cases_give_nine_in_all_and_three_on_average() -> None:
    # Conversocial's worked example: A 3, B 2, A 1, C 1, A 1, B 1 minutes.
    chunks = (("A", 3), ("B", 2), ("A", 1), ("C", 1), ("A", 1), ("B", 1))
    numbers = {"A": 1, "B": 2, "C": 3}
    messages = [
        message(
            place,
            place,
            inbound=False,
            parent=None,
            conversation=numbers[case],
            handling_seconds=60.0 * minutes,
        )
        for place, (case, minutes) in enumerate(chunks, 1)
    ]
    row = value_of(engine_of(messages), "handling_time")
    assert (row["n"], row["value"], row["total"]) == (3, 3.0, 9.0)


def test_counts_of_nothing_are_zero_and_all_else_is_absent_with_a_reason() -> None:
    engine = engine_of([message(1, 0, inbound=False)])  # the brand speaks to itself
    for name, measure in MEASURES.items():
        row = value_of(engine, name)
        if name in ("messages_out", "backlog"):
            continue
        if measure.nothing == "zero":
            assert (row["value"], row["reason"]) == (0.0, None), name
        else:
            assert row["value"] is None and row["reason"], name


def test_the_backlog_counts_what_waits_at_the_end_of_each_day() -> None:
    day = 24 * 60
    engine = engine_of(
        [
            *conversation(1, 0, 3 * day),  # waits at the end of Monday, Tuesday, Wednesday
            *conversation(2, day, day + 30),
            *conversation(3, 2 * day, None),  # waits from Wednesday on
            *conversation(4, 9 * day, None),
        ]
    )
    (table,) = values(engine, [MEASURES["backlog"]], Question(by=("day",)))
    waiting = {row["day"]: row["n"] for row in table.rows}
    assert [waiting[date(2025, 3, 3 + n)] for n in range(4)] == [1, 1, 2, 1]
    assert waiting[date(2025, 3, 12)] == 1  # the one of Wednesday began more than 7 days before
    assert rows(engine, MEASURES["backlog"], Question(by=("day",))).num_rows == sum(waiting.values())


@given(waits_of_conversations, st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_business_minutes_are_the_difference_of_two_readings(
    asked: list[tuple[int, int | None]], seed: int
) -> None:
    hours = BusinessHours.parse(_CALENDARS[seed % len(_CALENDARS)])
    messages = [
        row
        for number, (opened, wait) in enumerate(asked, 1)
        for row in conversation(number, opened, None if wait is None else opened + wait)
    ]
    engine = engine_of(messages)
    found = rows(engine, MEASURES["first_response_time"], Question(hours=hours)).to_pylist()
    for row in found:
        opened, wait = asked[row["conversation"] - 1]
        if wait is not None:
            begun = START + timedelta(minutes=opened)
            spans = hours.open_intervals(begun, begun + timedelta(minutes=wait)) if wait else []
            assert row["minutes"] * 60e6 == pytest.approx(sum(int(b - a) for a, b in spans), abs=1)


_CALENDARS = (
    'zone = "Europe/Rome"\n[week]\nmonday = ["09:00-12:00", "13:00-18:00"]\ntuesday = ["22:00-06:00"]\n',
    'zone = "Asia/Jakarta"\nholidays = ["2025-03-04"]\n[week]\n'
    + "\n".join(
        f'{day} = ["08:00-17:00"]' for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    ),
    'zone = "UTC"\n[week]\nmonday = ["00:00-24:00"]\nsunday = ["10:00-11:00"]\n',
)


def test_rows_and_totals_agree_for_every_measure() -> None:
    draw = random.Random(7)
    messages = [
        row
        for number in range(1, 60)
        for row in conversation(
            number,
            draw.randrange(20_000),
            None if draw.random() < 0.2 else 20_000 + draw.randrange(9_000),
            channel=draw.choice(["x", "mastodon"]),
            brand=draw.choice(["one", "two"]),
            tags=draw.choice([None, "service", "noise"]),
            handling_seconds=draw.choice([None, 30.0]),
            sends_elsewhere=draw.random() < 0.3,
            asks_private=draw.random() < 0.3,
        )
    ]
    engine = engine_of(messages)
    for measure in MEASURES.values():
        whole = value_of(engine, measure.name)
        table = rows(engine, measure, Question())
        assert table.num_rows == whole["n"], measure.name
        for keys in (("brand",), ("channel", "month")):
            (parts,) = values(engine, [measure], Question(by=keys))
            if measure.summary != "waiting":
                assert sum(row["n"] for row in parts.rows) == whole["n"], measure.name
        if "hits" in whole and measure.summary == "share":
            assert sum(table["hit"].to_pylist()) == whole["hits"]
        if "total" in whole and whole["n"]:
            assert sum(table["amount"].to_pylist()) == pytest.approx(whole["total"])


def test_since_and_until_cut_by_the_opening() -> None:
    engine = engine_of([*conversation(1, 0, 10), *conversation(2, 60, 70), *conversation(3, 120, 130)])
    question = Question(since=START + timedelta(minutes=60), until=START + timedelta(minutes=120))
    assert value_of(engine, "conversations", question)["n"] == 1


def test_only_requests_when_asked() -> None:
    engine = engine_of(
        [*conversation(1, 0, 10, tags="service,billing"), *conversation(2, 0, 20, tags="noise")]
    )
    assert value_of(engine, "first_response_time", Question(requests_only=True))["value"] == 10.0


def test_the_curve_ends_where_the_shares_end() -> None:
    engine = engine_of([*conversation(1, 0, 10), *conversation(2, 0, 30), *conversation(3, 0, 30)])
    steps = curve(engine, MEASURES["first_response_time"], Question())
    assert steps["minutes"].to_pylist() == [10.0, 30.0]
    assert steps["share"].to_pylist() == [pytest.approx(1 / 3), pytest.approx(1.0)]


def test_an_unknown_measure_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="first_response_time"):
        measure_named("first_respose_time")


# Real conversations: a plain oracle over the CSV, nothing typed in.


@pytest.fixture(scope="module")
def tweets(shared_data: Path) -> dict[str, dict[str, Any]]:
    with gzip.open(shared_data / "twcs-multibrand" / "twcs_multibrand.csv.gz") as raw:
        found = {
            row["tweet_id"]: dict(row) for row in csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8"))
        }
    for row in found.values():
        row["at"] = datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y")
    return found


@pytest.fixture(scope="module")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    store = Store(tmp_path_factory.mktemp("real") / "facts")
    file = shared_data / "twcs-multibrand" / "twcs_multibrand.csv.gz"
    ingest(store, [file], now=datetime(2026, 1, 1, tzinfo=UTC))
    return DuckDBEngine(store.snapshot().files)


def plain_first_responses(tweets: dict[str, dict[str, Any]]) -> dict[str, float | None]:
    """Opening tweet of a customer -> minutes to the earliest agent tweet that answers it."""
    answers = defaultdict(list)
    for row in tweets.values():
        if row["inbound"] == "False":
            answers[row["in_response_to_tweet_id"]].append(row["at"])
    return {
        number: (min(answers[number]) - row["at"]).total_seconds() / 60 if answers[number] else None
        for number, row in tweets.items()
        if row["inbound"] == "True" and not row["in_response_to_tweet_id"]
    }


def test_first_responses_of_real_conversations(real: DuckDBEngine, tweets: dict[str, dict[str, Any]]) -> None:
    found = plain_first_responses(tweets)
    answered = [wait for wait in found.values() if wait is not None]
    row = value_of(real, "first_response_time")
    assert (row["n"], row["answered"]) == (len(found), len(answered)) == (711, 659)
    assert row["median_answered"] == pytest.approx(float(np.median(answered)), rel=1e-12)
    assert row["p90_answered"] == pytest.approx(float(np.quantile(answered, 0.9)), rel=1e-9)


def test_first_responses_of_one_real_brand(real: DuckDBEngine, tweets: dict[str, dict[str, Any]]) -> None:
    (table,) = values(real, [MEASURES["first_response_time"]], Question(by=("brand",)))
    (row,) = (row for row in table.rows if row["brand"] == "comcastcares")
    found = plain_first_responses(tweets)
    first: dict[str, str] = {}
    for answer in sorted(tweets.values(), key=lambda row: row["at"]):
        if answer["inbound"] == "False":
            first.setdefault(answer["in_response_to_tweet_id"], answer["author_id"])
    waits = [wait for n, wait in found.items() if wait is not None and first[n] == "comcastcares"]
    assert row["answered"] == len(waits)
    assert row["median_answered"] == pytest.approx(float(np.median(waits)), rel=1e-12)
