"""A subject of NATS JetStream: the way to share a stream among several machines.

Each machine takes part in one durable consumer; a message is acknowledged when it is in the spool, so that
one that was taken and not kept goes to somebody else.
"""

import asyncio
import queue
from collections.abc import Iterator

import nats
from nats.aio.msg import Msg
from nats.errors import Error
from nats.errors import TimeoutError as NothingCame

from careworth.intake.stream.sources._base import Disconnected, Read

_AT_ONCE = 500
_WAIT = 0.2


class NatsSubject:
    """Messages of a subject, one record each. The cursor is the number of the last message in its stream."""

    def __init__(self, url: str, subject: str, durable: str, form: str) -> None:
        self.form = form
        self._url, self._subject, self._durable = url, subject, durable
        self._settled: queue.SimpleQueue[int] = queue.SimpleQueue()

    def read(self, cursor: str | None) -> Iterator[Read]:
        loop = asyncio.new_event_loop()
        try:
            yield from self._read(loop)
        except (Error, OSError) as problem:
            raise Disconnected(f"NATS broke off: {type(problem).__name__}.") from problem
        finally:
            loop.close()

    def _read(self, loop: asyncio.AbstractEventLoop) -> Iterator[Read]:
        client = loop.run_until_complete(nats.connect(self._url, allow_reconnect=False, connect_timeout=5))
        try:
            subscription = loop.run_until_complete(
                client.jetstream().pull_subscribe(self._subject, durable=self._durable)
            )
            waiting: list[Msg] = []
            while True:
                waiting = loop.run_until_complete(self._acknowledge(waiting))
                try:
                    got = loop.run_until_complete(subscription.fetch(_AT_ONCE, timeout=_WAIT))
                except NothingCame:
                    yield Read([])
                    continue
                waiting += got
                yield Read([message.data for message in got], str(got[-1].metadata.sequence.stream))
        finally:
            loop.run_until_complete(client.close())

    async def _acknowledge(self, waiting: list[Msg]) -> list[Msg]:
        """Those that wait still."""
        newest = 0
        while not self._settled.empty():
            newest = max(newest, self._settled.get())
        for message in waiting:
            if message.metadata.sequence.stream <= newest:
                await message.ack()
        return [message for message in waiting if message.metadata.sequence.stream > newest]

    def settled(self, cursor: str | None) -> None:
        if cursor is not None:
            self._settled.put(int(cursor))
