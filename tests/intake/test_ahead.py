"""Working ahead in a thread changes neither the items nor the errors."""

import threading
import time
from collections.abc import Iterator

import pytest

from careworth.intake._ahead import ahead


def test_the_same_items_in_the_same_order() -> None:
    assert list(ahead(range(100))) == list(range(100))
    assert list(ahead([])) == []


def test_an_error_comes_where_its_item_would_have_come() -> None:
    def made() -> Iterator[int]:
        yield 1
        yield 2
        raise KeyError("three")

    items = ahead(made())
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(KeyError, match="three"):
        next(items)


def test_it_works_ahead_but_not_far() -> None:
    made: list[int] = []

    def making() -> Iterator[int]:
        for item in range(50):
            made.append(item)
            yield item

    items = ahead(making(), depth=3)
    next(items)
    deadline = time.monotonic() + 5
    while len(made) < 4 and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(0.02)
    assert 4 <= len(made) <= 6
    items.close()


def test_a_consumer_that_stops_stops_the_producer() -> None:
    closed = threading.Event()

    def making() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    before = threading.active_count()
    items = ahead(making())
    next(items)
    items.close()
    assert threading.active_count() == before
    assert closed.wait(5)
