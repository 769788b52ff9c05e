"""From the answer of an engine to rows with the names and the order that users see.

Whole columns at a time, and without pyarrow.compute, whose import takes longer than what it would save: an
answer by brand and day has tens of thousands of rows.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from careworth.measures._plan import KEYS, Question
from careworth.measures.catalogue import Measure

HORIZONS = ("1h", "4h", "24h", "72h")
_COUNTS = ("answered", "hits", "known")
_FIGURES = ("total", "median_answered", "p90_answered", "mean_answered", "km_median")


def rows_of(answer: pa.Table, measure: Measure, question: Question) -> list[dict[str, Any]]:
    """One dict a group, sorted by the keys, what is unknown last."""
    if "ends_on" in answer.column_names and question.period is not None:
        names = [question.period if name == "ends_on" else name for name in answer.column_names]
        answer = answer.rename_columns(names)
    columns = dict(_columns(answer, measure, question))
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    order = _order([columns[key] for key in question.by], len(rows))
    return [rows[place] for place in order]


def _order(keys: list[list[Any]], count: int) -> list[int]:
    """The places of the rows, sorted by their keys."""
    if not keys:
        return list(range(count))
    if any(None in key for key in keys):
        keys = [[(value is None, value) for value in key] for key in keys]
    return sorted(range(count), key=list(zip(*keys, strict=True)).__getitem__)


def _columns(answer: pa.Table, measure: Measure, question: Question) -> Iterator[tuple[str, list[Any]]]:
    known = set(answer.column_names)
    nothing: list[Any] = [None] * answer.num_rows
    for key in KEYS:
        if key in question.by:
            yield key, _plain(answer[key])
    count, value = _whole(answer["n"]), answer["value"].to_pylist()
    yield "n", count
    yield "value", value
    for name in ("low", "high"):
        yield name, answer[name].to_pylist() if name in known else nothing
    yield "reason", [None if v is not None else reason(measure, n) for v, n in zip(value, count, strict=True)]
    for name in _COUNTS:
        if name in known:
            yield name, _whole(answer[name])
    for name in _FIGURES:
        if name in known:
            yield name, answer[name].to_pylist()
    if "within_1h" in known:
        shares = zip(*(answer[f"within_{horizon}"].to_pylist() for horizon in HORIZONS), strict=True)
        one, two, three, four = HORIZONS  # written out: four times as fast as dict(zip())
        yield "within", [{one: a, two: b, three: c, four: d} for a, b, c, d in shares]


def _plain(column: pa.ChunkedArray) -> list[Any]:
    """Days by their numbers: pyarrow takes eight times as long for each."""
    if column.type != pa.date32():
        return list(column.to_pylist())
    numbers = (number for chunk in column.chunks for number in chunk.view(pa.int32()).to_pylist())
    return [None if number is None else date.fromordinal(_EPOCH + number) for number in numbers]


_EPOCH = date(1970, 1, 1).toordinal()


def _whole(column: pa.ChunkedArray) -> list[int]:
    """Counts as integers, whatever the engine adds them up in; the sum of nothing is 0."""
    return [int(count or 0) for count in column.to_pylist()]


def reason(measure: Measure, n: int) -> str:
    """Why a group of ``n`` has no value."""
    if n == 0:
        if measure.name == "handling_time":
            return "no handling time was measured: map a column to handling_minutes"
        if measure.by_labels:
            return "no message has labels: careworth label gives them"
        return "there is nothing to measure"
    if measure.summary == "corrected":
        return "the labels are no better than chance, or nobody has judged how good they are"
    if measure.summary == "duration":
        return "fewer than half were answered while they were watched"
    return "none of them was answered"


def nothing_at_all(measure: Measure) -> Mapping[str, Any]:
    """The one row of an answer without groups, where there is nothing to count."""
    value = 0.0 if measure.nothing == "zero" else None
    return {
        "n": 0,
        "value": value,
        "low": None,
        "high": None,
        "reason": reason(measure, 0) if value is None else None,
    }
