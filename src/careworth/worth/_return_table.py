"""Reading TOML strictly: unknown keys are refused, and every error names the key."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from careworth.errors import UnknownName, WorthError
from careworth.worth._return_quantity import LARGEST, Kind, Quantity, did_you_mean

_Choice = TypeVar("_Choice", bound=StrEnum)

_RANGE_KEYS = ("low", "mode", "high")
_PROVENANCE_KEYS = ("source", "date", "kind")


class Table:
    """One table of a TOML file; ``where`` is its place in the file, empty for the file itself.

    Raises UnknownName when it holds a key that is not one of ``keys``.
    """

    def __init__(self, data: Mapping[str, object], where: str, keys: Sequence[str]) -> None:
        self._data = data
        self._where = where
        for key in data:
            if key not in keys:
                raise UnknownName(f"{self.place(key)} is not a known key.", hint=did_you_mean(key, keys))

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def place(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    @contextmanager
    def naming(self, key: str = "") -> Iterator[None]:
        """Puts the place of the key, or of this table, before what a value says is wrong with itself."""
        try:
            yield
        except (WorthError, UnknownName) as error:
            place = self.place(key) if key else self._where
            raise type(error)(f"{place}: {error.sentence}", hint=error.hint) from error

    def text(self, key: str) -> str:
        value = self._value(key, "a text")
        if not isinstance(value, str) or not value.strip():
            raise self._not(key, "a text that is not empty")
        return value.strip()

    def number(self, key: str) -> float:
        value = self._value(key, "a number")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._not(key, "a number")
        if not abs(value) <= LARGEST:
            raise self._not(key, "a number one can count with")
        return float(value)

    def whole(self, key: str) -> int:
        value = self._value(key, "a whole number")
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._not(key, "a whole number")
        return value

    def day(self, key: str) -> date:
        value = self._value(key, "a date")
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self._not(key, "a date such as 2024-05-31, without quotes")
        return value

    def choice(self, key: str, choices: type[_Choice]) -> _Choice:
        name = self.text(key)
        for choice in choices:
            if choice.value == name:
                return choice
        raise UnknownName(f"{self.place(key)} is “{name}”.", hint=did_you_mean(name, choices))

    def table(self, key: str, keys: Sequence[str]) -> "Table":
        value = self._value(key, "a table")
        if not isinstance(value, dict):
            raise self._not(key, "a table")
        return Table(value, self.place(key), keys)

    def tables(self, key: str, keys: Sequence[str]) -> list["Table"]:
        """The tables of an array, counted from 1 in errors; none when the key is absent."""
        value = self._data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._not(key, f"an array of tables, each begun with [[{self.place(key)}]]")
        return [Table(item, f"{self.place(key)}[{number}]", keys) for number, item in enumerate(value, 1)]

    def quantity(self, key: str, *, stated_beside: bool = False) -> Quantity:
        """A number, or a table of low, mode and high (or value) that may say source, date and kind.

        With ``stated_beside`` what it does not say of these is taken from this table.
        """
        value = self._value(key, "a number, or a table of low, mode and high")
        if isinstance(value, dict):
            own = self.table(key, (*_RANGE_KEYS, "value", *_PROVENANCE_KEYS))
            low, mode, high = own._range()
        else:
            low = mode = high = self.number(key)
            own = Table({}, self.place(key), ())
        tables = [own, self] if stated_beside else [own]
        source = next((table.text("source") for table in tables if "source" in table), "")
        as_of = next((table.day("date") for table in tables if "date" in table), None)
        usual = Kind.STATED if source else Kind.GUESS
        kind = next((table.choice("kind", Kind) for table in tables if "kind" in table), usual)
        with self.naming(key):
            return Quantity(low=low, mode=mode, high=high, kind=kind, source=source, as_of=as_of)

    def _range(self) -> tuple[float, float, float]:
        if "value" not in self:
            return self.number("low"), self.number("mode"), self.number("high")
        if any(name in self for name in _RANGE_KEYS):
            raise WorthError(f"{self._where} has both a value and a range.", hint="Keep one of the two.")
        value = self.number("value")
        return value, value, value

    def _value(self, key: str, expected: str) -> object:
        if key not in self._data:
            raise WorthError(f"{self.place(key)} is missing.", hint=f"It is {expected}.")
        return self._data[key]

    def _not(self, key: str, expected: str) -> WorthError:
        return WorthError(f"{self.place(key)} is {self._data[key]!r}, which is not {expected}.")
