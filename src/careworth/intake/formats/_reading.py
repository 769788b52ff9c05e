"""What reading a table of any form needs to know, whatever its rows become."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

import pyarrow as pa

from careworth.intake.formats._base import Chunk, Rejected

Reject: TypeAlias = Callable[[int, str, str], Rejected]
"""Row, reason and detail to the dead letter of that row."""

Convert: TypeAlias = Callable[[pa.Table, Reject, bytes], Chunk]
"""Columns of text, how to reject a row of them, and the header of dead letters, to a chunk."""


class Reading(Protocol):
    """Which columns of a table are wanted, and how its bytes are to be taken."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Our name -> column of the table."""
        ...

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns of the table that must be there."""
        ...

    @property
    def delimiter(self) -> str | None: ...

    @property
    def encoding(self) -> str: ...
