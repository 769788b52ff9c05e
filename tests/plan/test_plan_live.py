from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from careworth.facts.engines import Engine, open_engine
from careworth.facts.schema import CONVERSATIONS, MESSAGES
from careworth.plan import Component, Goal, Plan, Reading, forecast_at, places, statuses

START = datetime(2025, 1, 1, 12, tzinfo=UTC)
GOAL = Goal("x", unit="points", baseline=10, baseline_on=date(2025, 1, 1), target=20, due=date(2026, 1, 1))


def engine_of(conversations: list[dict[str, Any]], messages: list[dict[str, Any]]) -> Engine:
    engine = open_engine(None, {})
    for table, rows in ((CONVERSATIONS, conversations), (MESSAGES, messages)):
        schema = pa.schema([pa.field(field.name, field.type) for field in table.schema])
        engine.register(table.name, pa.Table.from_pylist(rows, schema=schema))
    return engine


def improving() -> Engine:
    """Thirty conversations a month of 2025; in month m of 12 the first 2 (m + 1) are answered."""
    rows = []
    for month in range(1, 13):
        for number in range(30):
            opened = datetime(2025, month, 1 + number % 28, 12, tzinfo=UTC)
            rows.append(
                {
                    "conversation": 100 * month + number,
                    "channel": "x" if number < 29 else "other",
                    "brand": "@care",
                    "opened_at": opened,
                    "opened_by_customer": True,
                    "first_reply_at": opened + timedelta(minutes=5) if number < 2 * (month + 1) else None,
                    "first_message_at": opened,
                    "last_message_at": opened,
                    "tagged_service": False,
                }
            )
    return engine_of(rows, [])


def status(goal: Goal, engine: Engine | None, today: date) -> Any:
    return statuses(Plan("OGST", goals={"g": goal}), engine, today)[0]


def test_a_goal_on_a_measure_lives() -> None:
    goal = Goal(
        "x",
        unit="share",
        baseline=0.1,
        baseline_on=date(2025, 1, 1),
        target=0.9,
        due=date(2026, 3, 1),
        measure="answered",
        channel="x",
    )
    found = status(goal, improving(), date(2025, 12, 28))
    assert found.value == pytest.approx(26 / 29, abs=0.02) and found.n is not None and found.n < 30
    assert found.progress == pytest.approx((found.value - 0.1) / 0.8)
    assert found.forecast.points == 11
    assert 0.9 < found.forecast.low < found.forecast.value < found.forecast.high < 1
    assert found.forecast.probability > 0.9
    assert found.state == "on track"
    early = status(goal, improving(), date(2025, 3, 20))
    assert early.forecast is None and early.state == "on track" and "too few values" in early.reason


@pytest.mark.parametrize(
    ("values", "today", "state"),
    [
        ([10, 12, 14, 16], date(2025, 5, 1), "on track"),
        ([10, 10, 10.1, 10], date(2025, 5, 1), "off track"),
        ([10, 12, 21], date(2025, 5, 1), "reached"),
        ([10, 12], date(2026, 1, 1), "missed"),
        ([10, 11], date(2025, 9, 1), "at risk"),
        ([10, 19], date(2025, 3, 1), "on track"),
    ],
)
def test_states(values: list[float], today: date, state: str) -> None:
    readings = tuple(Reading(date(2025, 1 + place, 1), value) for place, value in enumerate(values))
    goal = Goal(
        "x",
        unit="points",
        baseline=10,
        baseline_on=date(2025, 1, 1),
        target=20,
        due=date(2026, 1, 1),
        values=readings,
    )
    assert status(goal, None, today).state == state


def test_what_cannot_be_known_has_a_reason() -> None:
    assert status(Goal("x"), None, date(2026, 1, 1)).reason == "the goal has no baseline, target or due day"
    measured = Goal("x", unit="share", baseline=0.1, target=0.2, due=date(2026, 1, 1), measure="answered")
    found = status(measured, None, date(2025, 1, 1))
    assert (found.state, found.value, found.reason) == ("unknown", None, "there are no facts to measure")
    empty = status(measured, engine_of([], []), date(2025, 1, 1))
    assert empty.state == "unknown" and empty.value is None and empty.reason


def test_the_forecast_of_a_straight_line_is_the_line() -> None:
    series = [(date(2025, 1, 1) + timedelta(days=30 * step), 10.0 + step, 1.0) for step in range(6)]
    found = forecast_at(series, GOAL, date(2025, 1, 1) + timedelta(days=300))
    assert found is not None and found.value == pytest.approx(20) and found.high - found.low < 1e-6


def test_the_forecast_of_a_wait_is_never_before_the_question() -> None:
    """Halved every month: 960, 480, ... and at the due day, ten months on, 960 / 2^10 minutes."""
    series = [(date(2025, 1, 1) + timedelta(days=30 * step), 960 / 2**step, 50.0) for step in range(6)]
    goal = Goal("x", unit="minutes", baseline=960, target=5, due=date(2026, 1, 1), measure="first_reply_time")
    found = forecast_at(series, goal, date(2025, 1, 1) + timedelta(days=300))
    assert found is not None and found.value == pytest.approx(960 / 2**10, abs=0.1)
    assert 0 < found.low < found.value < found.high and found.probability > 0.99


def test_the_forecast_interval_holds_eight_in_ten() -> None:
    """Noise around a line, asked ten steps on, where the truth is known: 600 draws, standard error 0.016."""
    random = np.random.default_rng(5)
    inside = 0
    for _ in range(600):
        noise = random.normal(0, 1, 9)
        series = [
            (date(2025, 1, 1) + timedelta(days=30 * step), 5 + step + noise[step], 1.0) for step in range(8)
        ]
        goal = Goal("x", baseline=5, target=20, due=date(2026, 1, 1))
        found = forecast_at(series, goal, date(2025, 1, 1) + timedelta(days=300))
        assert found is not None
        inside += found.low <= 15 + noise[8] <= found.high
    assert abs(inside / 600 - 0.8) < 0.05


def talk(kinds: list[str]) -> Engine:
    """One conversation a kind: 'care' a question and its answer, 'peer' one more by another customer,
    'post' a lone outbound message."""
    conversations, messages = [], []
    for number, kind in enumerate(kinds):
        first = 10 * number
        sent = {
            "conversation": number,
            "channel": "x",
            "brand": "@care",
            "sent_at": START,
            "automatic": False,
        }
        conversations.append(
            {"conversation": number, "channel": "x", "brand": "@care", "contact": f"c{number}"}
        )
        if kind == "post":
            messages.append({**sent, "message": first, "author": "@care", "inbound": False})
            continue
        messages.append({**sent, "message": first, "author": f"c{number}", "inbound": True})
        answer = {**sent, "message": first + 1, "parent": first}
        by_peer = kind == "peer"
        messages.append({**answer, "author": "p" if by_peer else "@care", "inbound": by_peer})
    return engine_of(conversations, messages)


PLAN = Plan(
    "OGST", components={"page": Component("brand_profile", channel="x"), "crm": Component("social_crm")}
)


def test_places_on_the_continuum_by_hand() -> None:
    """40 'care' with two company edges each, 40 'peer' with one of each kind, 30 'post' with one:
    120 company, 40 customer, 30 broadcast of 190."""
    page, crm = places(talk(["care"] * 40 + ["peer"] * 40 + ["post"] * 30), PLAN)
    assert page.position == pytest.approx((120 / 3 + 40 * 2 / 3 + 30) / 190)
    assert page.low < page.position < page.high and page.nearest == "community"
    assert crm.position is None and "no channel" in str(crm.reason)


def test_identified_members_move_a_place_to_social_crm() -> None:
    engine = talk(["care"] * 60)
    assert places(engine, PLAN)[0].position == pytest.approx(1 / 3)
    engine.register(
        "identities",
        pa.table(
            {
                "channel": ["x"] * 30,
                "contact": [f"c{n}" for n in range(30)],
                "customer": ["k"] * 30,
                "probability": [0.9] * 30,
            }
        ),
    )
    page = places(engine, PLAN)[0]
    assert (page.identified, page.position) == (0.5, pytest.approx(1 / 6))


def test_a_place_is_stable_and_a_small_record_has_none() -> None:
    kinds = ["care"] * 200 + ["peer"] * 100
    once, again = places(talk(kinds), PLAN)[0], places(talk(kinds[::2]), PLAN)[0]
    assert once.position is not None and again.position is not None
    assert again.low is not None and again.high is not None
    assert again.low <= once.position <= again.high
    assert once == places(talk(kinds), PLAN)[0]
    assert "only 10" in str(places(talk(["care"] * 10), PLAN)[0].reason)
