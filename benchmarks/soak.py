"""A long run with everything going wrong: kill -9 of the listener, an upstream that breaks off, repeats
itself and talks nonsense. Nothing lost, nothing twice, order kept, memory flat.

    python benchmarks/soak.py [RATE] [MINUTES] [KILLS]

The upstream is a Jetstream in a process of its own: it breaks off at random moments and goes on at the cursor
it is asked for, which the listener puts two seconds back. Every 997th event is broken. At the end the facts
are held against what was sent: every event, each once, in the order of its conversation.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from _events import event
from _run import Memory, memory_of, tell_memory
from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store

PORT, HEALTH = 8377, 8378
BROKEN_EVERY = 997
QUIET = 20.0
"""Seconds at the end in which nothing is killed, so that what was sent last arrives."""


def upstream(rate: int, seconds: float) -> None:
    """Serve events 0, 1, ... as they fall due; the time of an event is its number."""
    began = time.monotonic()
    chance = random.Random(7)

    async def talk(socket: ServerConnection) -> None:
        assert socket.request is not None
        asked = parse_qs(urlsplit(socket.request.path).query)
        number = int(asked["cursor"][0]) * rate // 1_000_000 if "cursor" in asked else 0
        breaks_off = time.monotonic() + chance.uniform(20, 90)
        try:
            while time.monotonic() < min(breaks_off, began + seconds + QUIET):
                due = int(min(time.monotonic() - began, seconds) * rate)
                while number < min(due, number + 500):
                    await socket.send(_sent(number, rate))
                    number += 1
                await asyncio.sleep(0.05 if number >= due else 0)
        except ConnectionClosed:
            pass

    async def run() -> None:
        async with serve(talk, "127.0.0.1", PORT, compression=None):
            await asyncio.sleep(seconds + 600)

    asyncio.run(run())


def _sent(number: int, rate: int) -> str:
    """An event whose time is when it was due, in microseconds since the beginning."""
    us = number * 1_000_000 // rate
    if number % BROKEN_EVERY == BROKEN_EVERY - 1:
        return f'{{"time_us":{us},"broken'
    return event(number).replace(f'"time_us":{number},', f'"time_us":{us},').strip()


def listen(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "careworth.cli", "listen", "jetstream", "--url",
         f"ws://127.0.0.1:{PORT}/subscribe", "--brand", "acme.test", "--data", str(folder),
         "--port", str(HEALTH)],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def main(rate: int, minutes: float, kills: int) -> None:
    seconds = minutes * 60
    with tempfile.TemporaryDirectory(prefix="careworth-soak-") as name:
        folder = Path(name)
        command = [sys.executable, __file__, "upstream", str(rate), str(seconds)]
        sender = subprocess.Popen(command)
        time.sleep(1)
        try:
            samples = list(_watched(folder, seconds, kills))
        finally:
            sender.kill()
            sender.wait()
        _tell(samples)
        _check(folder, int(seconds * rate))


Sample = tuple[float, list[Memory], float, int]
"""Seconds since the start, what each process held, load average, times the listener was killed."""


def _watched(folder: Path, seconds: float, kills: int) -> Iterator[Sample]:
    """Kill the listener at random moments; end it gently when all was sent and had time to arrive."""
    chance = random.Random(3)
    moments = sorted(chance.uniform(10, max(11, seconds - QUIET)) for _ in range(kills))
    began, killed, process = time.monotonic(), 0, listen(folder)
    while (now := time.monotonic() - began) < seconds + QUIET:
        if killed < len(moments) and now >= moments[killed]:
            process.kill()
            process.wait()
            killed += 1
            process = listen(folder)
        time.sleep(1)
        assert process.poll() is None, "the listener ended by itself"
        yield now, memory_of(process.pid), os.getloadavg()[0], killed
    print(f"health at the end: {_health()}")
    process.send_signal(signal.SIGTERM)
    assert process.wait(600) == 0


def _health() -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{HEALTH}/health", timeout=10) as answer:
            state = json.load(answer)["state"]
    except OSError as problem:
        return str(problem)
    took = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in state["took"].items() if seconds)
    return f"p99 {took}; broken off {state['disconnects']} times since the last kill; {state['problems']}"


def _tell(samples: list[Sample]) -> None:
    print(f"{'minute':>8}{'own MB':>8}{'total':>8}{'load':>8}{'kills':>8}")
    for first in range(0, len(samples), max(1, len(samples) // 15)):
        now, held, load, killed = samples[first]
        memory = sum(held, Memory())
        print(f"{now / 60:8.1f}{memory.own:8.0f}{memory.total:8.0f}{load:8.1f}{killed:8}")
    tell_memory([sample[1] for sample in samples])


def _check(folder: Path, sent: int) -> None:
    store = Store(folder / "facts")
    found = audit(store)
    skipped = sum(found.skipped.values())
    broken = sent // BROKEN_EVERY
    engine = DuckDBEngine(store.snapshot().files)
    try:
        [held] = engine.query(_HELD).to_pylist()
    finally:
        engine.close()
    print(f"sent {sent:,}; received {found.received:,} = stored {found.stored:,} + duplicates "
          f"{found.duplicates:,} + skipped {skipped:,} {found.skipped}")  # fmt: skip
    print(f"ids {held['ids']:,}, out of order {held['out_of_order']}, replies astray {held['astray']}")
    assert found.problems == (), found.problems
    assert found.received == found.stored + found.duplicates + skipped
    assert found.stored == held["messages"] == held["ids"] == sent - broken
    assert skipped >= broken
    assert held["first"] == 0 and held["last"] >= sent - 2
    assert held["out_of_order"] == held["astray"] == 0
    print("kept: nothing lost, nothing twice, order kept")


_HELD = """
with sent as (
    select message, conversation, parent,
           cast(regexp_extract(external_id, '/k([0-9]+)$', 1) as bigint) as number
    from messages
)
select count(*) as messages, count(distinct s.number) as ids, min(s.number) as first, max(s.number) as last,
       count(case when p.message > s.message then 1 end) as out_of_order,
       count(case when p.conversation <> s.conversation then 1 end) as astray
from sent s left join sent p on p.message = s.parent
"""


if __name__ == "__main__":
    if sys.argv[1:2] == ["upstream"]:
        upstream(int(sys.argv[2]), float(sys.argv[3]))
    else:
        rate, minutes, kills = (sys.argv[1:] + ["2000", "30", "8"][len(sys.argv) - 1 :])[:3]
        main(int(rate), float(minutes), int(kills))
