"""From text columns to messages: moments against the standard library, and what cannot be a message."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from careworth.intake.formats._base import Chunk, Rejected
from careworth.intake.formats._columns import to_chunk
from careworth.intake.formats._mapping import ColumnMapping
from careworth.intake.formats._twitter_time import TWITTER_TIME

NEEDED = {name: name for name in ("external_id", "author", "sent_at", "text")}
PLAIN = ColumnMapping(columns=NEEDED, constants={"inbound": "true"})
TWITTER = replace(PLAIN, time_format=TWITTER_TIME)


def chunk_of(rows: list[Mapping[str, str | None]], mapping: ColumnMapping) -> Chunk:
    filled = [{"external_id": str(at), "author": "a", "text": "t", **row} for at, row in enumerate(rows)]
    names = sorted({name for row in filled for name in row} | set(mapping.columns.values()))
    table = pa.table({name: pa.array([row.get(name) for row in filled], pa.string()) for name in names})

    def reject(row: int, reason: str, detail: str) -> Rejected:
        return Rejected(row, reason, detail, b"")

    chunk = to_chunk(mapping, table, reject, b"")
    assert chunk.received == len(rows)
    return chunk


def moments(texts: list[str | None], mapping: ColumnMapping) -> list[datetime | None]:
    """When each text says, None where it became a dead letter."""
    chunk = chunk_of([{"sent_at": text} for text in texts], mapping)
    found: list[datetime | None] = [None] * len(texts)
    for row in chunk.messages.to_pylist():
        found[int(row["external_id"])] = row["sent_at"]
    return found


def slow(text: str, form: str) -> datetime | None:
    try:
        read = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None
    return read if read.year >= 1970 else None


def clocks(first: str, last: str) -> st.SearchStrategy[datetime]:
    """Readings of a clock, to the second, that name no zone."""
    between = st.datetimes(datetime.fromisoformat(first), datetime.fromisoformat(last))
    return between.map(lambda moment: moment.replace(microsecond=0))


TWITTER_TEXTS = clocks("1890-01-01", "9999-12-30").map(lambda moment: moment.strftime(TWITTER_TIME))


@st.composite
def misprinted(draw: st.DrawFn) -> str:
    """A moment with a character or two that are others."""
    text = list(draw(TWITTER_TEXTS))
    for _ in range(draw(st.integers(0, 2))):
        text[draw(st.integers(0, len(text) - 1))] = draw(st.sampled_from("0123459 :+-AbnM/é"))
    return "".join(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(misprinted(), min_size=1, max_size=30))
@example(
    [f"{one} +0000 2017" for one in ("Tue Feb 28 22:10:47", "Tue Feb 29 22:10:47", "Tue Oct 31 24:00:00")]
)
@example(
    [f"{one} +0000 2016" for one in ("Mon Feb 29 00:00:00", "Tue Oct 31 22:60:47", "Tue Oct 31 22:10:60")]
)
@example(
    [f"{one} +0000 2017" for one in ("Tue Oct 00 22:10:47", "Tue Oct  1 22:10:47", "tue oct 31 22:10:47")]
)
@example(
    [f"{one} +0000 2017" for one in ("Xyz Oct 31 22:10:47", "Tue Okt 31 22:10:47", "Tüe Oct 3 22:10:47")]
)
@example([f"Tue Oct 31 22:10:47 {rest}" for rest in ("+0000 0000", "+0100 2017", "-0000 2017", "+0000 1969")])
def test_twitter_times_are_those_of_strptime(texts: list[str]) -> None:
    assert moments(list(texts), TWITTER) == [slow(text.strip(), TWITTER_TIME) for text in texts]


@pytest.mark.parametrize("mapping", [PLAIN, TWITTER, replace(PLAIN, time_format="epoch-seconds")])
def test_no_date_is_not_a_bad_date(mapping: ColumnMapping) -> None:
    chunk = chunk_of([{"sent_at": None}, {"sent_at": ""}, {"sent_at": "soon"}], mapping)
    assert [one.reason for one in chunk.rejected] == ["missing-date", "missing-date", "bad-date"]


ZONES = st.sampled_from(["UTC", "Asia/Jakarta", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
LOCAL = clocks("1971-01-01", "2037-01-01")  # Arrow knows no change of the clocks after 2037
SUMMER, TWICE, NEVER = map(datetime.fromisoformat, ("2023-07-01", "2023-10-29T02:30", "2023-03-26T02:30"))
"""In Berlin the second came twice and the third not at all."""


@settings(max_examples=50, deadline=None)
@given(st.lists(LOCAL, min_size=1, max_size=8), ZONES, st.sampled_from(["T", " "]))
@example([TWICE, SUMMER], "Europe/Berlin", "T")
@example([NEVER, SUMMER], "Europe/Berlin", "T")
def test_times_without_an_offset_are_of_the_zone_of_the_mapping(
    local: list[datetime], zone: str, between: str
) -> None:
    expected = [moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for moment in local]
    assert moments([moment.isoformat(between) for moment in local], replace(PLAIN, zone=zone)) == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(LOCAL, st.none() | st.integers(-14 * 4, 14 * 4)), min_size=1, max_size=8), ZONES)
def test_an_offset_in_the_text_wins_over_the_zone_also_among_others(
    rows: list[tuple[datetime, int | None]], zone: str
) -> None:
    aware = [
        local.replace(tzinfo=ZoneInfo(zone) if offset is None else timezone(timedelta(minutes=15 * offset)))
        for local, offset in rows
    ]
    texts = [
        local.isoformat() if offset is None else moment.isoformat()
        for (local, offset), moment in zip(rows, aware, strict=True)
    ]
    assert moments(list(texts), replace(PLAIN, zone=zone)) == [moment.astimezone(UTC) for moment in aware]


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-30T00:00:00",
        "2023-02-30T00:00:00Z",
        "2023-01-01T25:00:00",
        "2023-01-01T00:00:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-05:00",
        "2023-13-01",
        "yesterday",
        "1509487847",
    ],
)
def test_moments_that_are_not_possible_become_dead_letters(text: str) -> None:
    assert moments([text], PLAIN) == [None]
    beside = moments([text, "2023-05-06T07:08:09Z", "2023-05-06 07:08"], PLAIN)
    assert beside == [None, datetime(2023, 5, 6, 7, 8, 9, tzinfo=UTC), datetime(2023, 5, 6, 7, 8, tzinfo=UTC)]


WHOLE = st.integers(0, 4_000_000_000)


@settings(max_examples=20, deadline=None)
@given(st.lists(WHOLE, min_size=1, max_size=5))
def test_epochs_count_seconds_or_thousandths(seconds: list[int]) -> None:
    expected = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=one) for one in seconds]
    assert moments([str(one) for one in seconds], replace(PLAIN, time_format="epoch-seconds")) == expected
    thousandths = [f"{one}123" for one in seconds]
    found = moments(list(thousandths), replace(PLAIN, time_format="epoch-milliseconds"))
    assert found == [moment + timedelta(milliseconds=123) for moment in expected]


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "1e300", "2023-01-01", "12a"])
def test_epochs_that_are_not_possible_become_dead_letters(text: str) -> None:
    assert moments([text], replace(PLAIN, time_format="epoch-seconds")) == [None]


def test_a_format_of_ones_own_may_name_its_offset() -> None:
    form = replace(PLAIN, time_format="%d.%m.%Y %H:%M %z", zone="Asia/Jakarta")
    assert moments(["06.05.2023 07:08 +0200", "06.05.2023 07:08", "31.04.2023 07:08 +0200"], form) == [
        datetime(2023, 5, 6, 5, 8, tzinfo=UTC),
        None,
        None,
    ]
    short = replace(form, time_format="%d.%m.%Y %H:%M")
    assert moments(["06.05.2023 07:08"], short) == [datetime(2023, 5, 6, 0, 8, tzinfo=UTC)]


def test_the_first_reason_of_a_row_counts_and_no_row_counts_twice() -> None:
    rows: list[Mapping[str, str | None]] = [
        {"external_id": None, "author": "", "sent_at": "soon"},
        {"author": None, "sent_at": None},
        {"external_id": "", "sent_at": "2023-05-06T07:08:09Z"},
        {"sent_at": "2023-05-06T07:08:09Z", "text": None},
    ]
    chunk = chunk_of(rows, PLAIN)
    assert [(one.line, one.reason) for one in chunk.rejected] == [
        (0, "missing-id"),
        (1, "missing-author"),
        (2, "missing-id"),
    ]
    assert chunk.messages.to_pylist()[0]["text"] == ""


GOOD = {"sent_at": "2023-05-06T07:08:09Z"}


def test_direction_comes_from_the_words_of_the_mapping() -> None:
    mapping = replace(
        PLAIN,
        columns={**NEEDED, "inbound": "way"},
        constants={},
        inbound_words=frozenset({"from customer"}),
        outbound_words=frozenset({"to customer"}),
    )
    words = ["from customer", " From Customer ", "to customer", "sideways", "", None]
    chunk = chunk_of([{**GOOD, "way": word} for word in words], mapping)
    assert [row["inbound"] for row in chunk.messages.to_pylist()] == [True, True, False]
    assert [(one.line, one.reason) for one in chunk.rejected] == [(at, "bad-direction") for at in (3, 4, 5)]


def test_without_a_direction_in_the_mapping_it_is_left_open() -> None:
    chunk = chunk_of([dict(GOOD)], replace(PLAIN, constants={}))
    assert chunk.messages.to_pylist()[0]["inbound"] is None


def test_flags_tags_and_times_of_handling() -> None:
    extra = ("private", "automatic", "tags", "handling_minutes", "thread_hint", "channel")
    mapping = replace(PLAIN, columns={**NEEDED, **{name: name for name in extra}})
    rows: list[Mapping[str, str | None]] = [
        {**GOOD, "private": "Yes", "tags": " Service ;Bill|x", "handling_minutes": "1.5", "channel": "mail"},
        {**GOOD, "private": "", "automatic": "1", "tags": "", "handling_minutes": "", "thread_hint": ""},
        {**GOOD, "private": "maybe"},
        {**GOOD, "automatic": "maybe"},
        *({**GOOD, "handling_minutes": text} for text in ("-1", "nan", "soon", "1e999")),
    ]
    chunk = chunk_of(rows, mapping)
    kept = ["private", "automatic", "tags", "handling_seconds", "thread_hint", "channel"]
    assert [[row[name] for name in kept] for row in chunk.messages.to_pylist()] == [
        [True, False, "service,bill,x", 90.0, None, "mail"],
        [False, True, None, None, None, "unknown"],
    ]
    assert [(one.line, one.reason) for one in chunk.rejected] == [
        (2, "bad-private"),
        (3, "bad-automatic"),
        *((at, "bad-handling-time") for at in (4, 5, 6, 7)),
    ]


def test_a_column_of_seconds_is_taken_as_it_is() -> None:
    mapping = replace(PLAIN, columns={**NEEDED, "handling_seconds": "t"})
    chunk = chunk_of([{**GOOD, "t": "90"}, {**GOOD, "t": None}], mapping)
    assert [row["handling_seconds"] for row in chunk.messages.to_pylist()] == [90.0, None]


def test_ids_that_pandas_made_decimals_of_are_whole_again() -> None:
    mapping = replace(PLAIN, columns={**NEEDED, "parent_external_id": "parent", "thread_hint": "hint"})
    rows = [
        {**GOOD, "external_id": "7", "parent": "12.0", "hint": "v2.0"},
        {**GOOD, "external_id": "12.0", "parent": None, "hint": "1.5"},
    ]
    found = chunk_of(rows, mapping).messages.to_pylist()
    assert [row["external_id"] for row in found] == ["7", "12"]
    assert [row["parent_external_id"] for row in found] == ["12", None]
    assert [row["thread_hint"] for row in found] == ["v2.0", "1.5"]
