"""Settings as data, read once at the edge: no other module looks at the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting; the environment variable is ``CAREWORTH_`` and its name in capitals."""

    name: str
    default: str
    help: str

    @property
    def variable(self) -> str:
        return f"CAREWORTH_{self.name.upper()}"


DATA = Setting("data", "careworth-data", "The folder that holds the facts.")
ENGINE = Setting(
    "engine", "", "Where measures are computed: empty for DuckDB, or postgresql://... or spark://..."
)
SETTINGS = (DATA, ENGINE)


@dataclass(frozen=True, slots=True)
class Config:
    data: Path
    engine: str | None

    @property
    def facts(self) -> Path:
        return self.data / "facts"


def read(environment: Mapping[str, str], data: Path | None = None, engine: str | None = None) -> Config:
    """What was said on the command line, else in the environment, else the default."""
    folder = data if data is not None else Path(environment.get(DATA.variable) or DATA.default)
    return Config(folder, engine or environment.get(ENGINE.variable) or None)
