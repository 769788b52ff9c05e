"""A stream end to end: read, label, facts, desk queue, at a rate, with the load made on the same machine.

    python benchmarks/stream.py [RATE] [SECONDS]

Prints messages a second from the first byte to the last commit, the promise beside it (12,000), how much of a
core the listener used for it, memory in the second and in the last quarter of the time (what the processes
hold themselves, and with the files they map), and what 99 of 100 blocks took. ``seconds_to_facts`` ends when
the batch can be asked for.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _run import Memory, memory_of, tell_memory

PROMISE = 12_000
DESK, FACTS = 1.0, 5.0
"""Seconds."""


def main(rate: int, seconds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="careworth-stream-") as folder:
        began = time.monotonic()
        load = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("_events.py")), str(rate), str(seconds)],
            stdout=subprocess.PIPE,
        )
        listen = subprocess.Popen(
            [sys.executable, "-m", "careworth.cli", "listen", "lines", "--format", "bluesky",
             "--brand", "acme.test", "--data", folder, "--json"],
            stdin=load.stdout, stdout=subprocess.PIPE,
        )  # fmt: skip
        memory: list[list[Memory]] = []
        loads = []
        while listen.poll() is None:
            memory.append(memory_of(listen.pid))
            loads.append(os.getloadavg()[0])
            time.sleep(0.5)
        took, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        load.wait()  # not before: the line above is about the listener alone
        assert listen.stdout is not None
        account = json.loads(listen.stdout.read())
        assert account["received"] == account["stored"] == rate * seconds, account
        print(f"{rate:,} messages a second offered for {seconds} seconds; "
              f"load average {min(loads):.1f} to {max(loads):.1f}")  # fmt: skip
        _tell(account, took, memory)
        print(f"cores used by the listener {(used.ru_utime + used.ru_stime) / took:.2f}")


def _tell(account: dict[str, float], took: float, memory: list[list[Memory]]) -> None:
    speed = account["stored"] / took
    _promise("messages a second", speed, speed >= PROMISE, f"at least {PROMISE:,}")
    tell_memory([held for held in memory if held])
    for consumer, most in (("desk", DESK), ("facts", FACTS)):
        seconds = account[f"seconds_to_{consumer}_p99"]
        _promise(f"seconds to the {consumer}, p99", seconds, seconds < most, f"below {most:.0f}")
    print(f"queued {account['queued']:,}")


def _promise(what: str, value: float, kept: bool, bar: str) -> None:
    print(f"{'kept  ' if kept else 'BROKEN'} {what}: {value:,.2f} ({bar})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PROMISE, int(sys.argv[2]) if len(sys.argv) > 2 else 300)
