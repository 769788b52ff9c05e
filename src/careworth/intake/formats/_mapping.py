"""A mapping says which column of somebody's table is which field of a message."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from careworth.errors import MappingError

FIELDS = (
    "channel",
    "external_id",
    "author",
    "sent_at",
    "text",
    "inbound",
    "parent_external_id",
    "thread_hint",
    "brand",
    "agent",
    "private",
    "automatic",
    "language",
    "tags",
    "handling_seconds",
    "handling_minutes",
)
NEEDED = ("external_id", "author", "sent_at", "text")
TIME_FORMATS = ("iso", "epoch-seconds", "epoch-milliseconds")
CONSTANTS = ("channel", "brand", "inbound", "private", "automatic", "language")


@dataclass(frozen=True, slots=True)
class FileForm:
    """How times and text are written in a table: the sections [time] and [file] of a mapping."""

    time_format: str = "iso"
    """``iso``, ``epoch-seconds``, ``epoch-milliseconds`` or a strptime format."""
    zone: str = "UTC"
    """Zone of times that name none themselves."""
    delimiter: str | None = None
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping(FileForm):
    """``columns``: field -> column of the table. ``constants``: field -> the same value for every row.

    Whether a message is inbound comes from the ``inbound`` column when ``inbound_words`` and
    ``outbound_words`` hold what stands there for each, else from the accounts named as the brand's.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    inbound_words: frozenset[str] = frozenset({"true", "t", "yes", "y", "1", "in", "inbound", "incoming"})
    outbound_words: frozenset[str] = frozenset({"false", "f", "no", "n", "0", "out", "outbound", "outgoing"})

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns of the table without which there are no messages."""
        return tuple(self.columns[name] for name in NEEDED)


def load_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file. Raises MappingError that names the entry and how to mend it."""
    return parse_mapping(load_toml(path), str(path))


def load_toml(path: Path) -> dict[str, Any]:
    """The content of a mapping file. Raises MappingError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise MappingError(
            f"The mapping {path} cannot be read: {problem}.", hint="Check the path."
        ) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise MappingError(f"The mapping {path} is not TOML: {problem}.", hint=_EXAMPLE) from problem


_EXAMPLE = 'Write for example: [columns] and below it: external_id = "id", sent_at = "date" ...'


def parse_mapping(content: Mapping[str, Any], name: str) -> ColumnMapping:
    only(content, ("columns", "constants", "direction", "time", "file"), name, "section")
    columns = texts(content, "columns", FIELDS, name)
    constants = texts(content, "constants", CONSTANTS, name)
    for needed in NEEDED:
        if needed not in columns:
            raise MappingError(f"{name} does not say which column is {needed!r}.", hint=_EXAMPLE)
    direction = content.get("direction", {})
    only(direction, ("column", "inbound", "outbound"), name, "key of [direction]")
    form = file_form(content, name)
    if "column" in direction:
        columns["inbound"] = str(direction["column"])
    defaults = ColumnMapping(columns={})
    return ColumnMapping(
        columns=columns,
        constants=constants,
        inbound_words=_words(direction, "inbound", defaults.inbound_words, name),
        outbound_words=_words(direction, "outbound", defaults.outbound_words, name),
        **asdict(form),
    )


def file_form(content: Mapping[str, Any], name: str) -> FileForm:
    """The sections [time] and [file]. Raises MappingError."""
    time, file = content.get("time", {}), content.get("file", {})
    only(time, ("format", "zone"), name, "key of [time]")
    only(file, ("delimiter", "encoding"), name, "key of [file]")
    return FileForm(
        time_format=_time_format(str(time.get("format", "iso")), name),
        zone=_zone(str(time.get("zone", "UTC")), name),
        delimiter=_delimiter(file.get("delimiter"), name),
        encoding=_encoding(str(file.get("encoding", "utf-8")), name),
    )


def texts(content: Mapping[str, Any], section: str, known: tuple[str, ...], name: str) -> dict[str, str]:
    values = content.get(section, {})
    only(values, known, name, f"field in [{section}]")
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in values.items()
    }


def _words(section: Mapping[str, Any], key: str, default: frozenset[str], name: str) -> frozenset[str]:
    values = section.get(key)
    if values is None:
        return default
    if not isinstance(values, list):
        raise MappingError(f"{name}: {key} in [direction] is not a list.", hint=f'Write {key} = ["in"].')
    return frozenset(str(value).strip().lower() for value in values)


def _zone(name: str, file: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:  # OSError: half a name, such as "Europe"
        raise MappingError(
            f"{file}: there is no time zone {name!r}.", hint='Write it like zone = "Asia/Jakarta".'
        ) from problem
    return name


def _time_format(form: str, file: str) -> str:
    if form in TIME_FORMATS:
        return form
    known = datetime(2001, 2, 3, 4, 5, 6)  # noqa: DTZ001 - only to see whether a format gives it back
    try:
        read = datetime.strptime(known.strftime(form), form)  # noqa: DTZ007 - likewise
        problem = "" if read.date() == known.date() else "it does not give a whole date"
    except ValueError as wrong:
        problem = str(wrong)
    if problem:
        near = difflib.get_close_matches(form.lower(), TIME_FORMATS, 1)
        hint = (
            f"Did you mean {near[0]!r}?" if near else f"Write {', '.join(TIME_FORMATS)} or '%d.%m.%Y %H:%M'."
        )
        raise MappingError(f"{file}: {form!r} is not a format of times: {problem}.", hint=hint)
    return form


def _delimiter(value: object, file: str) -> str | None:
    if value is not None and (not isinstance(value, str) or len(value) != 1 or value in _NO_DELIMITERS):
        raise MappingError(
            f"{file}: the delimiter {value!r} is not one character.",
            hint='Write for example delimiter = ";".',
        )
    return value


_NO_DELIMITERS = '"\r\n'


def _encoding(name: str, file: str) -> str:
    try:
        "".encode(name)
    except (LookupError, UnicodeError) as problem:
        raise MappingError(
            f"{file}: there is no encoding {name!r}.", hint='Write for example encoding = "latin-1".'
        ) from problem
    return name


def only(section: object, known: tuple[str, ...], name: str, what: str) -> None:
    if not isinstance(section, Mapping):
        raise MappingError(f"{name}: a {what} is missing or not a table.", hint=_EXAMPLE)
    for key in section:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known are: {', '.join(known)}."
            raise MappingError(f"{name}: {key!r} is not a {what}.", hint=hint)
