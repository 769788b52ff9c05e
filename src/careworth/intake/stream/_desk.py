"""Portions of a stream to the desk queue, without waiting for the facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careworth.intake.stream._portions import Portion
from careworth.intake.stream.desk_queue import DeskQueue, queue_rows


@dataclass(frozen=True, slots=True)
class DeskOfStream:
    """Hands requests that name the company to the desk."""

    queue: DeskQueue
    name: str

    def done(self) -> int:
        """The last block that the desk has."""
        return self.queue.done(self.name)

    def put(self, portions: Sequence[Portion], now: datetime) -> int:
        """How many requests were new."""
        rows = [row for one in portions for row in queue_rows(self.name, one.chunk.messages, one.said, now)]
        return self.queue.hand_over(self.name, portions[-1].last, rows)
