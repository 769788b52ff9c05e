"""What an engine can do."""

from typing import Protocol

import pyarrow as pa

from careworth.facts.dialects import Dialect


class Engine(Protocol):
    """A place where the tables of facts can be asked. Close it after use."""

    dialect: Dialect

    def register(self, name: str, rows: pa.Table) -> None:
        """Make a small table known under a name, for this engine only."""
        ...

    def query(self, sql: str) -> pa.Table:
        """The answer to a text in the engine's own dialect. Raises EngineError."""
        ...

    def close(self) -> None: ...
