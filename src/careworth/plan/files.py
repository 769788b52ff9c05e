"""Plans as TOML and as CSV, in the words that the file declares. What is read and written again is the same.

OGST says objective for the aim and goal for the number; GSOT says goal for the aim and objective for the
number. A file names its convention, since nothing else could tell.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from careworth.errors import FormatError, InputError
from careworth.plan.model import (
    CONVENTIONS,
    Component,
    Convention,
    Goal,
    Objective,
    Outcome,
    Plan,
    Strategy,
    Tactic,
)
from careworth.shapes import known, load_text, parse_toml, quoted, shaped

_TABLES: Mapping[str, type[msgspec.Struct]] = {
    "objectives": Objective,
    "goals": Goal,
    "strategies": Strategy,
    "tactics": Tactic,
    "components": Component,
    "outcomes": Outcome,
}
_SWAPPED = {"objectives": "goals", "goals": "objectives"}
_PLAIN = ("title", "currency")
_COLUMNS = tuple(dict.fromkeys(name for shape in _TABLES.values() for name in shape.__struct_fields__))
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "'")


def load_plan(path: Path) -> Plan:
    """The plan in a file: CSV where its name ends so, else TOML. Raises InputError and UnknownName."""
    text = load_text(path)
    return parse_csv(text) if path.suffix.lower() == ".csv" else parse_plan(text)


def parse_plan(text: str) -> Plan:
    """The plan in a TOML text; docs/plan.md is its manual."""
    data = parse_toml(text)
    known(data, ("convention", *_PLAIN, *_TABLES), "line 1, the file")
    convention = _convention(data.get("convention"))
    for name in _PLAIN:
        if not isinstance(data.get(name, ""), str):
            raise InputError(f"{name} is not a text.", hint=f'Write {name} = "..." at the top.')
    tables: dict[str, Any] = {}
    for name, shape in _TABLES.items():
        place = _swapped(name, convention)
        entries = data.get(place, {})
        if not isinstance(entries, dict):
            raise InputError(f"{place} is not a table.", hint=f"Begin each entry with [{place}.NAME].")
        tables[name] = {
            key: shaped(_in_ogst(entry, convention), shape, text, f"{place}.{key}")
            for key, entry in entries.items()
        }
    title, currency = (data.get(name, "") for name in _PLAIN)
    return Plan(convention, title, currency, **tables)


def _convention(given: object) -> Convention:
    for one in CONVENTIONS:
        if given == one:
            return one
    said = "is missing" if given is None else f"is {given!r}"
    raise InputError(
        f"convention {said}: the words of a plan can be read in two ways.",
        hint='Write convention = "OGST" when the goal is the number, "GSOT" when the objective is.',
    )


def _swapped(name: str, convention: Convention) -> str:
    return _SWAPPED.get(name, name) if convention == "GSOT" else name


def _in_ogst(entry: Any, convention: Convention) -> Any:
    if convention == "OGST" or not isinstance(entry, dict):
        return entry
    return {_SWAPPED.get(key, key): value for key, value in entry.items()}


def to_toml(plan: Plan, convention: Convention | None = None) -> str:
    """The plan as a TOML text, in the words it was read in or in others."""
    words = convention or plan.convention
    lines = [f'convention = "{words}"']
    lines += [f"{name} = {_toml(getattr(plan, name))}" for name in _PLAIN if getattr(plan, name)]
    for name in _TABLES:
        for key, entry in getattr(plan, name).items():
            lines += ["", f"[{_swapped(name, words)}.{_key(key)}]"]
            lines += [f"{_swapped(field, words)} = {_toml(value)}" for field, value in _given(entry)]
    return "\n".join(lines) + "\n"


def _given(entry: msgspec.Struct) -> Iterator[tuple[str, Any]]:
    """The fields of an entry that differ from their defaults."""
    for field in msgspec.structs.fields(entry):
        value = getattr(entry, field.name)
        default = field.default_factory() if callable(field.default_factory) else field.default
        if field.required or value != default:
            yield field.name, value


def _key(name: str) -> str:
    bare = name and all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in name)
    return name if bare else _toml(name)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, msgspec.Struct):
        return _toml({name: getattr(value, name) for name in value.__struct_fields__})
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {_toml(one)}" for key, one in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return repr(value)


def to_csv(plan: Plan, convention: Convention | None = None) -> str:
    """One row an entry, the first row for the plan itself. Lists and tables stand as JSON in their cells."""
    words = convention or plan.convention
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # else a lone return in a text would not be quoted
    writer.writerow(("level", "id", *(_swapped(name, words) for name in _COLUMNS), *_PLAIN))
    blank = [""] * len(_COLUMNS)
    writer.writerow(("plan", words, *blank, *(_guarded(getattr(plan, name)) for name in _PLAIN)))
    for name in _TABLES:
        for key, entry in getattr(plan, name).items():
            cells = dict(_given(entry))
            row = (_cell(cells[column]) if column in cells else "" for column in _COLUMNS)
            writer.writerow((_swapped(name, words), _guarded(key), *row, *([""] * len(_PLAIN))))
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return _guarded(value)
    if isinstance(value, bool | date | float | int):
        return msgspec.json.encode(value).decode().strip('"')
    return msgspec.json.encode(value).decode()


def _guarded(text: str) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front; so does an apostrophe."""
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text


def parse_csv(text: str) -> Plan:
    """The plan in a CSV text as ``to_csv`` writes it. Raises InputError, FormatError and UnknownName."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or rows[0][:2] != ["level", "id"]:
        raise FormatError("This is no plan as CSV.", hint="Its first columns are level and id.")
    head = rows[0][2:]
    own = next((row for row in rows[1:] if row[:1] == ["plan"]), [])
    convention = _convention(own[1] if len(own) > 1 else None)
    columns = [_swapped(name, convention) for name in head]
    known(columns, (*_COLUMNS, *_PLAIN), "line 1")
    plain = {name: _bare(cell) for name, cell in zip(columns, own[2:], strict=False)}
    tables: dict[str, dict[str, Any]] = {name: {} for name in _TABLES}
    for number, row in enumerate(rows[1:], 2):
        if row and row[0] != "plan":
            _read_row(number, row, columns, convention, tables)
    title, currency = (plain.get(name, "") for name in _PLAIN)
    return Plan(convention, title, currency, **tables)


def _read_row(
    number: int, row: list[str], columns: list[str], convention: Convention, tables: dict[str, dict[str, Any]]
) -> None:
    level = _swapped(row[0], convention)
    known([level], _TABLES, f"row {number}")
    if len(row) < 2 or not row[1]:
        raise InputError(f"row {number} has no id.")
    shape = _TABLES[level]
    kinds = {field.name: field.type for field in msgspec.structs.fields(shape)}
    cells = {name: cell for name, cell in zip(columns, row[2:], strict=False) if cell}
    known(cells, kinds, f"row {number}, {row[0]}")
    try:
        fields = {name: _value(cell, kinds[name]) for name, cell in cells.items()}
        tables[level][_bare(row[1])] = msgspec.convert(
            {"text": "", **fields} if "text" in kinds else fields, shape
        )
    except (msgspec.ValidationError, msgspec.DecodeError) as problem:
        raise InputError(f"row {number}, {row[0]} {row[1]}: {problem}.") from problem


def _value(cell: str, kind: Any) -> Any:
    if kind in (str, str | None):
        return _bare(cell)
    try:
        return msgspec.json.decode(cell, type=kind)
    except msgspec.DecodeError:
        return msgspec.convert(_bare(cell), kind, strict=False)


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell
