"""Run a program as a process of its own and say how long it took and how much memory it held at most."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Run:
    seconds: float
    """On the clock."""
    processor: float
    """Seconds of the processor."""
    megabytes: float
    output: str


def run(*arguments: str | Path) -> Run:
    """``python ARGUMENTS``; stops the benchmark when it fails."""
    command = [sys.executable, *map(str, arguments)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment())
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with {status}\n{output}")
    processor = usage.ru_utime + usage.ru_stime
    return Run(time.perf_counter() - start, processor, usage.ru_maxrss / 1024, output)


def _environment() -> dict[str, str]:
    """As users have it: Python may keep what it compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Memory:
    """MB that some processes hold: their own, of files they have mapped, and shared without a file.

    The kernel takes back what is of files when it needs it; a file counts for every process that maps it.
    """

    own: float = 0.0
    files: float = 0.0
    shared: float = 0.0

    @property
    def total(self) -> float:
        return self.own + self.files + self.shared

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.own + other.own, self.files + other.files, self.shared + other.shared)

    def __str__(self) -> str:
        return f"own {self.own:,.0f} MB, files {self.files:,.0f}, shared {self.shared:,.0f}"


FLAT = 1.2
"""How many times the memory of the second quarter the last quarter may take."""


def memory_of(process: int) -> list[Memory]:
    """What a process holds, then its children; [] when it is gone."""
    folder = Path(f"/proc/{process}")
    try:
        lines = (folder / "status").read_text().splitlines()
        children = (folder / "task" / folder.name / "children").read_text().split()
    except OSError:
        return []
    held = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    own = Memory(*(int(held.get(kind, 0)) / 1e3 for kind in ("RssAnon", "RssFile", "RssShmem")))
    return [own, *(one for child in children for one in memory_of(int(child)))]


def tell_memory(samples: Sequence[Sequence[Memory]]) -> None:
    """Whether memory stayed flat: what all processes hold themselves, and all of it with mapped files."""
    quarters = [samples[i * len(samples) // 4 : (i + 1) * len(samples) // 4] for i in range(4)]
    for what in ("own", "total"):
        second, last = (max(getattr(sum(one, Memory()), what) for one in quarters[i]) for i in (1, 3))
        kept = "kept  " if last <= second * FLAT else "BROKEN"
        print(f"{kept} MB at most in the last quarter, {what}: {last:,.0f} (second quarter {second:,.0f}, "
              f"{last / max(second, 1):.2f} times)")  # fmt: skip
    for number, quarter in enumerate(quarters, 1):
        print(f"  quarter {number}: " + "; ".join(_most(quarter)))


def _most(samples: Sequence[Sequence[Memory]]) -> list[str]:
    """The most that each process held, the listener first, each kind at its own moment."""
    count = max(map(len, samples))
    each = [[one[place] for one in samples if len(one) > place] for place in range(count)]
    return [
        str(Memory(*(max(getattr(held, kind) for held in one) for kind in ("own", "files", "shared"))))
        for one in each
    ]


def load() -> str:
    return "load average " + " ".join(f"{value:.1f}" for value in os.getloadavg())
