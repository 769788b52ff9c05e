"""Measures that stand on labels: the corrected count against its Python form, the rest by hand."""

from dataclasses import astuple
from typing import Any

import pyarrow as pa
import pytest
from facts_by_hand import conversation, engine_of
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.enrich.correct import corrected_share
from careworth.enrich.quality import Quality
from careworth.facts.engines import DuckDBEngine
from careworth.facts.schema import LABEL_ERRORS, LABELS
from careworth.measures import MEASURES, Question, rows, values

VERSION = "a:1"


def label(message: int, **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "message": message,
        "version": VERSION,
        "language": "en",
        "kind": "noise",
        "tier": 2,
        "sentiment": "neutral",
        "topic": None,
        "topic_probability": None,
        **dict.fromkeys(("rtl", "names_brand", "personal"), False),
    }
    probabilities = {name: 0.1 for name in LABELS.schema.names if name.endswith("probability")}
    return probabilities | row | changes


def labelled(
    messages: list[dict[str, Any]], labels: list[dict[str, Any]], errors: Quality | None = None
) -> DuckDBEngine:
    engine = engine_of(messages)
    engine.run("drop view if exists labels")
    engine.register("labels", pa.Table.from_pylist(labels, schema=LABELS.schema))
    if errors is not None:
        row = (VERSION, "by hand", *astuple(errors))
        names = LABEL_ERRORS.schema.names
        table = pa.Table.from_pylist([dict(zip(names, row, strict=True))], schema=LABEL_ERRORS.schema)
        engine.register("label_errors", table)
    return engine


def value_of(engine: DuckDBEngine, name: str) -> dict[str, Any]:
    (table,) = values(engine, [MEASURES[name]], Question())
    (row,) = table.rows
    return dict(row)


counts = st.integers(0, 60)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 6), st.integers(0, 6), st.integers(0, 8), st.integers(0, 8), counts, counts, counts, counts
)
def test_requests_are_those_tagged_and_the_corrected_rest(
    service: int, other: int, called: int, left: int, a: int, b: int, c: int, d: int
) -> None:
    tags = ["service"] * service + ["other"] * other + [None] * (called + left)
    messages = [row for i, tag in enumerate(tags, 1) for row in conversation(i, i, None, tags=tag)]
    kinds = ["noise"] * (service + other) + ["service"] * called + ["noise"] * left
    labels = [label(10 * i, kind=kind) for i, kind in enumerate(kinds, 1)]
    row = value_of(labelled(messages, labels, Quality(a, b, c, d)), "requests")
    assert row["n"] == len(tags)
    if called + left == 0:
        expected = (service, service, service) if tags else (None, None, None)
    else:
        share = corrected_share(called, called + left, Quality(a, b, c, d))
        ends = (share.value, share.low, share.high)
        expected = tuple(None if end is None else service + end * (called + left) for end in ends)
    found = (row["value"], row["low"], row["high"])
    assert found == pytest.approx(expected, abs=1e-9)
    assert (row["reason"] is None) == (row["value"] is not None)
    if tags:
        assert (row["hits"], row["known"]) == (service + called, service + other)


def test_without_labels_there_is_no_count() -> None:
    engine = labelled(conversation(1, 0, 5), [])
    assert value_of(engine, "requests")["value"] is None
    assert value_of(engine, "service_share")["reason"] == "no message has labels: careworth label gives them"


def test_shares_are_of_messages_by_contacts() -> None:
    messages = [row for i in range(1, 5) for row in conversation(i, i, i + 1)]
    kinds = ("service", "service", "marketing", "noise")
    labels = [label(10 * i, kind=kind, urgent_probability=0.9 / i) for i, kind in enumerate(kinds, 1)]
    labels += [label(10 * i + 1, kind="service") for i in range(1, 5)]  # the brand's own words
    engine = labelled(messages, labels)
    found = [
        value_of(engine, f"{name}_share")["value"] for name in ("service", "marketing", "noise", "urgent")
    ]
    assert found == [0.5, 0.25, 0.25, 0.25]
    behind = rows(engine, MEASURES["service_share"], Question())
    assert behind["labels"].to_pylist() == [VERSION] * 4


def test_sentiment_of_the_first_and_the_last_message() -> None:
    messages = [
        *conversation(1, 0, 5),
        {**conversation(1, 9, None)[0], "message": 12, "external_id": "12", "parent": 11},
        *conversation(2, 0, 5),
    ]
    labels = [
        label(10, sentiment="negative"),
        label(11, sentiment="positive"),
        label(12, sentiment="positive"),
        label(20, sentiment="negative"),
    ]
    engine = labelled(messages, labels)
    names = ("sentiment_at_start", "sentiment_at_end", "sentiment_change")
    assert [value_of(engine, name)["value"] for name in names] == [-1.0, 1.0, 2.0]
    assert value_of(engine, "sentiment_change")["n"] == 1


def test_values_name_the_version_of_the_labels() -> None:
    engine = labelled(conversation(1, 0, 5), [label(10)])
    by_labels, plain = values(engine, [MEASURES["noise_share"], MEASURES["conversations"]], Question())
    assert by_labels.to_json()["labels"] == [VERSION]
    assert "labels" not in plain.to_json()
