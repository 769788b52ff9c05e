"""A whole stream in a folder, with the parts that ``careworth listen`` gives it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from stream_facts import BRANDS

from careworth.enrich.own import own_labeller
from careworth.facts.store import Store
from careworth.intake.formats import Format, ReadOptions
from careworth.intake.formats.bluesky import Bluesky
from careworth.intake.stream._desk import DeskOfStream
from careworth.intake.stream._facts import FactsOfStream
from careworth.intake.stream._portions import Preparer
from careworth.intake.stream.counters import Counters
from careworth.intake.stream.desk_queue import DESK, DeskQueue
from careworth.intake.stream.pipeline import Pace, Pipeline
from careworth.intake.stream.sources import Read, Source
from careworth.intake.stream.spool import Spool

BLUESKY = Bluesky()
QUICK = Pace(facts=0.2)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


class Given:
    """A source that says what it was given, some records at a time, and ends."""

    form = "bluesky"

    def __init__(self, records: list[bytes], cursor: str, at_once: int = 1_000_000) -> None:
        self._records, self._cursor, self._at_once = records, cursor, at_once

    def read(self, cursor: str | None) -> Iterator[Read]:
        for first in range(0, len(self._records), self._at_once):
            yield Read(self._records[first : first + self._at_once], self._cursor)

    def settled(self, cursor: str | None) -> None:
        pass


@contextmanager
def pipeline_of(
    source: Source,
    data: Path,
    form: Format = BLUESKY,
    now: Callable[[], datetime] = lambda: NOW,
    pace: Pace = QUICK,
) -> Iterator[tuple[Pipeline, Counters]]:
    """A stream named ``test``."""
    options, labeller = ReadOptions(BRANDS, lines=True), own_labeller(data / "labels")
    spool, queue, counters = Spool(data / "streams"), DeskQueue(data / DESK), Counters("test")
    preparer, desk = Preparer(form, options, labeller), DeskOfStream(queue, "test")
    facts = FactsOfStream(Store(data / "facts"), "test", form.name, options, labeller)
    try:
        yield Pipeline(source, spool, preparer.prepare, desk, facts, counters, now=now, pace=pace), counters
    finally:
        queue.close()
        spool.close()
