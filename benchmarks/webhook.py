"""Webhooks: durable requests a second, each of 1 KB and signed, with the load made on the same machine.

    python benchmarks/webhook.py [SECONDS] [CONNECTIONS]

The same once more while ``careworth listen webhooks`` takes them into facts and desk: how many were accepted
and had become facts, by the time that the last of them had.

Then the receiver is killed with kill -9 in the middle of the load: whatever it acknowledged must be stored.
The load comes from wrk where that is installed (Debian: apt-get install wrk).
"""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

from _webhook_load import SECRET, Sent, send

PROMISE = 6_000
PORT, HEALTH = 8471, 8472
MOST_A_SECOND = 20_000  # requests that are made ready; the load ends early where they do not suffice


@contextmanager
def receiving(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    hooks = folder / "hooks.toml"
    hooks.write_text(f'[meta]\nscheme = "meta"\nsecret = "{SECRET.decode()}"\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "careworth.cli", "webhooks", "--hooks", str(hooks),
         "--port", str(PORT), "--data", str(folder)]
    )  # fmt: skip
    try:
        until_it_answers(f"http://127.0.0.1:{PORT}/health")
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def listening(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "careworth.cli", "listen", "webhooks", "--hook", "meta", "--format", "meta",
         "--brand", "15550100", "--data", str(folder), "--port", str(HEALTH)],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until_it_answers(f"http://127.0.0.1:{HEALTH}/metrics")
        yield process
    finally:
        process.kill()
        process.wait()


def in_facts() -> int:
    metrics = until_it_answers(f"http://127.0.0.1:{HEALTH}/metrics").decode()
    [found] = re.findall(r"^careworth_stream_stored_total\S* (\S+)$", metrics, re.MULTILINE)
    return int(found)


def until_it_answers(url: str) -> bytes:
    for _ in range(300):
        try:
            with urlopen(url, timeout=5) as answer:
                body: bytes = answer.read()
                return body
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} never answered.")


def stored(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "inbox.sqlite3")) as database:
        return int(database.execute("select count(*) from known").fetchone()[0])


def processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def told(what: str, sent: Sent) -> None:
    rate = sent.acknowledged / sent.seconds
    print(f"{what}: {rate:,.0f} a second; {rate / PROMISE:.2f} of the promise")
    print(f"  50 of 100 after {sent.p50:.0f} ms, 99 after {sent.p99:.0f} ms; load from {sent.client}")
    print(f"  load average {os.getloadavg()[0]:.1f}")


def durable(seconds: int, connections: int) -> None:
    with tempfile.TemporaryDirectory(prefix="careworth-webhook-") as name, receiving(Path(name)):
        sent = send(Path(name), PORT, range(seconds * MOST_A_SECOND), seconds, connections)
        told("durable requests", sent)
        assert sent.acknowledged <= stored(Path(name)) <= sent.acknowledged + connections


def processed(seconds: int, connections: int) -> None:
    with tempfile.TemporaryDirectory(prefix="careworth-webhook-") as name:
        folder = Path(name)
        with receiving(folder) as receiver, listening(folder) as listener:
            before = [processor_seconds(process.pid) for process in (receiver, listener)]
            sent = send(folder, PORT, range(seconds * MOST_A_SECOND), seconds, connections)
            told("accepted beside the listener", sent)
            while in_facts() < sent.acknowledged:
                time.sleep(0.2)
            rate = sent.acknowledged / (time.monotonic() - sent.began)
            after = [processor_seconds(process.pid) for process in (receiver, listener)]
            each = [1e6 * (b - a) / sent.acknowledged for a, b in zip(before, after, strict=True)]
            print(f"processed: {rate:,.0f} a second; {rate / PROMISE:.2f} of the promise")
            print(f"  processor time of each: receiver {each[0]:.0f} µs, listener {each[1]:.0f} µs")
            print(f"  load average {os.getloadavg()[0]:.1f}")


def killed(seconds: int, connections: int) -> None:
    with tempfile.TemporaryDirectory(prefix="careworth-webhook-") as name:
        folder = Path(name)
        with receiving(folder) as process:
            numbers = range(seconds * MOST_A_SECOND)
            kill = threading.Thread(target=_kill_under_load, args=[process.pid, folder])
            kill.start()
            sent = send(folder, PORT, numbers, seconds, connections)
            kill.join()
        kept = stored(folder)
        print(f"kill -9: acknowledged {sent.acknowledged:,}, stored {kept:,}")
        assert 0 < sent.acknowledged <= kept <= sent.acknowledged + connections


def _kill_under_load(process: int, folder: Path) -> None:
    while stored(folder) < PROMISE:
        time.sleep(0.05)
    os.kill(process, signal.SIGKILL)


def main(seconds: int, connections: int) -> None:
    durable(seconds, connections)
    processed(seconds, connections)
    killed(5, connections)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, int(sys.argv[2]) if len(sys.argv) > 2 else 128)
