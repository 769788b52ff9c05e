"""Blocks of a spool to the desk queue: labelled at once, without waiting for the facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careworth.enrich.own import OwnLabeller
from careworth.intake.stream._parsed import Parser, joined
from careworth.intake.stream.desk_queue import DeskQueue, queue_rows
from careworth.intake.stream.spool import Block


@dataclass(frozen=True, slots=True)
class DeskOfStream:
    """Hands requests that name the company to the desk."""

    queue: DeskQueue
    name: str
    parser: Parser
    labeller: OwnLabeller

    def put(self, blocks: Sequence[Block], now: datetime) -> int:
        """How many requests were new."""
        messages = joined([self.parser.keep(block) for block in blocks]).messages
        rows: list[tuple[object, ...]] = []
        if messages.num_rows:
            labels = self.labeller.label(messages["text"])
            rows = queue_rows(self.name, messages, labels, self.labeller.version, now)
        return self.queue.hand_over(self.name, blocks[-1].number, rows)
