"""The messages of a year as columns, written down block by block."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from careworth.simulate._arrivals import NONE
from careworth.simulate._clock import Seconds


@dataclass(frozen=True, slots=True)
class Messages:
    """One entry a message; the index of a message is its name for ``parent``."""

    leg: NDArray[np.int64]
    parent: NDArray[np.int64]
    """The message that this one replies to, or ``NONE``; always an earlier index."""
    sent: Seconds
    act: NDArray[np.int64]
    agent: NDArray[np.int64]
    """Index into the company's agents, or ``NONE``."""
    private: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.leg)

    def take(self, rows: NDArray[np.int64]) -> "Messages":
        """These rows in this order, with parents renamed; a kept reply needs its parent kept."""
        place = np.full(len(self) + 1, NONE)  # the extra entry is where NONE points to
        place[rows] = np.arange(len(rows))
        columns = [getattr(self, field.name)[rows] for field in fields(self)]
        columns[1] = place[columns[1]]
        return Messages(*columns)


class Ledger:
    """Collects blocks of messages and gives each message its index."""

    def __init__(self) -> None:
        self._blocks: list[Messages] = []
        self._size = 0

    def add(self, block: Messages) -> NDArray[np.int64]:
        """Write a block down; returns the indices of its messages."""
        self._blocks.append(block)
        self._size += len(block)
        return np.arange(self._size - len(block), self._size)

    def messages(self) -> Messages:
        """All blocks as one."""
        return Messages(
            *(np.concatenate([getattr(b, f.name) for b in self._blocks]) for f in fields(Messages))
        )
