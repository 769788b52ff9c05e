"""What every source of a stream has in common."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Read:
    """What came together. ``cursor``: where the upstream is to be taken up behind it, as far as it knows."""

    records: Sequence[bytes]
    cursor: str | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Reason -> records that a filter left out, which are counted but not kept."""


class Source(Protocol):
    """One upstream. ``form`` is the format that reads its records."""

    form: str

    def read(self, cursor: str | None) -> Iterator[Read]:
        """What comes behind the cursor, in its order; ends with the upstream.

        Raises Disconnected when the upstream breaks off: the pipeline asks again, from its newest cursor.
        """
        ...

    def settled(self, cursor: str | None) -> None:
        """Everything up to the cursor is durable here. Called by another thread than ``read``'s."""
        ...


class Disconnected(Exception):
    """The upstream broke off, could not be reached, or spoke nonsense. ``reason`` is a sentence."""

    def __init__(self, reason: str, *, forget_cursor: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.forget_cursor = forget_cursor
        """The upstream says that it does not know the cursor."""
