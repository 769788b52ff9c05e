"""Which column of somebody's table is which column of a table of records."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from careworth.errors import FormatError, InputError, MappingError
from careworth.facts.records import CUSTOMERS, RECORDS, RecordTable
from careworth.intake.formats._csv_table import guess_delimiter, split_header
from careworth.intake.formats._mapping import FileForm, file_form, load_toml, only, texts
from careworth.intake.formats._source import Source
from careworth.intake.formats.table import JSON_LINES

TRAITS_KNOWN_AT = "known_at"
_LINES = 200
"""Lines of JSON that are looked at to see which columns there are."""
_SECTIONS = ("columns", "constants", "time", "file")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMapping(FileForm):
    """``columns``: our column -> theirs; ``constants``: our column -> the same value for every row.

    ``traits``: column of a table of customers -> the trait that it is; ``traits_known_at``: the column that
    says since when they are known, else they count from when the customer joined.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)
    traits_known_at: str | None = None
    needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a mapping file says of one table, before it is held against the columns that are there."""

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)
    form: FileForm = field(default_factory=FileForm)
    name: str = ""


def load_wishes(path: Path | None) -> tuple[str | None, Mapping[str, Wish]]:
    """The table that all files hold, where the mapping says ``table = ...``; and table -> wish.

    A file may speak of one table (then the wish is under ""), or of several in sections of their names.
    """
    if path is None:
        return None, {}
    content = load_toml(path)
    if content and set(content) <= set(RECORDS):
        return None, {
            table: _wish(part, RECORDS[table], f"{path}, [{table}]") for table, part in content.items()
        }
    table = content.pop("table", None)
    if table is not None and table not in RECORDS:
        raise MappingError(
            f"{path}: there is no table {table!r} of records.", hint=f"Known are: {', '.join(RECORDS)}."
        )
    return table, {"": _wish(content, RECORDS.get(table), str(path))}


def _wish(content: Mapping[str, Any], table: RecordTable | None, name: str) -> Wish:
    known = tuple({c.name for one in ([table] if table else RECORDS.values()) for c in one.given})
    only(content, (*_SECTIONS, "traits"), name, "section")
    traits = content.get("traits", {})
    if traits and table not in (None, CUSTOMERS):
        raise MappingError(f"{name}: only customers have [traits].", hint="Write them into the table traits.")
    return Wish(
        texts(content, "columns", known, name),
        texts(content, "constants", known, name),
        {str(column): str(trait) for column, trait in traits.items()},
        file_form(content, name),
        name,
    )


def mapping_for(source: Source, table: RecordTable, wish: Wish) -> RecordMapping:
    """The mapping of this source: columns under our names need no word. Raises FormatError, MappingError."""
    there = column_names(source, wish.form)
    columns = {c.name: c.name for c in table.given if c.name in there} | dict(wish.columns)
    known_at = next((c for c, trait in wish.traits.items() if trait == TRAITS_KNOWN_AT), None)
    traits = {column: trait for column, trait in wish.traits.items() if column != known_at}
    for column in (*columns.values(), *wish.traits):
        if column not in there:
            raise MappingError(
                f"{source} has no column {column!r}, which {wish.name} names.",
                hint=f"It has: {', '.join(there[:12])}.",
            )
    missing = [c.name for c in table.given if c.required and c.name not in {*columns, *wish.constants}]
    if missing:
        raise FormatError(
            f"{source} has no {' and no '.join(missing)}, without which there are no {table.name}.",
            hint=f"Name the columns in a mapping, for example: [columns] {missing[0]} = "
            f'"{there[0] if there else "name"}". It has: {", ".join(there[:12])}.',
        )
    needed = tuple(columns[c.name] for c in table.given if c.required and c.name in columns)
    return RecordMapping(
        **asdict(wish.form),
        columns=columns | {f"trait {column}": column for column in (*traits, *filter(None, [known_at]))},
        constants=wish.constants,
        traits=traits,
        traits_known_at=known_at,
        needed=needed,
    )


def column_names(source: Source, form: FileForm) -> list[str]:
    """The names of the columns, from the first bytes. Raises FormatError."""
    kind = PurePath(source.name).suffix.lower()
    try:
        if kind == ".parquet":
            with source.open() as stream:
                return list(pq.ParquetFile(stream).schema_arrow.names)
        head = source.head()
        if kind in JSON_LINES:
            lines = [line for line in head.split(b"\n")[:200] if line.strip()][
                : -1 if len(head) > 60_000 else None
            ]
            return list(dict.fromkeys(key for line in lines for key in _keys(line)))
        return _first_line(head, form)
    except (ValueError, pa.ArrowException, UnicodeError, csv.Error) as problem:
        raise FormatError(
            f"{source} cannot be read as a table: {str(problem).partition(chr(10))[0].rstrip('.')}.",
            hint="It must be CSV with a line of names, JSON lines or Parquet.",
        ) from problem


def _keys(line: bytes) -> list[str]:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
    return list(value) if isinstance(value, dict) else []


def _first_line(head: bytes, form: FileForm) -> list[str]:
    text = head.decode(form.encoding, "replace").encode() if form.encoding != "utf-8" else head
    first = next(iter(io.BytesIO(text)), b"").rstrip(b"\r\n")
    names = split_header(first, form.delimiter or guess_delimiter(first))
    if not any(names):
        raise InputError("it is empty")
    return names
