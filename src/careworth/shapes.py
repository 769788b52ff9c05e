"""Files of TOML that people write, read into shapes: strict, and errors name the line.

A shape is a ``msgspec.Struct`` that forbids unknown fields.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from careworth.errors import FormatError, InputError, UnknownName

Shape = TypeVar("Shape", bound=msgspec.Struct)


def load_text(path: Path) -> str:
    """The text of a file. Raises InputError when it cannot be read or is no UTF-8 text."""
    try:
        return path.read_bytes().decode("utf-8-sig")  # spreadsheets begin a CSV with a mark
    except UnicodeDecodeError as problem:
        raise InputError(
            f"{path} cannot be read: it is not UTF-8 text.", hint="Save it as UTF-8."
        ) from problem
    except OSError as problem:
        raise InputError(
            f"{path} cannot be read: {problem.strerror}.", hint="Check the path and who may read it."
        ) from problem


def parse_toml(text: str) -> dict[str, Any]:
    """Raises FormatError, which names line and column."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise FormatError(
            f"This is not a TOML file: {problem}.",
            hint='Texts stand in quotes, as in by = "Ana"; a table begins with its name in [brackets].',
        ) from problem


def shaped(data: object, shape: type[Shape], text: str, place: str, number: int = 0) -> Shape:
    """One table of a file as a shape.

    ``place`` is its name in the file; ``number`` counts the tables of that name from 0. Raises InputError.
    """
    where = f"line {line_of(text, place, number)}, {place}"
    if isinstance(data, Mapping):
        known(data, shape.__struct_encode_fields__, where)
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as problem:
        sentence, _, path = str(problem).partition(" - at `$")
        key = path.rstrip("`").lstrip(".")
        told = f"{place}.{key}" if key else place
        line = line_of(text, place, number, key)
        raise InputError(
            f"line {line}, {told}: {sentence[:1].lower()}{sentence[1:]}.", hint=_keys(shape)
        ) from problem


def known(names: Iterable[str], allowed: Iterable[str], where: str) -> None:
    """Raises UnknownName for the first name that is not among those allowed."""
    choices = list(allowed)
    for name in names:
        if name not in choices:
            near = difflib.get_close_matches(name, choices, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(choices)}."
            raise UnknownName(f"{where}: there is no {name!r}.", hint=hint)


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def line_of(text: str, place: str, number: int = 0, key: str = "") -> int:
    """The line where a table begins, or where a key stands in it; 1 when neither can be found."""
    lines = text.splitlines()
    name = r"\s*\.\s*".join(f'"?{re.escape(part)}"?' for part in place.split("."))
    head = re.compile(rf"\s*\[\[?\s*{name}\s*\]")
    heads = [at for at, line in enumerate(lines) if head.match(line)]
    if not heads:
        return 1
    start = heads[min(number, len(heads) - 1)]
    first = re.split(r"[.\[]", key)[0]
    wanted = re.compile(rf"\s*{re.escape(first)}\s*=") if key else None
    for at in range(start + 1, len(lines)):
        if wanted is None or lines[at].lstrip().startswith("["):
            break
        if wanted.match(lines[at]):
            return at + 1
    return start + 1


def _keys(shape: type[msgspec.Struct]) -> str:
    needed = ", ".join(field.encode_name for field in msgspec.structs.fields(shape) if field.required)
    return f"Needed are {needed}." if needed else f"Known are {', '.join(shape.__struct_encode_fields__)}."
