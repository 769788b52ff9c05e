"""Conversations and turns of a few messages whose facts can be told by looking at them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from careworth.facts.derive import DERIVED, derive
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import CONVERSATIONS, MESSAGES, TURNS

NOON = datetime(2023, 5, 6, 12, tzinfo=UTC)


def message(
    number: int, minute: int, inbound: bool, parent: int | None = None, **more: Any
) -> dict[str, Any]:
    usual = {
        "message": number,
        "conversation": 1,
        "parent": parent,
        "channel": "x",
        "external_id": str(number),
        "author": "ann" if inbound else "Acme",
        "brand": None if inbound else "Acme",
        "inbound": inbound,
        "sent_at": NOON + timedelta(minutes=minute),
        "text": "",
        "batch": 1,
    }
    flags = dict.fromkeys(("private", "automatic", "asks_private", "sends_elsewhere"), False)
    return {**usual, **flags, **more}


def engine_of(folder: Path, *messages: dict[str, Any]) -> DuckDBEngine:
    path = folder / "messages.parquet"
    pq.write_table(pa.Table.from_pylist(list(messages), schema=MESSAGES.schema), path)
    return DuckDBEngine({"messages": (str(path),)})


def derived(folder: Path, table: Any, *messages: dict[str, Any]) -> list[dict[str, Any]]:
    engine, path = engine_of(folder, *messages), folder / "derived.parquet"
    rows = derive(engine, table, None, path)
    engine.close()
    made = pq.ParquetFile(path).read()
    assert (made.num_rows, made.schema.names) == (rows, table.schema.names)
    assert made.cast(table.schema).num_rows == rows
    return sorted(made.to_pylist(), key=lambda row: (row["conversation"], row.get("turn", 0)))


def conversation(folder: Path, *messages: dict[str, Any]) -> dict[str, Any]:
    (row,) = derived(folder, CONVERSATIONS, *messages)
    return row


def after(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_automatic_replies_are_no_response(tmp_path: Path) -> None:
    row = conversation(
        tmp_path,
        message(1, 0, True),
        message(2, 1, False, 1, automatic=True, author="bot"),
        message(3, 4, False, 2),
        message(4, 9, False, 1, agent="AB"),
    )
    assert (row["first_reply_at"], row["first_response_at"]) == (after(4), after(9))
    assert (row["messages"], row["inbound"], row["outbound"], row["automatic"]) == (4, 1, 2, 1)
    assert row["last_outbound_at"] == after(9)
    assert row["agent"] == "Acme"


def test_where_nothing_links_replies_the_next_message_of_the_brand_answers(tmp_path: Path) -> None:
    row = conversation(tmp_path, message(1, 0, True), message(2, 3, False), message(3, 8, False))
    assert (row["opening"], row["first_response_at"]) == (1, after(3))


def test_an_answer_before_its_opening_is_none(tmp_path: Path) -> None:
    row = conversation(tmp_path, message(1, 5, True), message(2, 3, False, 1), message(3, 9, False, 2))
    assert (row["first_response_at"], row["first_reply_at"]) == (None, after(9))
    assert (row["opened_at"], row["first_message_at"]) == (after(5), after(3))


def test_a_brand_that_speaks_first_opens_but_does_not_answer_itself(tmp_path: Path) -> None:
    row = conversation(tmp_path, message(1, 0, False), message(2, 2, True, 1), message(3, 5, False, 2))
    assert (row["opened_by_customer"], row["contact"]) == (False, None)
    assert (row["first_response_at"], row["first_reply_at"]) == (None, after(5))


def test_of_two_openings_at_the_same_time_the_first_received_opens(tmp_path: Path) -> None:
    row = conversation(tmp_path, message(2, 0, True, author="bob"), message(1, 0, True, author="ann"))
    assert (row["opening"], row["contact"]) == (1, "ann")


def test_without_an_opening_what_it_tells_is_absent(tmp_path: Path) -> None:
    row = conversation(tmp_path, message(1, 0, True, 77, brand="Acme"), message(2, 5, False, 1))
    told_by_it = ("opening", "opened_at", "opened_by_customer", "opened_in_private", "contact", "agent")
    assert [row[name] for name in (*told_by_it, "first_response_at", "first_reply_at")] == [None] * 8
    assert (row["brand"], row["messages"]) == ("Acme", 2)


@pytest.mark.parametrize(
    ("messages", "brand"),
    [
        ([message(1, 0, True, brand="Beta"), message(2, 1, False, 1)], "Acme"),
        ([message(1, 0, True, brand="Beta"), message(2, 1, False, 1, automatic=True)], "Beta"),
        ([message(1, 0, True), message(2, 1, True, 1, brand="Beta")], "Beta"),
        ([message(1, 0, True)], None),
    ],
)
def test_the_brand_is_who_answered_else_who_was_addressed(
    tmp_path: Path, messages: list[dict[str, Any]], brand: str | None
) -> None:
    assert conversation(tmp_path, *messages)["brand"] == brand


def test_where_a_talk_goes(tmp_path: Path) -> None:
    row = conversation(
        tmp_path,
        message(1, 0, True),
        message(2, 2, False, 1, sends_elsewhere=True),
        message(3, 4, False, 1, asks_private=True),
        message(4, 3, True, 1, private=True),
    )
    assert (row["moved_private_at"], row["sent_elsewhere_at"]) == (after(3), after(2))
    private = conversation(tmp_path, message(1, 0, True, private=True), message(2, 1, False, 1, private=True))
    assert (private["opened_in_private"], private["moved_private_at"]) == (True, None)


def test_tags_and_handling(tmp_path: Path) -> None:
    row = conversation(
        tmp_path,
        message(1, 0, True, tags="selfservice,praise", handling_seconds=30.0),
        message(2, 1, False, 1, tags="service", handling_seconds=12.5),
        message(3, 2, False, 1),
    )
    assert (row["tagged"], row["tagged_service"], row["handling_seconds"]) == (True, False, 42.5)
    row = conversation(
        tmp_path, message(1, 0, True, tags="praise,service"), message(2, 1, False, 1, tags="x")
    )
    assert (row["tagged"], row["tagged_service"], row["handling_seconds"]) == (True, True, None)
    assert not conversation(tmp_path, message(1, 0, True), message(2, 1, False, 1, tags="x"))["tagged"]


def test_turns_pass_from_contact_to_brand_and_back(tmp_path: Path) -> None:
    rows = derived(
        tmp_path,
        TURNS,
        message(1, 0, False),
        message(2, 1, True, 1),
        message(3, 2, True, 1),
        message(4, 3, False, 3, automatic=True),
        message(5, 4, False, 3, agent="AB"),
        message(6, 5, False, 3, agent="CD"),
        message(7, 6, True, 6),
        message(8, 0, True, conversation=8),
    )
    assert [list(row.values()) for row in rows] == [
        [1, 1, "AB", 2, after(1), after(4)],
        [1, 2, None, 7, after(6), None],
        [8, 1, None, 8, after(0), None],
    ]


@pytest.mark.parametrize("table", DERIVED, ids=lambda table: table.name)
def test_only_what_was_touched_is_made_anew(tmp_path: Path, table: Any) -> None:
    before, after_ = tmp_path / "before.parquet", tmp_path / "after.parquet"
    derive(engine_of(tmp_path, message(1, 0, True), message(2, 0, True, conversation=2)), table, None, before)
    more = (message(1, 1, True, author="another"), message(2, 1, True, conversation=2, author="another"))
    path = tmp_path / "messages.parquet"
    pq.write_table(pa.Table.from_pylist(list(more), schema=MESSAGES.schema), path)
    engine = DuckDBEngine({"messages": (str(path),), table.name: (str(before),)})
    derive(engine, table, pa.table({"conversation": pa.array([2, 77], pa.int64())}), after_)
    engine.close()
    column = "opened_at" if table is CONVERSATIONS else "asked_at"
    rows = sorted(
        pq.ParquetFile(after_).read(["conversation", column]).to_pylist(), key=lambda row: row["conversation"]
    )
    assert rows == [{"conversation": 1, column: after(0)}, {"conversation": 2, column: after(1)}]
