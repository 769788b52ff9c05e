"""The inbox that the receiver of webhooks fills."""

import sqlite3
import threading
from collections.abc import Iterator
from time import sleep

from careworth.intake.stream.inbox import Inbox
from careworth.intake.stream.sources._base import Disconnected, Read

_MOST = 2_000
_POLL = 0.05


class InboxSource:
    """Bodies of one hook, oldest first; those that are in the spool leave the inbox."""

    def __init__(self, inbox: Inbox, hook: str, form: str) -> None:
        self.form = form
        self._inbox, self._hook = inbox, hook
        self._lock = threading.Lock()

    def read(self, cursor: str | None) -> Iterator[Read]:
        """Never ends of itself; an empty read tells the pipeline that all is well."""
        place = int(cursor or 0)
        while True:
            try:
                with self._lock:
                    found = self._inbox.after(place, self._hook, _MOST)
            except sqlite3.Error as problem:
                raise Disconnected(f"The inbox cannot be read: {problem}.") from problem
            if found:
                place = found[-1][0]
                yield Read([body for _, body in found], str(place))
            else:
                sleep(_POLL)
                yield Read([])

    def settled(self, cursor: str | None) -> None:
        if cursor is not None:
            with self._lock:
                self._inbox.forget(int(cursor), self._hook)
