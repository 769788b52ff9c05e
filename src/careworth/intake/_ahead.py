"""Let a producer work ahead of its consumer in a thread of its own."""

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T], depth: int = 3) -> Iterator[T]:
    """The same items in the same order, made in a background thread, at most ``depth`` in advance.

    An exception of the producer is raised here, in its place. When the consumer stops early, so does
    the producer.
    """
    made: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(maxsize=depth)
    stopped = threading.Event()

    def offer(item: T | None, problem: BaseException | None) -> bool:
        while not stopped.is_set():
            try:
                made.put((item, problem), timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def produce() -> None:
        try:
            for item in items:
                if not offer(item, None):
                    return
            offer(None, None)
        except BaseException as problem:  # whatever it is, the consumer must see it
            offer(None, problem)

    thread = threading.Thread(target=produce, daemon=True)
    thread.start()
    try:
        while True:
            item, problem = made.get()
            if problem is not None:
                raise problem
            if item is None:
                return
            yield item
    finally:
        stopped.set()
        thread.join()
