from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maturity_facts import MONDAY, all_at, conversation, engine_of, message

from careworth.maturity import ITEMS, SCALES, Answer, Answers, MeasuredLevel, assess, measured_levels
from careworth.measures import Question


def levels(**tables: Any) -> dict[str, MeasuredLevel]:
    return measured_levels(engine_of(**tables), Question())


def test_an_empty_record_gives_reasons_and_no_levels() -> None:
    found = levels()
    assert found.keys() == {name for name, item in ITEMS.items() if item.measure is not None}
    assert all(one.level is None and one.value is None and one.reason for one in found.values())


def test_in_channel_first_reply_and_private_by_hand() -> None:
    rows = [
        conversation(
            number,
            sent_elsewhere_at=MONDAY if number < 10 else None,
            moved_private_at=MONDAY if number < 6 else None,
        )
        for number in range(100)
    ]
    found = levels(conversations=rows)
    in_channel, reply = found["in_channel_resolution"], found["answering_first"]
    assert in_channel.value == pytest.approx(0.9) and in_channel.level == 3 and in_channel.n == 100
    assert in_channel.low_value is not None and in_channel.low_value < 0.9
    assert (in_channel.low, in_channel.high) == (2, 3)
    assert reply.value == pytest.approx(20) and reply.level == 3
    assert found["private_messages"].value == pytest.approx(0.06) and found["private_messages"].level == 2


def test_channels_where_half_are_answered_count_as_covered() -> None:
    rows = [conversation(number) for number in range(60)]
    rows += [conversation(100 + n, channel="bluesky", first_reply_at=None) for n in range(40)]
    rows += [conversation(999, channel="rare", first_reply_at=None)]
    found = levels(conversations=rows)["channel_presence"]
    assert (found.value, found.n, found.level) == (0.5, 2, 2)


def test_hand_offs_wait_longer() -> None:
    turns = []
    for number in range(80):
        other = number % 2 == 1
        asked = MONDAY + timedelta(hours=number)
        first = {"conversation": number, "turn": 1, "agent": "A", "asked_at": asked}
        second = {"conversation": number, "turn": 2, "agent": "B" if other else "A", "asked_at": asked}
        turns += [
            {**first, "answered_at": asked + timedelta(minutes=5)},
            {**second, "answered_at": asked + timedelta(minutes=30 if other else 10)},
        ]
    found = levels(turns=turns)["integrations"]
    assert found.value == pytest.approx(3) and found.level == 1 and found.n == 40


def test_a_sign_stands_beside_the_answers_and_does_not_replace_them() -> None:
    sign = MeasuredLevel(measure="handoff_delay", text="", unit="times", steps=(), value=1, level=4, low=4)
    answers = Answers({"integrations": (Answer(1, "x"),), "software": (Answer(0, "x"),)})
    item = next(item for item in assess(answers, {"integrations": sign}).items if item.id == "integrations")
    assert (item.level, item.basis, item.gap) == (1, "answered", -3)
    assert assess(Answers(), {"integrations": sign}).innovation.value is None


def test_measured_replaces_the_answer_and_the_gap_is_shown() -> None:
    measured = MeasuredLevel(
        measure="staff_fit", text="", unit="share", steps=(), value=0.7, level=2, low=1, high=2
    )
    profile = assess(all_at(4, 4), {"staffing_to_volume": measured})
    item = next(item for item in profile.items if item.id == "staffing_to_volume")
    assert (item.level, item.answered, item.gap, item.basis) == (2, 4, 2, "measured")
    assert (item.low, item.high) == (1, 2)


def test_staff_in_the_hours_of_demand_fits_and_staff_at_night_does_not() -> None:
    asked = [message(24 * day + hour, inbound=True) for day in range(28) for hour in range(9, 17)]
    by_day = [
        message(24 * day + hour, inbound=False, agent="A") for day in range(28) for hour in range(9, 17)
    ]
    by_night = [message(24 * day + hour, inbound=False, agent="A") for day in range(28) for hour in range(8)]
    fits, misses = (levels(messages=asked + staff)["staffing_to_volume"] for staff in (by_day, by_night))
    assert fits.value == pytest.approx(1) and fits.level == 4
    assert misses.value == 0 and misses.level == 0


def test_share_by_social_counts_only_the_days_that_both_records_cover() -> None:
    rows = [conversation(number) for number in range(56)]
    engine = engine_of(conversations=rows)
    assert measured_levels(engine, Question())["social_share"].reason is not None
    days = [MONDAY + timedelta(days=7 + number % 14, hours=8) for number in range(252)]
    engine.register(
        "care_contacts",
        pa.table({"channel": ["phone"] * 252, "at": pa.array(days, pa.timestamp("us", "UTC"))}),
    )
    found = measured_levels(engine, Question())["social_share"]
    assert found.n == 252 + 28 and found.value == pytest.approx(0.1) and found.level == 3


@settings(max_examples=10, deadline=None)
@given(
    times=st.integers(2, 5),
    slow=st.integers(0, 60),
    elsewhere=st.integers(0, 60),
    private=st.integers(0, 60),
)
def test_volume_cannot_move_a_score(times: int, slow: int, elsewhere: int, private: int) -> None:
    """The same habits with two to five times the customers: the same values, levels and score."""

    def record(copies: int) -> dict[str, Any]:
        rows, messages = [], []
        for copy in range(copies):
            for number in range(60):
                changed: dict[str, Any] = {}
                if number < slow:
                    changed["first_reply_at"] = MONDAY + timedelta(days=60)
                if number < elsewhere:
                    changed["sent_elsewhere_at"] = MONDAY
                if number < private:
                    changed["moved_private_at"] = MONDAY
                rows.append(conversation(number, **{**changed, "conversation": 1000 * copy + number}))
                messages.append(message(number * 5, inbound=True))
        messages += [message(number * 5, inbound=False, agent="A") for number in range(60)]
        return {"conversations": rows, "messages": messages}

    small, large = levels(**record(1)), levels(**record(times))
    assert {name: one.value for name, one in small.items()} == pytest.approx(
        {name: one.value for name, one in large.items()}
    )
    before, after = assess(all_at(2, 3), small), assess(all_at(2, 3), large)
    assert (before.investment.value, before.innovation.value) == (
        after.investment.value,
        after.innovation.value,
    )
    assert before.quadrant == after.quadrant


def test_levels_count_the_steps_that_are_reached() -> None:
    reply, share = SCALES["first_reply_time"], SCALES["social_share"]
    assert [reply.level(minutes) for minutes in (10_000, 1440, 240, 60, 15)] == [0, 1, 2, 3, 4]
    assert [share.level(one) for one in (0, 0.01, 0.03, 0.1, 0.2)] == [0, 1, 2, 3, 4]
