"""The declared truth against what the rows say, counted here in another way."""

import json
from collections import Counter
from datetime import UTC, datetime
from math import sqrt
from statistics import median

import numpy as np
import pytest

from careworth.measures.hours import BusinessHours
from careworth.simulate import CareYear

Row = dict[str, str]
SIGMAS = 5


def at(row: Row) -> datetime:
    return datetime.fromisoformat(row["sent_at"])


def close(share: float, true: float, n: int) -> bool:
    """Within sampling error: n independent looks at something with this true share."""
    return abs(share - true) <= SIGMAS * sqrt(true * (1 - true) / n)


def tagged(talk: list[Row]) -> bool:
    return any(row["tags"] for row in talk)


def first_request(talk: list[Row]) -> Row | None:
    asks = [row for row in talk if row["direction"] == "inbound" and "service" in row["tags"].split(",")]
    return asks[0] if asks else None


def wait_hours(talk: list[Row]) -> float | None:
    """From the first request to the first answer of a person after it."""
    request = first_request(talk)
    assert request is not None
    answers = [row for row in talk if row["agent"] and at(row) > at(request)]
    return (at(answers[0]) - at(request)).total_seconds() / 3600 if answers else None


@pytest.fixture(scope="module")
def asked(talks: list[list[Row]]) -> list[list[Row]]:
    """Requests that somebody tagged: a random part of all requests."""
    return [talk for talk in talks if first_request(talk)]


def test_counts_of_the_whole_file(care_year: CareYear, sound_rows: list[Row], talks: list[list[Row]]) -> None:
    true = care_year.truth
    assert true.messages == len(sound_rows)
    assert true.year.conversations == sum(any(r["direction"] == "inbound" for r in talk) for talk in talks)


def test_share_of_requests(care_year: CareYear, talks: list[list[Row]], asked: list[list[Row]]) -> None:
    looked_at = [t for t in talks if tagged(t) and any(r["direction"] == "inbound" for r in t)]
    true = care_year.truth.year
    assert true.request_share == true.requests / true.conversations
    # the share of conversations without any tag is 6 %; only these are the sampling
    assert abs(len(asked) / len(looked_at) - true.request_share) < SIGMAS * sqrt(0.06 * 0.25 / len(looked_at))


def test_waits_of_each_quarter(care_year: CareYear, asked: list[list[Row]]) -> None:
    for name, true in care_year.truth.quarters.items():
        mine = [t for t in asked if (at(first_request(t)).month - 1) // 3 + 1 == int(name[-1])]
        waits = [wait_hours(talk) for talk in mine]
        assert abs(len(mine) / true.requests - 0.94) < 0.04
        for hours, share in true.answered_within.items():
            seen = sum(wait is not None and wait <= int(hours) for wait in waits) / len(waits)
            assert close(seen, share, len(waits)), (name, hours)
        below = sum(wait is not None and wait <= true.median_wait_hours for wait in waits) / len(waits)
        assert close(below, 0.5, len(waits)), name
        answered = [wait for wait in waits if wait is not None]
        assert close(len(answered) / len(waits), true.answered_share, len(waits)), name
        lower = sum(wait <= true.median_wait_answered_hours for wait in answered) / len(answered)
        assert close(lower, 0.5, len(answered)), name


def test_waits_on_the_clock_of_the_calendar(care_year: CareYear, asked: list[list[Row]]) -> None:
    calendar = BusinessHours.load(care_year.hours)
    segments = calendar.segments(at(asked[0][0]), datetime(2026, 1, 1, tzinfo=UTC))

    def reading(row: Row) -> float:
        return int(calendar.reading(np.array([int(at(row).timestamp()) * 1_000_000]), segments)[0])

    for name, true in care_year.truth.quarters.items():
        minutes = []
        for talk in asked:
            request = first_request(talk)
            if (at(request).month - 1) // 3 + 1 == int(name[-1]):
                answers = [row for row in talk if row["agent"] and at(row) > at(request)]
                waited = (reading(answers[0]) - reading(request)) / 60e6 if answers else np.inf
                minutes.append(waited)
        below = np.mean(np.array(minutes) <= true.median_open_wait_minutes)
        assert close(below, 0.5, len(minutes)), name


def test_moves_to_private_are_counted_exactly(care_year: CareYear, talks: list[list[Row]]) -> None:
    moved = 0
    for talk in talks:
        inbound = [row for row in talk if row["direction"] == "inbound"]
        moved += {row["private"] for row in inbound} == {"true", "false"}
    assert moved == care_year.truth.year.moved_to_private
    assert 0.15 < care_year.truth.year.moved_to_private_share < 0.35


def test_sent_out_of_channel(care_year: CareYear, asked: list[list[Row]]) -> None:
    true = care_year.truth.year
    answered = [talk for talk in asked if wait_hours(talk) is not None]
    signs = ("+1 202 555 0142", "contracts@example.com", " shop with your identity", "kartu identitas")
    sent = [any(r["agent"] and any(sign in r["text"] for sign in signs) for r in talk) for talk in answered]
    assert close(sum(sent) / len(sent), true.sent_out_of_channel_share, len(sent))
    assert true.sent_out_of_channel_share == true.sent_out_of_channel / true.answered


def test_greetings_and_thanks_are_counted(care_year: CareYear, talks: list[list[Row]]) -> None:
    greeted = sum(any(row["automatic"] == "true" for row in talk) for talk in talks)
    assert greeted == care_year.truth.year.greeted
    assert 0 < care_year.truth.year.thanked < care_year.truth.year.answered


def test_answered_as_often_as_the_parameters_say(care_year: CareYear) -> None:
    content = json.loads(care_year.truth_file.read_text(encoding="utf-8"))
    quarter = care_year.truth.quarters["2025-Q3"]  # no incident, evening shift all the time
    assert close(quarter.answered_share, content["parameters"]["answered_after"], quarter.requests)
    assert content["values"]["quarters"]["2025-Q3"]["answered_share"] == quarter.answered_share


def test_the_evening_shift_is_what_changed(care_year: CareYear) -> None:
    before, after = care_year.truth.quarters["2025-Q2"], care_year.truth.quarters["2025-Q3"]
    assert after.median_wait_hours < before.median_wait_hours / 2
    assert after.answered_within["1"] > before.answered_within["1"] + 0.1
    assert before.median_wait_answered_hours < before.median_wait_hours


def test_growth_in_the_second_half(care_year: CareYear) -> None:
    content = json.loads(care_year.truth_file.read_text(encoding="utf-8"))
    bursts = {"2025-Q1": 0.03, "2025-Q2": 0.04, "2025-Q3": 0.0, "2025-Q4": 0.04}
    assert [i["share"] for i in content["parameters"]["incidents"]] == [0.03, 0.04, 0.04]
    calm = {n: q.conversations - 6000 * bursts[n] for n, q in care_year.truth.quarters.items()}
    assert calm["2025-Q4"] > calm["2025-Q3"] > 0.98 * calm["2025-Q1"]
    # the weight rises in a straight line by 35 % over the second half: 1.2625 in its second half
    assert calm["2025-Q4"] / calm["2025-Q1"] == pytest.approx(1.2625 * 92 / 90, rel=0.12)


def test_incidents_are_bursts(care_year: CareYear, sound_rows: list[Row]) -> None:
    tagged_rows = [row for row in sound_rows if "incident" in row["tags"].split(",")]
    days = Counter(at(row).date().isoformat() for row in tagged_rows if row["direction"] == "inbound")
    assert set(days) == {"2025-02-18", "2025-05-14", "2025-10-09"}
    everyday = median(Counter(at(row).date() for row in sound_rows).values())
    assert min(days.values()) > everyday


def test_conversations_are_believable(talks: list[list[Row]], asked: list[list[Row]]) -> None:
    replied = [talk for talk in asked if wait_hours(talk) is not None]
    lengths = [len(talk) for talk in replied if talk[0]["direction"] == "inbound"]
    assert min(lengths) == 2
    assert max(lengths) == 12
    several = sum(len({row["agent"] for row in talk if row["agent"]}) > 1 for talk in replied)
    assert 0.05 < several / len(replied) < 0.4
    agents = Counter(row["agent"] for talk in talks for row in talk if row["agent"])
    assert len(agents) == 9
    twice = [t for t in asked if len(t) > 1 and t[1]["direction"] == "inbound" and not t[1]["agent"]]
    assert len(twice) > 0.1 * len(asked)
    opened_by_brand = [talk for talk in talks if talk[0]["direction"] == "outbound"]
    assert len(opened_by_brand) == 120
    assert any(first_request(talk) for talk in opened_by_brand)


def test_late_evenings_belong_to_the_evening_shift(sound_rows: list[Row]) -> None:
    late = {row["agent"] for row in sound_rows if row["agent"] and at(row).hour >= 19}
    assert late == {"MY", "FH", "AZ"}
    assert min(at(row) for row in sound_rows if row["agent"] and at(row).hour >= 19).month == 7


def test_weekly_and_daily_rhythm(sound_rows: list[Row]) -> None:
    inbound = [at(row) for row in sound_rows if row["direction"] == "inbound" and not row["in_reply_to"]]
    by_weekday = Counter(moment.weekday() for moment in inbound)
    assert min(by_weekday[day] for day in range(5)) > max(by_weekday[5], by_weekday[6])
    by_hour = Counter(moment.hour for moment in inbound)
    assert by_hour[3] < by_hour[10] / 5
