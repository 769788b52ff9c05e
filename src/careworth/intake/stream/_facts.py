"""Portions of a stream to facts, each exactly once: a batch is known by the number of its last block."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from careworth.enrich.own import OwnLabeller
from careworth.enrich.rows import SAID
from careworth.facts.store import Store
from careworth.intake._ledger import recover
from careworth.intake.erasing import erase_deleted
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import Ingested
from careworth.intake.messages import MessageBatch, batches_done, ingest_messages
from careworth.intake.stream._portions import Portion, joined, one_batch

ERASE_EVERY = 3600.0
"""Seconds between two looks for messages that were taken back: their files are written anew."""


@dataclass(slots=True)
class FactsOfStream:
    """Where the blocks of one stream go. ``form``: the format that would read its dead letters."""

    store: Store
    name: str
    form: str
    options: ReadOptions
    labeller: OwnLabeller
    _erase_at: float = 0.0

    def done(self, now: datetime) -> int:
        """The last block that the facts hold.

        First completes what a killed process began: else its blocks would be taken for new ones.
        """
        with self.store.writing():
            recover(self.store, now)
        return batches_done(self.store, self.name) if self.store.exists() else 0

    def _erase(self, now: datetime) -> None:
        """At the first batch of a run, then now and then."""
        if monotonic() >= self._erase_at and self.store.exists():
            erase_deleted(self.store, now=now)
            self._erase_at = monotonic() + ERASE_EVERY

    def put(self, portions: Sequence[Portion], now: datetime) -> Ingested | None:
        """Store portions that follow one another as one batch. None when they hold no record."""
        if not any(one.records for one in portions):
            return None
        self._erase(now)
        chunk = joined([one.chunk for one in portions])
        said = one_batch([one.said for one in portions], SAID)
        batch = MessageBatch(self.name, portions[-1].last, self.form, chunk, said)
        return ingest_messages(self.store, batch, now=now, options=self.options, labeller=self.labeller)
