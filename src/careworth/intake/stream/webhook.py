"""The receiver of webhooks: a bare ASGI application that says 200 only for what is on the disk.

Requests append to a list and await one future for all of them; a thread takes the whole list, commits it in
one transaction and resolves the future. There is no timer: an idle receiver answers at once, and the batches
grow with the load.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from careworth.intake.stream._deliveries import delivery_id
from careworth.intake.stream.inbox import Arrival, Inbox
from careworth.intake.stream.signatures import CHECKS, STALE_AFTER, answer_of_meta, answer_of_x

LARGEST_BODY = 1 << 20
SLOWEST_BODY = 10.0
"""Seconds after which a client that has not sent its whole body is cut off."""
MOST_WAITING = 20_000
"""Requests that may wait for the disk; further ones hear 503 and come again."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Hook:
    """A network that may call: under ``/hooks/<source>``."""

    source: str
    scheme: str
    """One of ``CHECKS``."""
    secret: bytes
    verify_token: bytes = b""


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Receiver:
    """The application. ``now`` gives seconds since 1970, which only our own scheme looks at."""

    def __init__(self, hooks: Mapping[str, Hook], inbox: Inbox, *, now: Callable[[], float]) -> None:
        self._hooks, self._inbox, self._now = hooks, inbox, now
        self.counts: Counter[str] = Counter()
        self._waiting: list[Arrival] = []
        self._written: asyncio.Future[None] | None = None
        self._writer = ThreadPoolExecutor(1, "inbox")
        self._writing: asyncio.Task[None] | None = None
        self._signatures: OrderedDict[bytes, float] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        try:
            status, body = await self._answer(scope, receive)
        except _Refused as refused:
            self.counts[refused.reason] += 1
            status, body = refused.status, refused.reason.encode()
        headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"text/plain")]
        if status in (408, 413):
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        path, method = scope["path"], scope["method"]
        if path == "/health":
            return 200, msgspec.json.encode({"healthy": True, "counts": self.counts})
        hook = self._hooks.get(path.removeprefix("/hooks/")) if path.startswith("/hooks/") else None
        if hook is None:
            raise _Refused(404, "unknown-hook")
        if method == "GET":
            return 200, _challenged(hook, dict(parse_qsl(scope["query_string"], keep_blank_values=True)))
        if method != "POST":
            raise _Refused(405, "wrong-method")
        headers = dict(scope["headers"])
        body = await _body(headers, receive)
        self._check(hook, headers, body)
        if len(self._waiting) >= MOST_WAITING:
            raise _Refused(503, "too-busy")
        await self._keep((hook.source, delivery_id(hook.scheme, headers, body), body))
        return 200, b""

    def _check(self, hook: Hook, headers: Mapping[bytes, bytes], body: bytes) -> None:
        now = self._now()
        refused = CHECKS[hook.scheme](hook.secret, headers, body, now)
        if refused is not None:
            raise _Refused(401, refused.reason)
        if hook.scheme == "own":
            self._refuse_replay(headers[b"x-careworth-signature"], now)

    def _refuse_replay(self, signature: bytes, now: float) -> None:
        """A genuine sender signs anew when it tries again: its time has moved on."""
        if signature in self._signatures:
            raise _Refused(409, "replayed-signature")
        self._signatures[signature] = now
        while self._signatures and now - next(iter(self._signatures.values())) > 2 * STALE_AFTER:
            self._signatures.popitem(last=False)

    async def _keep(self, arrival: Arrival) -> None:
        """Returns when it is on the disk."""
        loop = asyncio.get_running_loop()
        if self._written is None:
            self._written = loop.create_future()
        self._waiting.append(arrival)
        written = self._written
        if self._writing is None:
            self._writing = loop.create_task(self._write_all())
        try:
            await asyncio.shield(written)
        except OSError:
            raise _Refused(503, "not-written") from None

    async def _write_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, written = self._waiting, self._written
            self._waiting, self._written = [], None
            assert written is not None
            try:
                new = await loop.run_in_executor(self._writer, self._inbox.put, batch)
            except Exception as problem:  # whatever it is: the senders must hear that it is not stored
                written.set_exception(OSError(str(problem)))
                continue
            self.counts["stored"] += new
            self.counts["duplicates"] += len(batch) - new
            written.set_result(None)
        self._writing = None


async def _body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise _Refused(413, "too-large")
    first = await _received(receive, SLOWEST_BODY)
    if not first.get("more_body"):  # nearly always: no task and no timer for it
        return _within(first["body"])
    parts = [first["body"]]
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            more = True
            while more:
                message = await receive()
                _refuse_gone(message)
                parts.append(message.get("body", b""))
                _within(b"".join(parts) if len(parts) % 64 == 0 else parts[-1])
                more = message.get("more_body", False)
    except TimeoutError:
        raise _Refused(408, "too-slow") from None
    return _within(b"".join(parts))


async def _received(receive: Receive, seconds: float) -> MutableMapping[str, Any]:
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
    except TimeoutError:
        raise _Refused(408, "too-slow") from None
    _refuse_gone(message)
    return message


def _refuse_gone(message: Mapping[str, Any]) -> None:
    if message["type"] == "http.disconnect":
        raise _Refused(400, "client-gone")


def _within(body: bytes) -> bytes:
    if len(body) > LARGEST_BODY:
        raise _Refused(413, "too-large")
    return body


def _challenged(hook: Hook, query: Mapping[bytes, bytes]) -> bytes:
    if hook.scheme == "x" and b"crc_token" in query:
        return answer_of_x(hook.secret, query[b"crc_token"])
    challenge = (
        answer_of_meta(hook.verify_token, query) if hook.scheme == "meta" and hook.verify_token else None
    )
    if challenge is None:
        raise _Refused(403, "wrong-challenge")
    return challenge


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
