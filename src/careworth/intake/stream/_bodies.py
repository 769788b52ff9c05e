"""Bodies of requests: whole, not too large and not too slow."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from careworth.intake.stream._deadlines import Deadlines

LARGEST_BODY = 1 << 20
SLOWEST_BODY = 10.0
"""Seconds after which a client that has not sent its whole body is cut off."""

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Refused(Exception):
    """The request is answered with ``status`` and counted under ``reason``."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def most_bytes(headers: Mapping[bytes, bytes]) -> int:
    """How large the body may become. Refuses one that is too large before it is sent."""
    said = headers.get(b"content-length")
    if said is None:
        return LARGEST_BODY
    if not said.isdigit() or int(said) > LARGEST_BODY:
        raise Refused(413, "too-large")
    return int(said)


class Bodies:
    """Reads them; ``slowest`` is the longest that one may take, in seconds."""

    def __init__(self, slowest: float = SLOWEST_BODY) -> None:
        self._late: set[asyncio.Task[Any]] = set()
        self._under_way: Deadlines[asyncio.Task[Any]] = Deadlines(slowest, self._cut_off)

    async def read(self, receive: Receive) -> bytes:
        """The whole body. Refuses with 408 or 413; with 400 when the client went away."""
        task = asyncio.current_task()
        assert task is not None
        self._under_way.begin(task)
        try:
            return await _whole(receive)
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            self._late.discard(task)
            task.uncancel()
            raise Refused(408, "too-slow") from None
        finally:
            self._under_way.end(task)

    def _cut_off(self, task: asyncio.Task[Any]) -> None:
        self._late.add(task)
        task.cancel()


async def _whole(receive: Receive) -> bytes:
    message = await _part(receive)
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):  # nearly always
        return _within(body)
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await _part(receive)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            break
    return _within(b"".join(parts))


async def _part(receive: Receive) -> MutableMapping[str, Any]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Refused(400, "client-gone")
    return message


def _within(body: bytes) -> bytes:
    if len(body) > LARGEST_BODY:
        raise Refused(413, "too-large")
    return body
