"""From the text columns of somebody's table to messages, a whole column at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from careworth.intake.formats._base import INCOMING, Chunk
from careworth.intake.formats._mapping import ColumnMapping, FileForm
from careworth.intake.formats._reading import Reject
from careworth.intake.formats._twitter_time import LENGTH, TWITTER_TIME, twitter_micros

_FIRST = pa.scalar(datetime(1970, 1, 1, tzinfo=UTC), pa.timestamp("us", "UTC"))
_LAST = pa.scalar(datetime(9999, 12, 31, tzinfo=UTC), pa.timestamp("us", "UTC"))

Flags = npt.NDArray[np.bool_]

TRUE = pa.array(["true", "t", "yes", "y", "1"])
FALSE = pa.array(["false", "f", "no", "n", "0"])


@dataclass(slots=True)
class Problems:
    """Which rows cannot be messages, and why; the first reason of a row counts."""

    reason: npt.NDArray[np.int8]
    told: list[tuple[str, str]]

    def add(self, flags: Flags, reason: str, detail: str) -> None:
        if flags.any():
            self.told.append((reason, detail))
            self.reason[flags & (self.reason == 0)] = len(self.told)


def to_chunk(mapping: ColumnMapping, table: pa.Table, reject: Reject, header: bytes) -> Chunk:
    """The rows of ``table`` (columns of text) as messages.

    ``reject(row, reason, detail)`` makes the dead letter of a row that cannot be one.
    """
    count = table.num_rows
    problems = Problems(np.zeros(count, np.int8), [])
    columns = {name: _column(name, table, mapping) for name in INCOMING.names}
    for name in ("external_id", "parent_external_id", "thread_hint"):
        columns[name] = _without_decimals(columns[name])
    for name in ("external_id", "author"):
        problems.add(_absent(columns[name]), f"missing-{name.replace('external_', '')}", f"It has no {name}.")
    columns["sent_at"] = moments(columns["sent_at"], mapping, problems)
    columns["inbound"] = _inbound(columns["inbound"], mapping, problems)
    columns["private"] = _flag(columns["private"], "private", problems)
    columns["automatic"] = _flag(columns["automatic"], "automatic", problems)
    columns["text"] = pc.fill_null(columns["text"], "")
    columns["tags"] = _tags(columns["tags"])
    columns["handling_seconds"] = _handling(table, mapping, problems)
    for name in ("parent_external_id", "thread_hint", "brand", "agent", "language"):
        columns[name] = present(columns[name])
    columns["channel"] = pc.fill_null(columns["channel"], "unknown")
    good = problems.reason == 0
    arrays = [_kept(columns[f.name], good).cast(f.type) for f in INCOMING]
    rejected = [reject(int(row), *problems.told[problems.reason[row] - 1]) for row in np.flatnonzero(~good)]
    return Chunk(pa.RecordBatch.from_arrays(arrays, schema=INCOMING), rejected, header)


def _kept(column: pa.Array, good: Flags) -> pa.Array:
    return column if good.all() else column.filter(pa.array(good))


def _column(name: str, table: pa.Table, mapping: ColumnMapping) -> pa.Array:
    if name in mapping.columns:
        column = table[mapping.columns[name]]
        return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if name in mapping.constants:
        return pa.repeat(mapping.constants[name], table.num_rows)
    return pa.nulls(table.num_rows, pa.string())


def flags(array: pa.Array) -> Flags:
    return np.asarray(pc.fill_null(array, False))


def _absent(column: pa.Array) -> Flags:
    return np.asarray(pc.fill_null(pc.equal(column, ""), True))


def present(column: pa.Array) -> pa.Array:
    """Empty text is no value."""
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _without_decimals(ids: pa.Array) -> pa.Array:
    """``7`` for ``7.0``: whole numbers in a column with gaps come out of pandas so."""
    if not pc.any(pc.ends_with(ids, ".0")).as_py():
        return ids
    return pc.replace_substring_regex(ids, r"^(\d+)\.0$", r"\1")


def holding(texts: pa.StringArray, sign: str) -> Flags:
    """Which texts hold an ASCII sign. One look at all bytes: ``pc.match_substring`` is ten times slower."""
    _, offsets, data = texts.buffers()
    found = np.zeros(len(texts), np.bool_)
    if data is not None:
        ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
        bytes_ = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
        places = np.flatnonzero(bytes_ == ord(sign)) + ends[0]
        found[np.searchsorted(ends, places, side="right") - 1] = True
    return found


def words(column: pa.Array) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim_whitespace(column))


def _inbound(column: pa.Array, mapping: ColumnMapping, problems: Problems) -> pa.Array:
    if "inbound" not in mapping.columns and "inbound" not in mapping.constants:
        return pa.nulls(len(column), pa.bool_())
    said = words(column)
    inbound = pc.is_in(said, pa.array(sorted(mapping.inbound_words)))
    outbound = pc.is_in(said, pa.array(sorted(mapping.outbound_words)))
    neither = ~(flags(inbound) | flags(outbound))
    problems.add(neither, "bad-direction", "It does not say whether a customer or the brand wrote it.")
    return inbound


def _flag(column: pa.Array, name: str, problems: Problems) -> pa.Array:
    if column.null_count == len(column):
        return pa.array(np.zeros(len(column), bool))
    said = words(pc.fill_null(column, "false"))
    yes = pc.is_in(said, TRUE)
    known = flags(yes) | flags(pc.is_in(said, FALSE)) | flags(pc.equal(said, ""))
    problems.add(~known, f"bad-{name}", f"{name} is neither true nor false.")
    return yes


def _tags(column: pa.Array) -> pa.Array:
    if column.null_count == len(column):
        return column
    tidy = pc.replace_substring_regex(pc.utf8_lower(column), r"\s*[;|,]\s*", ",")
    return present(pc.utf8_trim_whitespace(tidy))


def _handling(table: pa.Table, mapping: ColumnMapping, problems: Problems) -> pa.Array:
    for name, seconds in (("handling_seconds", 1.0), ("handling_minutes", 60.0)):
        if name in mapping.columns:
            return _numbers(_column(name, table, mapping), seconds, problems)
    return pa.nulls(table.num_rows, pa.float64())


def _numbers(column: pa.Array, unit: float, problems: Problems) -> pa.Array:
    try:
        values = pc.multiply(present(column).cast(pa.float64()), unit)
    except pa.ArrowInvalid:
        values = pa.array([number(text, unit) for text in column.to_pylist()], pa.float64())
    text = np.asarray(pc.fill_null(pc.not_equal(column, ""), False))
    wrong = text & ~flags(pc.and_(pc.is_finite(values), pc.greater_equal(values, 0.0)))
    problems.add(wrong, "bad-handling-time", "Its handling time is not a number of zero or more.")
    return values


def number(text: str | None, unit: float) -> float | None:
    try:
        return None if text is None else float(text) * unit
    except ValueError:
        return None


def moments(column: pa.Array, form: FileForm, problems: Problems) -> pa.Array:
    """Moments in UTC. Rows without one that can be read become problems."""
    parse = _PARSERS.get(form.time_format)
    read = parse(column, form.zone) if parse else None
    if read is None:  # a row does not fit the quick way, or the format is the user's own
        read = _slowly(column.to_pylist(), form.time_format, ZoneInfo(form.zone))
    problems.add(_absent(column), "missing-date", "It has no date.")
    problems.add(np.asarray(pc.is_null(read)), "bad-date", "Its date cannot be read.")
    possible = pc.and_(pc.greater_equal(read, _FIRST), pc.less(read, _LAST))
    problems.add(~flags(possible), "bad-date", "Its date is before 1970 or after 9999.")
    return read


def _slowly(texts: Sequence[str | None], form: str, zone: ZoneInfo) -> pa.Array:
    return pa.array([_moment(text, form, zone) for text in texts], pa.timestamp("us", "UTC"))


def _moment(text: str | None, form: str, zone: ZoneInfo) -> datetime | None:
    try:
        if not text:
            return None
        if form.startswith("epoch"):
            return datetime.fromtimestamp(float(text) / (1000 if form == "epoch-milliseconds" else 1), UTC)
        read = datetime.fromisoformat(text.strip()) if form == "iso" else _strptime(text.strip(), form)
        aware = read if read.tzinfo is not None else read.replace(tzinfo=zone)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _strptime(text: str, form: str) -> datetime:
    return datetime.strptime(text, form)  # noqa: DTZ007 - the caller adds the zone where the text has none


def _iso(column: pa.Array, zone: str) -> pa.Array | None:
    """All rows at once when each of them names its offset, or none does."""
    try:
        return column.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        pass
    try:
        return pc.assume_timezone(column.cast(pa.timestamp("us")), zone).cast(pa.timestamp("us", "UTC"))
    except (pa.ArrowInvalid, ValueError):
        return None


def _twitter(column: pa.Array, _: str) -> pa.Array | None:
    """All at once, and one by one those that are written in another way than Twitter's own."""
    filled = pc.fill_null(column, "")
    lengths = np.asarray(pc.binary_length(filled))
    good = lengths == LENGTH
    values = np.zeros(len(column), np.int64)
    unread = lengths > 0
    if good.any():
        values[good], valid = twitter_micros(filled if good.all() else filled.filter(pa.array(good)))
        unread[good] = ~valid
    moments = pa.array(values, mask=unread | (lengths == 0)).cast(pa.timestamp("us", "UTC"))
    if not unread.any():
        return moments
    again = _slowly(filled.filter(pa.array(unread)).to_pylist(), TWITTER_TIME, ZoneInfo("UTC"))
    return pc.replace_with_mask(moments, pa.array(unread), again)


_PARSERS: dict[str, Callable[[pa.Array, str], pa.Array | None]] = {"iso": _iso, TWITTER_TIME: _twitter}
