"""Portions of a stream to facts, each exactly once: a batch is known by the number of its last block."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careworth.enrich.own import OwnLabeller
from careworth.enrich.rows import SAID
from careworth.facts.store import Store
from careworth.intake._ledger import recover
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import Ingested
from careworth.intake.messages import MessageBatch, batches_done, ingest_messages
from careworth.intake.stream._portions import Portion, joined, one_batch


@dataclass(frozen=True, slots=True)
class FactsOfStream:
    """Where the blocks of one stream go. ``form``: the format that would read its dead letters."""

    store: Store
    name: str
    form: str
    options: ReadOptions
    labeller: OwnLabeller

    def done(self, now: datetime) -> int:
        """The last block that the facts hold.

        First completes what a killed process began: else its blocks would be taken for new ones.
        """
        with self.store.writing():
            recover(self.store, now)
        return batches_done(self.store, self.name) if self.store.exists() else 0

    def put(self, portions: Sequence[Portion], now: datetime) -> Ingested | None:
        """Store portions that follow one another as one batch. None when they hold no record."""
        if not any(one.records for one in portions):
            return None
        chunk = joined([one.chunk for one in portions])
        said = one_batch([one.said for one in portions], SAID)
        batch = MessageBatch(self.name, portions[-1].last, self.form, chunk, said)
        return ingest_messages(self.store, batch, now=now, options=self.options, labeller=self.labeller)
