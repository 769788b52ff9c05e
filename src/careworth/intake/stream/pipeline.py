"""One stream from its source to facts and desk.

Five threads: one reads the source, one makes what was read durable, one parses and labels what is in the
spool, and two bring that to desk and facts, each at its own pace. Whatever stands still makes those before it
wait: the queue of reads is short, portions have a largest size and so has the spool, so memory does not grow;
the upstream waits.
"""

import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic

from careworth.errors import StoreError
from careworth.intake.stream._desk import DeskOfStream
from careworth.intake.stream._facts import FactsOfStream
from careworth.intake.stream._portions import Portion, Portions
from careworth.intake.stream.counters import Counters, State
from careworth.intake.stream.sources._base import Disconnected, Read, Source
from careworth.intake.stream.spool import Block, Spool, SpoolReader

_READS_WAITING = 64
_TRY_AGAIN = 0.5  # seconds, after a full disk or while another process writes


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds and sizes: how long to gather, how much at most."""

    block: float = 0.1
    block_records: int = 5_000
    portion: float = 0.25
    portion_records: int = 12_000
    facts: float = 2.0
    facts_records: int = 120_000
    spool_bytes: int = 2 << 30
    longest_retry: float = 30.0


class Pipeline:
    """Runs until the source ends or ``stop`` is called; then what was read is brought to its end."""

    def __init__(
        self,
        source: Source,
        spool: Spool,
        prepare: Callable[[Sequence[Block]], Portion],
        desk: DeskOfStream,
        facts: FactsOfStream,
        counters: Counters,
        *,
        now: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:
        self._source, self._spool, self._portion_of = source, spool, prepare
        self._desk, self._facts = desk, facts
        self._counters, self._now, self._pace = counters, now, pace or Pace()
        self._reads: queue.Queue[tuple[float, Read] | None] = queue.Queue(_READS_WAITING)
        self._stop = threading.Event()
        self._spooled_all, self._prepared_all = threading.Event(), threading.Event()
        self._grew = threading.Condition()
        self._failure: BaseException | None = None
        self._done = {"desk": 0, "facts": 0}
        self._portions = Portions(self._done)
        self._consuming = len(self._done)

    def stop(self) -> None:
        """Read no more. Safe to call from a signal handler."""
        self._stop.set()

    def run(self) -> State:
        """Raises what made a part of it end."""
        self._done.update(desk=self._desk.done(), facts=self._facts.done(self._now()))
        last = self._spool.last
        self._counters.start(self._done, last.number, last.received, last.left_out)
        threads = [self._thread(part) for part in (self._spool_reads, self._prepare, self._to_facts)]
        self._thread(self._read_source)
        self._guarded(self._to_desk)
        for thread in threads:
            thread.join()
        if self._failure is not None:
            raise self._failure
        return self._counters.state()

    def _thread(self, part: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=self._guarded, args=[part], name=part.__name__, daemon=True)
        thread.start()
        return thread

    def _guarded(self, part: Callable[[], None]) -> None:
        try:
            part()
        except BaseException as problem:
            self._failure = self._failure or problem
            self._stop.set()
            self._spooled_all.set()
            self._prepared_all.set()

    def _read_source(self) -> None:
        cursor, wait = self._spool.last.cursor, 0.5
        while not self._stop.is_set():
            try:
                for read in self._source.read(cursor):
                    self._counters.connected, wait = True, 0.5
                    cursor = read.cursor or cursor
                    self._put((monotonic(), read))
                    if self._stop.is_set():
                        return
                break
            except Disconnected as problem:
                self._counters.connected = False
                self._counters.disconnected()
                cursor = None if problem.forget_cursor else cursor
                self._stop.wait(wait)
                wait = min(wait * 2, self._pace.longest_retry)
        self._put(None)

    def _put(self, read: tuple[float, Read] | None) -> None:
        while not self._stop.is_set():
            try:
                self._reads.put(read, timeout=0.2)
                return
            except queue.Full:
                continue

    def _spool_reads(self) -> None:
        for began, reads in self._gathered():
            if not any(read.records or read.left_out for read in reads):
                continue
            records = [record for read in reads for record in read.records]
            left_out: Counter[str] = Counter()
            for read in reads:
                left_out.update(read.left_out)
            cursor = next((read.cursor for read in reversed(reads) if read.cursor), self._spool.last.cursor)
            while not self._try("spool", partial(self._append, records, cursor, left_out, began)):
                if self._stop.is_set():
                    break
        self._spooled_all.set()

    def _append(self, records: list[bytes], cursor: str | None, left_out: Counter[str], began: float) -> None:
        if self._spool.waiting_bytes() > self._pace.spool_bytes:
            raise StoreError("The spool is full: the facts or the desk do not keep up.")
        block = self._spool.append(records, cursor, left_out)
        self._counters.spooled(block.number, block.received, block.left_out, began)
        self._source.settled(cursor)
        with self._grew:
            self._grew.notify_all()

    def _gathered(self) -> Iterator[tuple[float, list[Read]]]:
        """Reads that came together, with the moment of the first."""
        ended = False
        while not ended and not self._stop.is_set():
            try:
                first = self._reads.get(timeout=0.2)
            except queue.Empty:
                continue
            if first is None:
                return
            began, reads, records = first[0], [first[1]], len(first[1].records)
            while records < self._pace.block_records:
                try:
                    more = self._reads.get(timeout=max(0.0, began + self._pace.block - monotonic()))
                except queue.Empty:
                    break
                if more is None:
                    ended = True
                    break
                reads.append(more[1])
                records += len(more[1].records)
            yield began, reads

    def _prepare(self) -> None:
        """Portions end where a consumer stands, so that both can begin with one of them."""
        reader, furthest = self._spool.reader(min(self._done.values())), max(self._done.values())
        while self._consuming:
            began, ended = monotonic(), self._spooled_all.is_set()
            blocks = reader.read(self._pace.portion_records, furthest if reader.at < furthest else None)
            if blocks:
                self._portions.put(self._portion_of(blocks), lambda: self._consuming == 0)
                if not ended:
                    self._stop.wait(max(0.0, self._pace.portion - (monotonic() - began)))
            elif ended:
                break
            else:
                self._await_block(reader)
        self._prepared_all.set()

    def _await_block(self, reader: SpoolReader) -> None:
        with self._grew:
            if self._spool.last.number <= reader.at:
                self._grew.wait(0.2)

    def _to_desk(self) -> None:
        def put(portions: list[Portion]) -> None:
            self._counters.queued(self._desk.put(portions, self._now()))

        self._consume("desk", put, 0.0, self._pace.portion_records)

    def _to_facts(self) -> None:
        def put(portions: list[Portion]) -> None:
            brought = self._facts.put(portions, self._now())
            if brought is not None:
                self._counters.brought(brought.stored, brought.duplicates, brought.skipped)

        self._consume("facts", put, self._pace.facts, self._pace.facts_records)

    def _consume(self, consumer: str, put: Callable[[list[Portion]], None], gather: float, most: int) -> None:
        """The very same portions until they are through: another batch might hold some of them twice."""
        try:
            for portions in self._waiting(consumer, gather, most):
                while not self._try(consumer, partial(put, portions)):
                    if self._stop.is_set():
                        return
                self._done[consumer] = portions[-1].last
                self._counters.done(consumer, portions[-1].last)
                self._portions.done()
                self._spool.forget(min(self._done.values()))
        finally:
            self._consuming -= 1

    def _try(self, where: str, act: Callable[[], None]) -> bool:
        try:
            act()
        except StoreError as problem:
            self._counters.problem(where, problem.sentence)
            self._stop.wait(_TRY_AGAIN)
            return False
        self._counters.problem(where, None)
        return True

    def _waiting(self, consumer: str, gather: float, most: int) -> Iterator[list[Portion]]:
        """Portions that the consumer has not done, some at once; ends when all are done."""
        while True:
            began, done = monotonic(), self._done[consumer]
            ended = self._prepared_all.is_set()
            portions = self._portions.behind(done, most) or self._made_again(done)
            if portions:
                yield portions
                if self._stop.is_set() and self._failure is not None:
                    return
                if not ended and sum(one.records for one in portions) < most:
                    self._stop.wait(max(0.0, gather - (monotonic() - began)))
            elif ended:
                return
            else:
                self._portions.wait(done, 0.2)

    def _made_again(self, done: int) -> list[Portion]:
        """The portion that did not fit into memory until it was needed; [] when there is none such."""
        following = self._portions.first_behind(done)
        if following is None or following == done + 1:
            return []
        blocks = self._spool.reader(done).read(self._pace.portion_records, following - 1)
        return [self._portion_of(blocks)]
