"""Webhooks: durable requests a second, each of 1 KB and signed, with the load made on the same machine.

    python benchmarks/webhook.py [SECONDS] [CONNECTIONS]

Then the receiver is killed with kill -9 in the middle of the load: whatever it acknowledged must be stored.
"""

import asyncio
import hashlib
import hmac
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

PROMISE = 6_000
PORT = 8471
SECRET = b"secret"


def request(number: int) -> bytes:
    head = b'{"entry":[{"changes":[{"value":{"messages":[{"id":"wamid.%d"}]}}]}],"text":"' % number
    body = head + b"x" * (1024 - len(head) - 2) + b'"}'
    signature = hmac.digest(SECRET, body, hashlib.sha256).hex().encode()
    return (
        b"POST /hooks/meta HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1024\r\n"
        b"X-Hub-Signature-256: sha256=%s\r\n\r\n%s" % (signature, body)
    )


class Client(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    acknowledged = 0
    number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        Client.number += 1
        self.transport.write(request(Client.number))

    def data_received(self, data: bytes) -> None:
        answers = data.count(b"HTTP/1.1 200")
        Client.acknowledged += answers
        if answers:
            self.ask()


async def load(seconds: float, connections: int, kill: int | None) -> None:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Client, "127.0.0.1", PORT) for _ in range(connections)]
    await asyncio.sleep(seconds)
    if kill is not None:
        os.kill(kill, signal.SIGKILL)
        await asyncio.sleep(0.5)
    for transport, _ in made:
        transport.close()


def receiver(folder: Path) -> subprocess.Popen[bytes]:
    hooks = folder / "hooks.toml"
    hooks.write_text(f'[meta]\nscheme = "meta"\nsecret = "{SECRET.decode()}"\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "careworth.cli", "webhooks", "--hooks", str(hooks),
         "--port", str(PORT), "--data", str(folder)]
    )  # fmt: skip
    time.sleep(3)
    return process


def stored(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "inbox.sqlite3")) as database:
        return int(database.execute("select count(*) from inbox").fetchone()[0])


def main(seconds: int, connections: int) -> None:
    with tempfile.TemporaryDirectory(prefix="careworth-webhook-") as name:
        folder = Path(name)
        process = receiver(folder)
        asyncio.run(load(seconds, connections, process.pid))
        process.wait()
        rate, kept = Client.acknowledged / seconds, stored(folder)
        print(f"durable requests a second {rate:,.0f}; {rate / PROMISE:.2f} of the promise")
        print(f"kill -9: acknowledged {Client.acknowledged:,}, stored {kept:,}, asked {Client.number:,}")
        print(f"load average {os.getloadavg()[0]:.1f}")
        assert Client.acknowledged <= kept <= Client.number


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, int(sys.argv[2]) if len(sys.argv) > 2 else 128)
