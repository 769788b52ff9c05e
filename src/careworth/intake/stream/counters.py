"""What a stream did so far: counts, rates and how long the oldest waiting block has waited.

Ages are told by a clock that never jumps. A block found at the start counts from the start.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

CONSUMERS = ("desk", "facts")
_TIMED = 10_000  # blocks: about a quarter of an hour


@dataclass(frozen=True, slots=True)
class State:
    """One moment of a stream."""

    source: str
    received: int
    skipped: Mapping[str, int]
    """Reason -> how many, those that a filter left out and those that became dead letters."""
    stored: int
    duplicates: int
    queued: int
    """Requests handed to the desk."""
    waiting: Mapping[str, int]
    """Consumer -> blocks it has not done yet."""
    oldest: Mapping[str, float]
    """Consumer -> seconds that its oldest waiting block has waited; 0 when none waits."""
    took: Mapping[str, float | None]
    """Consumer -> seconds from read to done that 99 of 100 of the latest blocks took at most."""
    disconnects: int
    problems: Mapping[str, str]
    """Part -> what keeps it from going on, such as a full disk."""
    received_rate: float
    """Records a second, over the last minute at most."""
    connected: bool


class Counters:
    """Kept by the threads of one stream."""

    def __init__(self, source: str, clock: Callable[[], float] = monotonic) -> None:
        self.source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._received = self._stored = self._duplicates = self._queued = self._disconnects = 0
        self._left_out: Mapping[str, int] = {}
        self._skipped: Counter[str] = Counter()
        self._arrived: deque[tuple[int, float]] = deque()
        self._done = dict.fromkeys(CONSUMERS, 0)
        self._recent: deque[tuple[float, int]] = deque()
        self._took: dict[str, deque[float]] = {name: deque(maxlen=_TIMED) for name in CONSUMERS}
        self._problems: dict[str, str] = {}
        self.connected = False

    def start(self, done: Mapping[str, int], last: int, received: int, left_out: Mapping[str, int]) -> None:
        now = self._clock()
        with self._lock:
            self._done.update(done)
            self._received, self._left_out = received, left_out
            self._arrived.extend((number, now) for number in range(min(done.values()) + 1, last + 1))

    def spooled(self, number: int, received: int, left_out: Mapping[str, int], arrived: float) -> None:
        """A block is durable; ``arrived``: when its first record was read."""
        now = self._clock()
        with self._lock:
            self._received, self._left_out = received, left_out
            self._arrived.append((number, arrived))
            self._recent.append((now, received))
            while self._recent and now - self._recent[0][0] > 60:
                self._recent.popleft()

    def brought(self, stored: int, duplicates: int, skipped: Mapping[str, int]) -> None:
        with self._lock:
            self._stored += stored
            self._duplicates += duplicates
            self._skipped.update(skipped)

    def queued(self, number: int) -> None:
        with self._lock:
            self._queued += number

    def done(self, consumer: str, number: int) -> None:
        now = self._clock()
        with self._lock:
            before, self._done[consumer] = self._done[consumer], number
            self._took[consumer].extend(now - at for block, at in self._arrived if before < block <= number)
            slowest = min(self._done.values())
            while self._arrived and self._arrived[0][0] <= slowest:
                self._arrived.popleft()

    def disconnected(self) -> None:
        with self._lock:
            self._disconnects += 1

    def problem(self, where: str, what: str | None) -> None:
        """Note what keeps a part from going on; None when it goes on again."""
        with self._lock:
            if what is None:
                self._problems.pop(where, None)
            else:
                self._problems[where] = what

    def state(self) -> State:
        now = self._clock()
        with self._lock:
            waiting = {
                name: [at for number, at in self._arrived if number > self._done[name]] for name in CONSUMERS
            }
            skipped = Counter(self._left_out)
            skipped.update(self._skipped)
            return State(
                source=self.source,
                received=self._received,
                skipped=dict(sorted(skipped.items())),
                stored=self._stored,
                duplicates=self._duplicates,
                queued=self._queued,
                waiting={name: len(ages) for name, ages in waiting.items()},
                oldest={name: now - ages[0] if ages else 0.0 for name, ages in waiting.items()},
                took={name: _percentile(took) for name, took in self._took.items()},
                disconnects=self._disconnects,
                problems=dict(self._problems),
                received_rate=self._rate(now),
                connected=self.connected,
            )

    def _rate(self, now: float) -> float:
        if len(self._recent) < 2 or now - self._recent[-1][0] > 60:
            return 0.0
        (began, first), (_, last) = self._recent[0], self._recent[-1]
        return (last - first) / max(now - began, 1e-3)


def _percentile(took: deque[float]) -> float | None:
    return sorted(took)[max(0, -(-len(took) * 99 // 100) - 1)] if took else None
