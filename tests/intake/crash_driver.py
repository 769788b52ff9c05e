"""Ingest in processes of their own that come to a bad end. Run by test_ingest_crash with a plan in JSON.

A plan is a list of [folder of the store, path to ingest, end]. Ends: ``commit N`` (killed when the files of
the N-th write to the store are there and only their commit is missing), ``full N`` (from the N-th write on
the disk is full; 0: before the first), ``after F`` (killed after this share of the time that the last whole
run took), and ``never``. The answer is a line of JSON for each: what became of it, and what was told.
"""

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

from care_oracle import NOW

from careworth.facts.store import Store
from careworth.intake.formats import formats
from careworth.intake.ingest import ingest


class Writes:
    """Counts the writes to stores and ends the process at one of them."""

    def __init__(self, end: str) -> None:
        self.kind, _, number = end.partition(" ")
        self.number = int(number) if self.kind in ("commit", "full") else -1
        self.begun = 0
        for name in ("append", "replace", "replace_by"):
            setattr(Store, name, self.beginning(getattr(Store, name)))
        Store._commit = self.committing(Store._commit)  # type: ignore[method-assign]
        if self.kind == "full" and self.number == 0:
            fill_the_disk()

    def beginning(self, method: Any) -> Any:
        def counted(*arguments: Any, **named: Any) -> Any:
            self.begun += 1
            if self.begun == self.number and self.kind == "full":
                fill_the_disk()
            return method(*arguments, **named)

        return counted

    def committing(self, method: Any) -> Any:
        def counted(*arguments: Any, **named: Any) -> Any:
            if self.begun == self.number and self.kind == "commit":
                os.kill(os.getpid(), signal.SIGKILL)
            return method(*arguments, **named)

        return counted


def fill_the_disk() -> None:
    """Files cannot grow beyond a few bytes: what writes more gets an error, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))


def ingest_and_leave(store: str, path: str, end: str, told: int) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what Rust says of a full disk is no news
    Writes(end)
    try:
        ingest(Store(Path(store)), [Path(path)], now=NOW)
    except BaseException as problem:  # the other side looks which
        os.write(told, f"{type(problem).__name__}: {problem}".encode())
    os._exit(0)


def come_to(end: str, store: str, path: str, whole: float) -> tuple[str, str]:
    hear, told = os.pipe()
    child = os.fork()
    if child == 0:
        ingest_and_leave(store, path, end, told)
    os.close(told)
    if end.startswith("after"):
        time.sleep(float(end.split()[1]) * whole)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(hear, encoding="utf-8") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) else "left", text


def main() -> None:
    formats()  # loads them once, not in every child
    whole = 0.0
    for store, path, end in json.loads(sys.argv[1]):
        start = time.monotonic()
        print(json.dumps(come_to(end, store, path, whole)), flush=True)
        whole = time.monotonic() - start if end == "never" else whole


main()
