"""What people answered: levels with evidence, several people an item, from a TOML file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

import msgspec

from careworth.errors import InputError
from careworth.maturity._items import AXES, ITEMS, TOP, Texts, items_of, texts
from careworth.shapes import known, line_of, load_text, parse_toml, quoted, shaped


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person's level for an item. ``evidence`` is a file, a link or a note."""

    level: Annotated[int, msgspec.Meta(ge=0, le=TOP)]
    evidence: str = ""
    by: str = ""
    department: str = ""

    @property
    def proven(self) -> bool:
        return bool(self.evidence.strip())


@dataclass(frozen=True, slots=True)
class Answers:
    """Item id -> the answers of one or several people; items that nobody answered are not there."""

    by_item: Mapping[str, Sequence[Answer]] = field(default_factory=dict)
    taken_on: date | None = None
    company: str = ""

    def __post_init__(self) -> None:
        known(self.by_item, ITEMS, "answers")

    @classmethod
    def load(cls, path: Path) -> Self:
        """The answers in the file at ``path``. Raises InputError and what ``parse`` raises."""
        return cls.parse(load_text(path))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The answers in a TOML text; docs/maturity.md is its manual.

        Raises FormatError when it is not TOML, UnknownName for an item or a key that does not exist, and
        InputError for a value that cannot be; each names the line.
        """
        data = parse_toml(text)
        known(data, ("answers", "taken_on", "company"), "line 1, the file")
        taken_on, company = data.get("taken_on"), data.get("company", "")
        if taken_on is not None and type(taken_on) is not date:
            raise InputError("taken_on is not a day.", hint="Write taken_on = 2026-03-31, without quotes.")
        if not isinstance(company, str):
            raise InputError("company is not a text.", hint='Write company = "its name".')
        tables = data.get("answers", {})
        if not isinstance(tables, dict):
            raise InputError("answers is not a table.", hint="Write [answers.ITEM], then level = 0 to 4.")
        for name in tables:
            known([name], ITEMS, f"line {line_of(text, f'answers.{name}')}, answers")
        return cls({name: tuple(_read(name, one, text)) for name, one in tables.items()}, taken_on, company)


def _read(name: str, entry: Any, text: str) -> Iterator[Answer]:
    given = entry if isinstance(entry, list) else [entry]
    for number, table in enumerate(given):
        yield shaped(table, Answer, text, f"answers.{name}", number)


def answers_text(answers: Answers) -> str:
    """The answers as a TOML text; reading it gives the same answers."""
    lines = [f"taken_on = {answers.taken_on}"] if answers.taken_on is not None else []
    if answers.company:
        lines.append(f"company = {quoted(answers.company)}")
    for name, given in answers.by_item.items():
        for one in given:
            lines += ["", f"[[answers.{name}]]", f"level = {one.level}"]
            said = ((field, getattr(one, field)) for field in ("evidence", "by", "department"))
            lines += [f"{field} = {quoted(text)}" for field, text in said if text]
    return "\n".join(lines) + "\n"


def template(language: str = "en") -> str:
    """An empty file of answers: every item with its levels; take the # away before those you answer."""
    words = texts(language)
    lines = [
        "# careworth maturity score ANSWERS.toml",
        "# taken_on = 2026-01-31",
        "",
        *(line for axis in AXES for item in items_of(axis) for line in _asked(item.id, axis, words)),
    ]
    return "\n".join(lines)


def _asked(name: str, axis: str, words: Texts) -> Iterator[str]:
    one = words.items[name]
    yield f"# {one.text} ({axis})"
    for level, meaning in enumerate(one.levels):
        yield f"#   {level}  {meaning}"
    yield from (f"#[answers.{name}]", "#level = ", '#evidence = ""', '#by = ""', '#department = ""', "")
