"""Things of which each may last for the same time and no longer."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Deadlines(Generic[T]):
    """Calls ``late`` for those that did not end in time. Needs a running loop.

    One timer watches all: one for each request costs more than to check its signature.
    """

    def __init__(self, seconds: float, late: Callable[[T], None]) -> None:
        self._seconds, self._late = seconds, late
        self._until: dict[T, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, one: T) -> None:
        """Its time begins, or begins anew."""
        loop = asyncio.get_running_loop()
        self._until.pop(one, None)  # they stand in the order in which their time ends
        self._until[one] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look)

    def end(self, one: T) -> None:
        """It ended in time, or is forgotten; may be called for what is not there."""
        self._until.pop(one, None)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        for one, until in list(self._until.items()):
            if until > loop.time():
                self._timer = loop.call_at(until, self._look)
                return
            del self._until[one]
            self._late(one)
