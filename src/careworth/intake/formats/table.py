"""Anybody's table: CSV, JSON lines or Parquet, with a mapping that names its columns."""

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import PurePath

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from careworth.errors import FormatError, MappingError
from careworth.intake.formats._base import Chunk, ReadOptions, Rejected
from careworth.intake.formats._columns import to_chunk
from careworth.intake.formats._csv_table import read_csv
from careworth.intake.formats._mapping import load_mapping
from careworth.intake.formats._reading import Convert, Reading, Reject
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
        return read_table(source, mapping, partial(to_chunk, mapping))


def read_table(source: Source, mapping: Reading, convert: Convert) -> Iterator[Chunk]:
    """All rows of a table in any of the three forms; ``convert`` makes of them what is wanted."""
    kind = PurePath(source.name).suffix.lower()
    if kind == ".parquet":
        return _read_parquet(source, mapping, convert)
    if kind in JSON_LINES:
        return _read_json_lines(source, mapping, convert)
    return read_csv(source, mapping, convert)


def _read_parquet(source: Source, mapping: Reading, convert: Convert) -> Iterator[Chunk]:
    with source.open() as stream:
        try:
            file = pq.ParquetFile(stream)
            _require(set(mapping.columns.values()), file.schema_arrow.names, source)
            first = 1
            for batch in file.iter_batches(ROWS, columns=sorted(set(mapping.columns.values()))):
                table = pa.table({name: _as_text(batch[name]) for name in batch.schema.names})
                yield convert(table, _rejecting_rows(table, first), b"")
                first += batch.num_rows
        except (pa.ArrowException, OSError) as problem:
            what = str(problem).partition("\n")[0].rstrip(".: ")
            raise FormatError(
                f"{source} cannot be read as Parquet: {what}.",
                hint="Check that it was copied whole, and that the columns hold plain values.",
            ) from problem


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        zone = None if column.type.tz is None else "UTC"
        return column.cast(pa.timestamp("us", zone), safe=False).cast(pa.string())
    if pa.types.is_list(column.type):
        return pc.binary_join(column.cast(pa.list_(pa.string())), ",")
    return column.cast(pa.string())


def _rejecting_rows(table: pa.Table, first: int) -> Reject:
    def reject(row: int, reason: str, detail: str) -> Rejected:
        return Rejected(first + row, reason, detail, msgspec.json.encode(table.slice(row, 1).to_pylist()[0]))

    return reject


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    raw: bytes
    value: Mapping[str, object]


def _read_json_lines(source: Source, mapping: Reading, convert: Convert) -> Iterator[Chunk]:
    with source.open() as stream:
        numbered = enumerate(stream, 1)
        first = True
        while lines := list(islice(numbered, ROWS)):
            objects, broken = _objects(lines)
            if first and broken and not objects:
                raise FormatError(
                    f"{source} does not hold JSON lines.", hint="Each line must be one JSON object."
                )
            if first and objects:
                _require(set(mapping.needed), _keys(objects), source)
            first = False
            chunk = _chunk_of(objects, mapping, convert)
            yield Chunk(chunk.messages, sorted([*chunk.rejected, *broken], key=lambda one: one.line))


def _objects(lines: list[tuple[int, bytes]]) -> tuple[list[_Line], list[Rejected]]:
    found: list[_Line] = []
    broken: list[Rejected] = []
    for number, line in lines:
        raw = (line.removeprefix(codecs.BOM_UTF8) if number == 1 else line).strip()
        if not raw:
            continue
        try:
            found.append(_Line(number, raw, _object(raw)))
        except ValueError as problem:
            reason, detail = problem.args
            broken.append(Rejected(number, reason, detail, raw))
    return found, broken


def _keys(objects: list[_Line]) -> list[str]:
    """Every key that stands in any of them, once."""
    return list(dict.fromkeys(key for line in objects for key in line.value))


def _chunk_of(objects: list[_Line], mapping: Reading, convert: Convert) -> Chunk:
    names = sorted(set(mapping.columns.values()))
    texts = {name: [_text(line.value.get(name)) for line in objects] for name in names}
    table = pa.table({name: pa.array(column, pa.string()) for name, column in texts.items()})

    def reject(row: int, reason: str, detail: str) -> Rejected:
        return Rejected(objects[row].number, reason, detail, objects[row].raw)

    return convert(table, reject, b"")


def _object(raw: bytes) -> dict[str, object]:
    """The object of a line; ValueError(reason, detail) when there is none."""
    if len(raw) > LONGEST_LINE:
        raise ValueError("too-large", f"It is {len(raw):,} bytes long; the most is {LONGEST_LINE:,}.")
    try:
        value = msgspec.json.decode(raw)
    except UnicodeDecodeError as problem:
        raise ValueError("bad-encoding", "It is not UTF-8 text.") from problem
    except (msgspec.DecodeError, RecursionError) as problem:
        raise ValueError("bad-json", "It is not a JSON object.") from problem
    if not isinstance(value, dict):
        raise ValueError("bad-json", "It is not a JSON object.")
    if b"\\u0000" in raw:
        raise ValueError("nul-bytes", "It holds characters of value zero.")
    return value


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # of any length
    return msgspec.json.encode(value).decode()


def _require(wanted: set[str], names: list[str], source: Source) -> None:
    missing = sorted(wanted - set(names))
    if missing:
        raise FormatError(
            f"{source} has no column {', '.join(map(repr, missing))}; it has {', '.join(names[:12])}.",
            hint="Name the columns as they stand in the file.",
        )
