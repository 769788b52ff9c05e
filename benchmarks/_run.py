"""Run a program as a process of its own and say how long it took and how much memory it held at most."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Run:
    seconds: float
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
    return Run(time.perf_counter() - start, usage.ru_maxrss / 1024, output)


def _environment() -> dict[str, str]:
    """As users have it: Python may keep what it compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def own_memory(process: int) -> float:
    """MB of a process and its children themselves, without files they map, which the kernel takes back."""
    folder = Path(f"/proc/{process}")
    try:
        lines = (folder / "status").read_text().splitlines()
        children = (folder / "task" / folder.name / "children").read_text().split()
    except OSError:  # it is gone
        return 0.0
    own = next((int(line.split()[1]) / 1e3 for line in lines if line.startswith("RssAnon")), 0.0)
    return own + sum(own_memory(int(child)) for child in children)


def load() -> str:
    return "load average " + " ".join(f"{value:.1f}" for value in os.getloadavg())
