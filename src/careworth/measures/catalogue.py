"""The catalogue of measures: definitions are data (``catalogue.toml``), their SQL stands in ``sql/``."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal

from careworth.errors import UnknownName

Better = Literal["lower", "higher", "neither"]
Nothing = Literal["zero", "absent"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A definition. ``nothing``: what an empty group has; counts of nothing are 0, all else is absent."""

    name: str
    text: str
    unit: str
    better: Better
    nothing: Nothing
    version: int
    population: str
    summary: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def definition(self) -> str:
        """Name and version, as reports cite it."""
        return f"{self.name}@{self.version}"

    @property
    def timed(self) -> bool:
        """Whether it measures waits on a clock, which can be that of business hours."""
        return self.summary in ("duration", "within", "mean_wait", "curve")

    @property
    def by_labels(self) -> bool:
        """Whether it stands on what models read in the texts."""
        return "join labels" in _sql(self.population)

    def population_sql(self) -> str:
        return self._filled(_sql(self.population))

    def summary_sql(self) -> str:
        kaplan_meier = _sql("kaplan_meier").rstrip()
        return self._filled(_sql(f"summary_{self.summary}").replace("{kaplan_meier}", kaplan_meier))

    def _filled(self, sql: str) -> str:
        for name, value in self.parameters.items():
            sql = sql.replace("{" + name + "}", value)
        return sql


def _read(name: str) -> str:
    return (resources.files("careworth.measures") / name).read_text(encoding="utf-8")


@cache
def _sql(name: str) -> str:
    return _read(f"sql/{name}.sql")


def _measure(name: str, entry: Mapping[str, object]) -> Measure:
    return Measure(name=name, **{**entry, "text": str(entry["text"]).strip()})  # type: ignore[arg-type]


MEASURES: Mapping[str, Measure] = {
    name: _measure(name, entry) for name, entry in tomllib.loads(_read("catalogue.toml")).items()
}


def measure_named(name: str) -> Measure:
    """The measure of a name. Raises UnknownName."""
    if name not in MEASURES:
        near = difflib.get_close_matches(name, MEASURES, 1)
        hint = f"Did you mean {near[0]}?" if near else "careworth measures --list names them all."
        raise UnknownName(f"There is no measure {name!r}.", hint=hint)
    return MEASURES[name]
