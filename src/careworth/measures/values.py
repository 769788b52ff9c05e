"""Ask measures: numbers with their definition, and the rows behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from careworth.facts.engines import Engine
from careworth.measures._answers import nothing_at_all, rows_of
from careworth.measures._periods import ends_of_periods, micros
from careworth.measures._plan import EVERYTHING, Question, rows_sql, value_sql
from careworth.measures.catalogue import Measure
from careworth.measures.hours import BusinessHours


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """The values of one measure, one row a group.

    Every row has the keys asked for, ``n``, ``value``, ``low``, ``high`` (95 %) and, where there is no value,
    a ``reason``; waits also have ``answered``, ``median_answered`` and others.
    """

    measure: Measure
    question: Question
    rows: tuple[Mapping[str, Any], ...]
    labels: tuple[str, ...] = ()
    """The version of the labels that the values stand on, for measures that do."""

    def to_json(self) -> dict[str, Any]:
        """What ``measures --json`` prints. Days stay days, for the encoder to write: rows can be many."""
        return {
            "measure": self.measure.name,
            "definition": self.measure.definition,
            "text": self.measure.text,
            "unit": self.measure.unit,
            "better": self.measure.better,
            **({"labels": list(self.labels)} if self.measure.by_labels else {}),
            "rows": self.rows,
        }


def values(engine: Engine, measures: Sequence[Measure], question: Question) -> list[MeasureTable]:
    """The values of some measures over the facts an engine holds."""
    _prepare(engine, measures, question)
    labels = _labels(engine) if any(measure.by_labels for measure in measures) else ()
    return [_values(engine, measure, question, labels if measure.by_labels else ()) for measure in measures]


def rows(engine: Engine, measure: Measure, question: Question) -> pa.Table:
    """The very rows that a value counts, oldest first."""
    _prepare(engine, [measure], question)
    table = engine.query(engine.dialect.render(rows_sql(measure, question)))
    hidden = {EVERYTHING, "watched_until", "ends_us"}
    return table.select([name for name in table.column_names if name not in hidden])


def curve(engine: Engine, measure: Measure, question: Question) -> pa.Table:
    """The Kaplan-Meier curve of a measure of waits: minutes, share answered by then, low, high (95 %).

    One curve for all: the keys of the question are not looked at.
    """
    whole = replace(measure, summary="curve")
    together = replace(question, by=())
    _prepare(engine, [whole], together)
    table = engine.query(sql(engine, whole, together))
    return table.select(["minutes", "share", "low", "high"])


def sql(engine: Engine, measure: Measure, question: Question) -> str:
    """The text that gives the values, as this engine runs it."""
    return engine.dialect.render(value_sql(measure, question))


def _labels(engine: Engine) -> tuple[str, ...]:
    """The versions of the labels there are: one, or none where nothing has labels."""
    found = engine.query("select distinct version from labels order by version")
    return tuple(found["version"].to_pylist())


def _values(engine: Engine, measure: Measure, question: Question, labels: tuple[str, ...]) -> MeasureTable:
    found: list[Mapping[str, Any]] = [
        *rows_of(engine.query(sql(engine, measure, question)), measure, question)
    ]
    if not found and not question.by:
        found = [nothing_at_all(measure)]
    return MeasureTable(measure, question, tuple(found), labels)


def _prepare(engine: Engine, measures: Sequence[Measure], question: Question) -> None:
    """Give the engine the small tables that some texts join: the business clock, ends of periods."""
    clocked = question.hours is not None and any(measure.timed for measure in measures)
    waiting = any(measure.summary == "waiting" for measure in measures)
    if not clocked and not waiting:
        return
    first, last = _span(engine)
    if question.hours is not None and clocked:
        engine.register("clock", _clock(question.hours, first, last))
    if waiting:
        engine.register("periods", _periods(question, first, last))


def _span(engine: Engine) -> tuple[datetime, datetime]:
    text = "select min(first_message_at) as first, max(last_message_at) as last from conversations"
    span = engine.query(text).to_pylist()[0]
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return _aware(span["first"] or epoch), _aware(span["last"] or epoch)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _clock(hours: BusinessHours, first: datetime, last: datetime) -> pa.Table:
    segments = hours.segments(first, last)
    names = ("day", "from_us", "until_us", "open_us_before", "is_open")
    return pa.table({name: getattr(segments, name) for name in names})


def _periods(question: Question, first: datetime, last: datetime) -> pa.Table:
    since = max(first, question.since) if question.since else first
    until = min(last, question.until) if question.until else last
    if question.period is None:
        ends: list[tuple[date, int]] = [(until.date(), micros(until) + 1)]
    else:
        ends = ends_of_periods(since, until, question.period, question.zone)
    return pa.table(
        {
            "ends_on": pa.array([day for day, _ in ends], pa.date32()),
            "ends_us": pa.array([end for _, end in ends], pa.int64()),
        }
    )
