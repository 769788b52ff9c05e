"""Blocks of a spool to facts, each exactly once: a batch is known by the number of its last block."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careworth.enrich.own import OwnLabeller
from careworth.facts.store import Store
from careworth.intake._ledger import recover
from careworth.intake.ingest import Ingested
from careworth.intake.labelling import label_batch
from careworth.intake.messages import MessageBatch, batches_done, ingest_messages
from careworth.intake.stream._parsed import Parser, joined
from careworth.intake.stream.spool import Block


@dataclass(frozen=True, slots=True)
class FactsOfStream:
    """Where the blocks of one stream go."""

    store: Store
    name: str
    parser: Parser
    labeller: OwnLabeller

    def done(self, now: datetime) -> int:
        """The last block that the facts hold.

        First completes what a killed process began: else its blocks would be taken for new ones.
        """
        with self.store.writing():
            recover(self.store, now)
        return batches_done(self.store, self.name) if self.store.exists() else 0

    def put(self, blocks: Sequence[Block], now: datetime) -> Ingested | None:
        """Store blocks that follow one another as one batch. None when they hold no record."""
        if not any(block.records for block in blocks):
            return None
        chunk = joined([self.parser.take(block) for block in blocks])
        return ingest_messages(
            self.store,
            MessageBatch(self.name, blocks[-1].number, self.parser.form.name, chunk),
            now=now,
            options=self.parser.options,
            also=lambda batch, stored: label_batch(self.store, self.labeller, batch) if stored else None,
        )
