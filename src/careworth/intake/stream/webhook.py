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

from careworth.intake.stream._bodies import SLOWEST_BODY, Bodies, Receive, Refused, most_bytes
from careworth.intake.stream._deliveries import delivery_id
from careworth.intake.stream.inbox import Arrival, Inbox
from careworth.intake.stream.signatures import CHECKS, STALE_AFTER, answer_of_meta, answer_of_x

MOST_WAITING = 20_000
"""Requests that may wait for the disk; further ones hear 503 and come again."""
MOST_HELD = 256 << 20
"""Bytes that their bodies may take in memory, those still being sent among them."""

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Hook:
    """A network that may call: under ``/hooks/<source>``."""

    source: str
    scheme: str
    """One of ``CHECKS``."""
    secret: bytes
    verify_token: bytes = b""


class Receiver:
    """The application. ``now`` gives seconds since 1970; ``slowest`` is the longest a body may take."""

    def __init__(
        self,
        hooks: Mapping[str, Hook],
        inbox: Inbox,
        *,
        now: Callable[[], float],
        slowest: float = SLOWEST_BODY,
    ) -> None:
        self._hooks, self._inbox, self._now = hooks, inbox, now
        self.counts: Counter[str] = Counter()
        self._problem: str | None = None
        self._bodies, self._held = Bodies(slowest), 0
        self._waiting: list[tuple[Arrival, asyncio.Future[bool]]] = []
        self._writer = ThreadPoolExecutor(1, "inbox")
        self._writing: asyncio.Task[None] | None = None
        self._signatures: OrderedDict[bytes, float] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, body = await self._answer(scope, receive)
        except Refused as refused:
            self.counts[refused.reason] += 1
            status, body = refused.status, refused.reason.encode()
        headers = [(b"content-length", b"%d" % len(body))]
        if body:
            headers.append((b"content-type", b"text/plain"))
        if status in (408, 413):
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        path, method = scope["path"], scope["method"]
        if path == "/health":
            return self._health()
        if path == "/metrics":
            return 200, prometheus(self.counts, len(self._waiting), self._held).encode()
        hook = self._hooks.get(path.removeprefix("/hooks/")) if path.startswith("/hooks/") else None
        if hook is None:
            raise Refused(404, "unknown-hook")
        if method == "GET":
            return 200, _challenged(hook, dict(parse_qsl(scope["query_string"], keep_blank_values=True)))
        if method != "POST":
            raise Refused(405, "wrong-method")
        await self._take(hook, dict(scope["headers"]), receive)
        return 200, b""

    def _health(self) -> tuple[int, bytes]:
        healthy = self._problem is None
        said = {"healthy": healthy, "problem": self._problem, "counts": self.counts}
        return 200 if healthy else 503, msgspec.json.encode(said)

    async def _take(self, hook: Hook, headers: Mapping[bytes, bytes], receive: Receive) -> None:
        most = most_bytes(headers)
        if self._held + most > MOST_HELD or len(self._waiting) >= MOST_WAITING:
            raise Refused(503, "too-busy")
        self._held += most
        try:
            body = await self._bodies.read(receive)
            self._check(hook, headers, body)
            await self._keep((hook.source, delivery_id(hook.scheme, headers, body), body))
        finally:
            self._held -= most

    def _check(self, hook: Hook, headers: Mapping[bytes, bytes], body: bytes) -> None:
        now = self._now()
        refused = CHECKS[hook.scheme](hook.secret, headers, body, now)
        if refused is not None:
            raise Refused(401, refused.reason)
        if hook.scheme == "own":
            self._refuse_replay(headers[b"x-careworth-signature"], now)

    def _refuse_replay(self, signature: bytes, now: float) -> None:
        """A genuine sender signs anew when it tries again: its time has moved on."""
        if signature in self._signatures:
            raise Refused(409, "replayed-signature")
        self._signatures[signature] = now
        while self._signatures and now - next(iter(self._signatures.values())) > 2 * STALE_AFTER:
            self._signatures.popitem(last=False)

    async def _keep(self, arrival: Arrival) -> None:
        """Returns when it is on the disk."""
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((arrival, stored))
        if self._writing is None:
            self._writing = loop.create_task(self._write_all())
        if not await stored:
            raise Refused(503, "not-written")

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            stored = await self._write([arrival for arrival, _ in batch])
            for _, waiting in batch:
                if not waiting.done():
                    waiting.set_result(stored)
        self._writing = None

    async def _write(self, arrivals: list[Arrival]) -> bool:
        loop = asyncio.get_running_loop()
        try:
            new = await loop.run_in_executor(self._writer, self._inbox.put, arrivals, self._now())
        except Exception as problem:  # whatever it is: the senders must hear that it is not stored
            self._problem = f"Nothing can be written to the inbox: {problem}."
            return False
        self._problem = None
        self.counts["stored"] += new
        self.counts["duplicates"] += len(arrivals) - new
        return True


def prometheus(counts: Mapping[str, int], waiting: int, held: int) -> str:
    """What became of requests, and what is under way, in Prometheus' text form."""
    total, requests, memory = (f"careworth_webhooks_{name}" for name in ("total", "waiting", "held_bytes"))
    lines = [f"# HELP {total} Requests by what became of them, since the receiver began.",
             f"# TYPE {total} counter",
             *(f'{total}{{outcome="{outcome}"}} {number}' for outcome, number in sorted(counts.items())),
             f"# HELP {requests} Requests that wait for the disk.", f"# TYPE {requests} gauge",
             f"{requests} {waiting}",
             f"# HELP {memory} Bytes that bodies may take in memory.", f"# TYPE {memory} gauge",
             f"{memory} {held}"]  # fmt: skip
    return "".join(f"{line}\n" for line in lines)


def _challenged(hook: Hook, query: Mapping[bytes, bytes]) -> bytes:
    if hook.scheme == "x" and b"crc_token" in query:
        return answer_of_x(hook.secret, query[b"crc_token"])
    challenge = (
        answer_of_meta(hook.verify_token, query) if hook.scheme == "meta" and hook.verify_token else None
    )
    if challenge is None:
        raise Refused(403, "wrong-challenge")
    return challenge
