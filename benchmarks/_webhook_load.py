"""Signed requests for the receiver of webhooks, and two clients that send them.

wrk costs little beside the receiver; where it is not installed a client in Python does, which takes about as
much of the machine as the receiver itself and halves the figure.
"""

import asyncio
import hashlib
import hmac
import json
import shutil
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

SECRET = b"secret"
BODY = 1024
_TEXTS = (
    b"hello, my order has not arrived although it was promised for last Friday, where is it please?",
    b"thank you so much, the parcel came today and everything in it is as it should be",
    b"good morning! we are having a lovely time at the lake with the children this week",
)
_BODY = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{'
    b'"metadata":{"display_phone_number":"15550100","phone_number_id":"2"},"messages":[{"from":"1555%07d",'
    b'"id":"wamid.%s","timestamp":"%d","type":"text","text":{"body":"%s"}}]}}],"padding":"%s"}]}'
)


def request(number: int) -> bytes:
    """One signed request, always of the same length; its message has an id of its own.

    About a hundred letters of it are what somebody wrote, as in a real one; a third of them are requests.
    """
    name = hashlib.blake2b(b"%d" % number, digest_size=20).hexdigest().encode()  # as scattered as real ones
    told = (number % 100_000, name, 1_790_000_000 + number // 1000, _TEXTS[number % len(_TEXTS)])
    body = _BODY % (*told, b"x" * (BODY - len(_BODY % (*told, b""))))
    return (
        b"POST /hooks/meta HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
        b"X-Hub-Signature-256: sha256=%s\r\n\r\n%s"
        % (len(body), hmac.digest(SECRET, body, hashlib.sha256).hex().encode(), body)
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """``acknowledged`` requests heard 200; milliseconds until half of them and 99 of 100 did."""

    client: str
    acknowledged: int
    seconds: float
    p50: float
    p99: float
    began: float
    """When the first was sent, on the clock of ``time.monotonic``."""


def send(folder: Path, port: int, numbers: range, seconds: float, connections: int) -> Sent:
    """Send requests for some seconds, or until they are used up. Their file is written first."""
    if shutil.which("wrk") is None:
        return asyncio.run(_in_python(port, iter(numbers), seconds, connections))
    file = folder / "requests.bin"
    with file.open("wb") as out:
        out.writelines(map(request, numbers))
    began = time.monotonic()
    said = subprocess.run(
        ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds:.0f}s",
         "--script", str(Path(__file__).with_name("webhook.lua")), f"http://127.0.0.1:{port}", "--",
         str(file), str(len(request(0))), str(len(numbers))],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()[-1]  # fmt: skip
    file.unlink()
    told = json.loads(said)
    return Sent("wrk", told["answered"] - told["refused"], told["seconds"], told["p50"], told["p99"], began)


class _Client(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, numbers: Iterable[int], waits: list[float]) -> None:
        self._numbers, self._waits = numbers, waits

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1 200"):
            self._waits.append(time.monotonic() - self._asked)
            self._ask()

    def _ask(self) -> None:
        self._asked = time.monotonic()
        for number in islice(self._numbers, 1):
            self._transport.write(request(number))


async def _in_python(port: int, numbers: Iterable[int], seconds: float, connections: int) -> Sent:
    loop, waits = asyncio.get_running_loop(), list[float]()
    began = time.monotonic()
    made = [
        await loop.create_connection(lambda: _Client(numbers, waits), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    for transport, _ in made:
        transport.close()
    told = [1000 * wait for wait in sorted(waits)] or [0.0]
    half, most = told[len(told) // 2], told[len(told) * 99 // 100]
    return Sent("a client in Python", len(waits), took, half, most, began)
