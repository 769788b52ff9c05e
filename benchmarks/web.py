"""Promise: with 100,000 conversations and the desk on SQLite, 95 of 100 requests for any page are answered
within 100 ms, in English and in Urdu; a first visit weighs at most 100 KB with all it loads, the next one
30 KB (the font of Urdu apart, which is loaded once).

The server is the process that ``careworth serve`` starts; one visitor asks over the loopback. Pages are found
by following every link, so a new page is measured without being named here. Beside the time that passed is
the processor's time that the server took: on a machine that others use, it is the one that says something.

    python benchmarks/web.py [--conversations 100000] [--requests 40] [--folder DIR]
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from _run import HERE, load, run
from _visitor import Visitor

CLI = ("-m", "careworth.cli")
LANGUAGES = ("en", "ur")
TIME, FIRST, AFTER = 0.1, 100_000, 30_000
PASSWORD = "a long pass phrase"
WHAT_IF = "/maturity/what-if/?" + urlencode(
    {
        "more_agents": 2,
        "first": 8,
        "last": 20,
        "handling_minutes": 60,  # more work than people: the longest to simulate
        "spending_month": 0,
        "agent_hour": 9,
        "worth": 1,
    }
)


@dataclass(frozen=True, slots=True)
class Measured:
    path: str
    language: str
    seconds: np.ndarray  # one entry a request: time that passed
    worked: np.ndarray  # one entry a request: processor's time of the server
    first: int  # bytes of a visit with everything it loads
    after: int  # bytes of the next one


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--conversations", type=int, default=100_000)
    arguments.add_argument("--requests", type=int, default=40)
    arguments.add_argument("--folder", type=Path)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="careworth-bench-") as folder:
        inputs = build(Path(folder), chosen.conversations)
        with server(Path(folder) / "data") as (start, process):
            visitor = own(start, inputs)
            print(f"{chosen.conversations:,} conversations; {load()}")
            found = [
                one for language in LANGUAGES for one in measure(visitor, process, language, chosen.requests)
            ]
            peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    tell(found)
    print(f"the server held {int(peak[1]) / 1024:,.0f} MB at most; {load()}" if peak else load())


def build(folder: Path, conversations: int) -> str:
    """Facts of so many conversations in ``folder``/data; gives the figures a company would state, as TOML."""
    run(HERE / "_twcs.py", folder / "twcs.csv", 4 * conversations)
    run(*CLI, "ingest", folder / "twcs.csv", "--format", "twcs", "--data", folder / "data", "--json")
    run(*CLI, "simulate", "year", "--out", folder / "year", "--conversations", 300)
    (folder / "twcs.csv").unlink()
    return (folder / "year" / "inputs.toml").read_text(encoding="utf-8")


@contextmanager
def server(data: Path) -> Iterator[tuple[str, int]]:
    """The address where the owner chooses a password, and the number of the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, *CLI, "serve", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    try:
        assert process.stdout is not None
        told = next(line for line in process.stdout if "/start/" in line)
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.1)
        yield re.findall(r"http://\S+/start/\S+", told)[0], process.pid
    finally:
        process.terminate()
        process.wait(20)


def own(start: str, inputs: str) -> Visitor:
    """The owner's browser, in an installation where everything that pages show is there."""
    address, _, token = start.partition("/start/")
    visitor = Visitor(address)
    owner = {"name": "Sinta Wibowo", "email": "owner@example.com", "password": PASSWORD}
    assert visitor.post(f"/start/{token}", owner).status == 302
    visitor.post("/inputs/", {"text": inputs})
    levels = re.findall(r'name="(level_\w+)" value="2"', visitor.get("/maturity/answers/").text)
    visitor.post("/maturity/answers/", dict.fromkeys(levels, 2) | {"department": "care"})
    for measure, target in (("first_reply_time", 45), ("answered_within_24h", 95)):
        goal = {
            "objective": "Customers stay",
            "text": f"Better: {measure}",
            "measure": measure,
            "target": target,
        }
        when_there(visitor, "/measures/", f"/measures/{measure}/")
        visitor.post(
            "/plan/goal/", {**goal, "due": "2030-06-30", "strategy": "Be there", "tactic": "A shift"}
        )
    for number in range(20):
        visitor.post("/people/", {"email": f"agent{number}@example.com", "role": "agent"})
        visitor.post("/tokens/", {"name": f"program {number}", "scope": "read", "days": 9})
    visitor.post("/reports/make/", {"title": "What it was worth", "language": "en"}, at="/reports/")
    when_there(visitor, "/reports/", "/reports/1/")
    while re.search(r"Running|Waiting", visitor.get("/jobs/").text):
        time.sleep(1)
    return visitor


def when_there(visitor: Visitor, path: str, link: str) -> None:
    """Wait until a page leads to what the server computes behind it."""
    for _ in range(600):
        if link in visitor.get(path).links():
            return
        time.sleep(0.5)
    sys.exit(f"{link} was never there")


def measure(visitor: Visitor, process: int, language: str, requests: int) -> Iterator[Measured]:
    visitor.post("/profile/", {"name": "Sinta Wibowo", "language": language})
    stranger = Visitor(visitor.address, {"django_language": language})
    for one, entrance in ((visitor, ["/", WHAT_IF]), (stranger, ["/accounts/login/"])):
        for path in pages(one, entrance):
            times = np.array([timed(one, process, path) for _ in range(requests)])
            page = one.get(path)
            parts = sum(one.get(part).bytes for part in page.parts())
            yield Measured(path, language, times[:, 0], times[:, 1], page.bytes + parts, page.bytes)


def timed(visitor: Visitor, process: int, path: str) -> tuple[float, float]:
    """Seconds that passed, and seconds of the processor that the server took."""
    clock = (~process << 3) | 2  # what clock_getcpuclockid(3) gives on Linux for a process
    before = time.clock_gettime(clock)
    return visitor.get(path).seconds, time.clock_gettime(clock) - before


def pages(visitor: Visitor, entrance: list[str]) -> list[str]:
    """Every page that links lead to from the entrance, one of each kind: two reports are of one kind."""
    found: dict[str, str] = {}
    asked: set[str] = set()
    waiting = list(entrance)
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"/\d+|(?<=/measures/)\w+|(?<=page=)\d+|(?<=key/)[\w-]+", "*", path)
        if kind in asked:
            continue
        asked.add(kind)
        answer = visitor.get(path)
        if answer.status in (301, 302) and answer.headers["location"].startswith("/"):
            waiting.insert(0, answer.headers["location"])
        if answer.is_page:
            found[kind] = path
            waiting += answer.links()
    return sorted(found.values())


def tell(found: list[Measured]) -> None:
    print(f"{'':49}{'passed, ms':>16}{'worked, ms':>16}{'weight, KB':>16}")
    print(f"{'page':49}{'p50':>8}{'p95':>8}{'p50':>8}{'p95':>8}{'first':>8}{'after':>8}")
    for one in sorted(found, key=lambda one: (one.path, one.language)):
        path = one.path if len(one.path) < 45 else one.path[:41] + "..."
        numbers = [late(times, share) for times in (one.seconds, one.worked) for share in (0.5, 0.95)]
        numbers += [one.first / 1000, one.after / 1000]
        print(f"{path:45}{one.language:4}" + "".join(f"{number:8.1f}" for number in numbers))
    promise("p95 of the slowest page, ms that passed", max(late(o.seconds, 0.95) for o in found), 1000 * TIME)
    promise("the same, ms that the server worked", max(late(o.worked, 0.95) for o in found), 1000 * TIME)
    promise("heaviest first visit, KB", max(one.first for one in found) / 1000, FIRST / 1000)
    promise("heaviest next visit, KB", max(one.after for one in found) / 1000, AFTER / 1000)


def late(seconds: np.ndarray, share: float) -> float:
    """Milliseconds within which this share of the requests was answered."""
    return 1000 * float(np.quantile(seconds, share))


def promise(what: str, value: float, most: float) -> None:
    print(f"{'kept  ' if value <= most else 'BROKEN'} {what}: {value:,.1f} (at most {most:,.0f})")


main()
