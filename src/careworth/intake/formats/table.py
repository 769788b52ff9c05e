"""Anybody's table: CSV, JSON lines or Parquet, with a mapping that names its columns."""

from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from careworth.errors import FormatError, MappingError
from careworth.intake.formats._base import Chunk, ReadOptions, Rejected
from careworth.intake.formats._columns import to_chunk
from careworth.intake.formats._csv_table import read_csv
from careworth.intake.formats._mapping import ColumnMapping, load_mapping
from careworth.intake.formats._source import Source

ROWS = 20_000
JSON_LINES = (".jsonl", ".ndjson", ".json")
LONGEST_LINE = 4 << 20


class Table:
    """Which kind of table it is, the name of the file tells; everything else the mapping."""

    name = "table"

    def claims(self, source: Source) -> bool:
        """Never: without a mapping nobody can know what the columns mean."""
        return False

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        if options.mapping is None:
            raise MappingError(
                f"To read {source} as a table a mapping is needed.",
                hint="Write a small file that says which column is what, and add --mapping FILE.toml.",
            )
        mapping = load_mapping(options.mapping)
        kind = PurePath(source.name).suffix.lower()
        if kind == ".parquet":
            return _read_parquet(source, mapping)
        return _read_json_lines(source, mapping) if kind in JSON_LINES else read_csv(source, mapping)


def _read_parquet(source: Source, mapping: ColumnMapping) -> Iterator[Chunk]:
    with source.open() as stream:
        try:
            file = pq.ParquetFile(stream)
        except pa.ArrowInvalid as problem:
            raise FormatError(
                f"{source} is not a Parquet file: {problem}.", hint="Check that it was copied whole."
            ) from problem
        _require(mapping, file.schema_arrow.names, source)
        first = 1
        for batch in file.iter_batches(ROWS, columns=sorted(set(mapping.columns.values()))):
            table = pa.table({name: _as_text(batch[name]) for name in batch.schema.names})
            yield to_chunk(table, mapping, _rejecting_rows(table, first), b"")
            first += batch.num_rows


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type) and column.type.tz is None:
        return column.cast(pa.string())
    if pa.types.is_timestamp(column.type):
        return pa.array([None if v is None else v.isoformat() for v in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _rejecting_rows(table: pa.Table, first: int):  # type: ignore[no-untyped-def]
    def reject(row: int, reason: str, detail: str) -> Rejected:
        return Rejected(first + row, reason, detail, msgspec.json.encode(table.slice(row, 1).to_pylist()[0]))

    return reject


def _read_json_lines(source: Source, mapping: ColumnMapping) -> Iterator[Chunk]:
    with source.open() as stream:
        numbered = enumerate(stream, 1)
        first = True
        while lines := list(islice(numbered, ROWS)):
            chunk = _chunk_of_lines(lines, mapping)
            if first and chunk.messages.num_rows == 0 and all(r.reason == "bad-json" for r in chunk.rejected):
                raise FormatError(
                    f"{source} does not hold JSON lines.", hint="Each line must be one JSON object."
                )
            first = False
            yield chunk


def _chunk_of_lines(lines: list[tuple[int, bytes]], mapping: ColumnMapping) -> Chunk:
    names = sorted(set(mapping.columns.values()))
    rows: list[dict[str, object]] = []
    at: list[tuple[int, bytes]] = []
    broken: list[Rejected] = []
    for number, line in lines:
        raw = line.rstrip(b"\r\n")
        if not raw:
            continue
        try:
            rows.append(_object(raw))
            at.append((number, raw))
        except ValueError as problem:
            reason, detail = problem.args
            broken.append(Rejected(number, reason, detail, raw))
    table = pa.table({name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names})

    def reject(row: int, reason: str, detail: str) -> Rejected:
        return Rejected(at[row][0], reason, detail, at[row][1])

    chunk = to_chunk(table, mapping, reject, b"")
    return Chunk(chunk.messages, [*chunk.rejected, *broken])


def _object(raw: bytes) -> dict[str, object]:
    """The object of a line; ValueError(reason, detail) when there is none."""
    if len(raw) > LONGEST_LINE:
        raise ValueError("too-large", f"It is {len(raw):,} bytes long; the most is {LONGEST_LINE:,}.")
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise ValueError("bad-json", "It is not a JSON object.") from problem
    if not isinstance(value, dict):
        raise ValueError("bad-json", "It is not a JSON object.")
    if "\\u0000" in raw.decode("utf-8", "replace"):
        raise ValueError("nul-bytes", "It holds characters of value zero.")
    return value


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return msgspec.json.encode(value).decode()


def _require(mapping: ColumnMapping, names: list[str], source: Source) -> None:
    missing = sorted(set(mapping.columns.values()) - set(names))
    if missing:
        raise FormatError(
            f"{source} has no column {', '.join(map(repr, missing))}; it has {', '.join(names[:12])}.",
            hint="Name the columns as they stand in the file.",
        )
