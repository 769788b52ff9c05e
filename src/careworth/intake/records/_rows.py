"""From columns of text to rows of a table of records, a whole column at a time, with a reason for each
row that cannot be one."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from careworth.facts.records import (
    CUSTOMERS,
    IDENTITIES,
    MARGINS,
    SHARES,
    SUBSCRIPTIONS,
    SURVEYS,
    TRAITS,
    RecordTable,
)
from careworth.facts.schema import MOMENT
from careworth.intake.formats._columns import (
    FALSE,
    TRUE,
    Flags,
    Problems,
    flags,
    moments,
    number,
    present,
    words,
)
from careworth.intake.records._mapping import RecordMapping

Columns = dict[str, pa.Array]


def checked(
    table: RecordTable, mapping: RecordMapping, now: datetime, given: pa.Table
) -> tuple[Columns, Problems]:
    """The columns of ``table`` out of columns of text, and which rows cannot be rows of it.

    Moments after ``now`` are refused: they are slips of the pen.
    """
    problems = Problems(np.zeros(given.num_rows, np.int8), [])
    columns: Columns = {}
    for column in table.given:
        text = _text(column.name, given, mapping)
        if column.required:
            problems.add(
                flags(pc.is_null(text)), f"missing-{_word(column.name)}", f"It has no {column.name}."
            )
        columns[column.name] = _typed(column.name, column.type, text, mapping, problems)
        if column.type == MOMENT:
            late = flags(pc.greater(columns[column.name], pa.scalar(now, MOMENT)))
            problems.add(late, "date-after-today", f"Its {column.name} lies after today.")
    for wrong, reason, detail in _RULES.get(table.name, _no_rules)(columns):
        problems.add(wrong, reason, detail)
    return columns, problems


def given_schema(table: RecordTable) -> pa.Schema:
    """The schema of what files give: all columns but the number of the batch."""
    return pa.schema([table.schema.field(c.name) for c in table.given])


def traits_of(given: pa.Table, rows: pa.RecordBatch, mapping: RecordMapping) -> pa.RecordBatch:
    """The traits that stand in a table of customers: ``given`` are the texts of the good rows."""
    problems = Problems(np.zeros(given.num_rows, np.int8), [])
    known_at = rows["joined_at"]
    if mapping.traits_known_at is not None:
        said = moments(_present_text(given[mapping.traits_known_at]), mapping, problems)
        known_at = pc.coalesce(said, known_at)
    parts = [
        _trait(trait, _present_text(given[column]), rows["customer"], known_at)
        for column, trait in mapping.traits.items()
    ]
    whole = pa.concat_batches(parts)
    return whole.filter(pc.or_(whole["number"].is_valid(), whole["label"].is_valid()))


def _trait(name: str, text: pa.Array, customer: pa.Array, known_at: pa.Array) -> pa.RecordBatch:
    """A column in which every value is a number is one; else its values are words."""
    try:
        numbers, labels = text.cast(pa.float64()), pa.nulls(len(text), pa.string())
    except pa.ArrowInvalid:
        numbers, labels = pa.nulls(len(text), pa.float64()), text
    names = pa.repeat(pa.scalar(name), len(text))
    return pa.RecordBatch.from_arrays(
        [customer, names, known_at, numbers, labels], schema=given_schema(TRAITS)
    )


def _text(name: str, given: pa.Table, mapping: RecordMapping) -> pa.Array:
    if name in mapping.columns:
        return _present_text(given[mapping.columns[name]])
    if name in mapping.constants:
        return pa.repeat(pa.scalar(mapping.constants[name]), given.num_rows)
    return pa.nulls(given.num_rows, pa.string())


def _present_text(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return present(pc.utf8_trim_whitespace(whole.cast(pa.string())))


def _typed(
    name: str, kind: pa.DataType, text: pa.Array, mapping: RecordMapping, problems: Problems
) -> pa.Array:
    if kind == pa.string():
        return text
    if kind == MOMENT:
        return _moment(name, text, mapping, problems)
    if kind == pa.bool_():
        return _flag(name, text, problems)
    values = _numbers(text)
    wrong = flags(pc.is_valid(text)) & ~flags(pc.is_finite(values))
    problems.add(wrong, f"bad-{_word(name)}", f"Its {name} is not a number.")
    if kind == pa.int64():
        whole = flags(pc.equal(pc.round(values), values)) | flags(pc.is_null(values))
        problems.add(~whole, f"bad-{_word(name)}", f"Its {name} is not a whole number.")
        return pc.round(pc.if_else(pa.array(whole), values, pa.scalar(None, pa.float64()))).cast(kind)
    return values


def _moment(name: str, text: pa.Array, mapping: RecordMapping, problems: Problems) -> pa.Array:
    there = flags(pc.is_valid(text))
    if not there.any():
        return pa.nulls(len(text), MOMENT)
    aside = Problems(np.zeros(len(text), np.int8), [])
    read = moments(text, mapping, aside)
    problems.add(there & (aside.reason != 0), "bad-date", f"Its {name} cannot be read as a date.")
    return read


def _flag(name: str, text: pa.Array, problems: Problems) -> pa.Array:
    said = words(text)
    yes = flags(pc.is_in(said, TRUE))
    known = yes | flags(pc.is_in(said, FALSE)) | flags(pc.is_null(text))
    problems.add(~known, f"bad-{_word(name)}", f"Its {name} is neither true nor false.")
    return pa.array(yes, mask=flags(pc.is_null(text)))


def _numbers(text: pa.Array) -> pa.Array:
    try:
        return text.cast(pa.float64())
    except pa.ArrowInvalid:
        return pa.array([number(value, 1.0) for value in text.to_pylist()], pa.float64())


def _word(name: str) -> str:
    return name.removesuffix("_at").replace("_", "-")


Rule = tuple[Flags, str, str]


def _no_rules(columns: Columns) -> Iterator[Rule]:
    yield from ()


def _of_customers(columns: Columns) -> Iterator[Rule]:
    yield (
        flags(pc.less(columns["left_at"], columns["joined_at"])),
        "left-before-joined",
        "It left before it joined.",
    )


def _of_subscriptions(columns: Columns) -> Iterator[Rule]:
    wrong = flags(pc.less(columns["ended_at"], columns["started_at"]))
    yield wrong, "ended-before-started", "It ended before it started."


def _of_identities(columns: Columns) -> Iterator[Rule]:
    p = columns["probability"]
    wrong = flags(pc.or_(pc.less_equal(p, 0.0), pc.greater(p, 1.0)))
    yield wrong, "bad-probability", "Its probability is not above 0 and at most 1."


def _of_traits(columns: Columns) -> Iterator[Rule]:
    both = np.asarray(columns["number"].is_valid()) == np.asarray(columns["label"].is_valid())
    yield both, "bad-value", "It has neither a number nor a label, or both."


def _of_margins(columns: Columns) -> Iterator[Rule]:
    month = columns["month"]
    wrong = flags(pc.not_equal(pc.floor_temporal(month, unit="month"), month))
    yield wrong, "bad-month", "Its month is not the first day of one."


def _of_surveys(columns: Columns) -> Iterator[Rule]:
    kind, score = columns["kind"], columns["score"]
    known = flags(pc.is_in(kind, pa.array(["csat", "nps"])))
    yield ~known, "bad-kind", "Its kind is neither csat nor nps."
    highest = pc.if_else(pc.equal(kind, "nps"), 10.0, 5.0)
    lowest = pc.if_else(pc.equal(kind, "nps"), 0.0, 1.0)
    outside = pc.or_(pc.less(score, lowest), pc.greater(score, highest))
    yield flags(outside), "bad-score", "Its score lies outside the scale: csat 1 to 5, nps 0 to 10."


def _of_shares(columns: Columns) -> Iterator[Rule]:
    known = flags(pc.is_in(columns["sentiment"], pa.array([-1, 0, 1])))
    yield ~known, "bad-sentiment", "Its sentiment is not -1, 0 or 1."


_RULES: Mapping[str, Callable[[Columns], Iterator[Rule]]] = {
    CUSTOMERS.name: _of_customers,
    SUBSCRIPTIONS.name: _of_subscriptions,
    IDENTITIES.name: _of_identities,
    TRAITS.name: _of_traits,
    MARGINS.name: _of_margins,
    SURVEYS.name: _of_surveys,
    SHARES.name: _of_shares,
}
