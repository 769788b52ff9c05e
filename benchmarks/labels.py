"""Promise: language, request, sentiment and urgency for at least 40,000 messages a second on one core, and at
most four times the time that identifying the language with pycld2 alone takes on the same messages.

    python benchmarks/labels.py [--messages 200000] [--rounds 5] [--file TEXTS]

The messages are the project's own sentences in all its languages, or the lines of a file.
"""

import argparse
import importlib.util
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pycld2

from _run import load
from careworth.enrich._clean import as_column, plain
from careworth.enrich.labels import Labeller
from careworth.enrich.moves import agent_signatures, asks_private, sends_elsewhere

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--messages", type=int, default=200_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--file", type=Path)
    chosen = arguments.parse_args()
    _one_core()
    column = _messages(chosen.messages, chosen.file)
    texts, labeller = pa.array(column, pa.string()), Labeller.load()
    clean = plain(as_column(texts)).to_pylist()
    work: dict[str, Callable[[], object]] = {
        "pycld2 alone": lambda: [pycld2.detect(text, bestEffort=True) for text in clean],
        "language, request, sentiment, urgency": lambda: labeller.read(as_column(texts)),
        "all labels": lambda: labeller.label(texts, brands=["Acme", "Blue Cell"]),
        "signatures": lambda: agent_signatures(texts),
        "asks for private": lambda: asks_private(texts),
        "sends elsewhere": lambda: sends_elsewhere(texts),
    }
    mean = sum(len(text.encode()) for text in column) / len(column)
    print(f"{len(column):,} messages of {mean:.0f} bytes in the mean, one core; {load()}")
    rounds = [{name: _seconds(job) for name, job in work.items()} for _ in range(chosen.rounds)]
    middle = {name: statistics.median(one[name] for one in rounds) for name in work}
    for name, seconds in middle.items():
        print(f"{name:40}{len(column) / seconds:12,.0f} messages/s")
    rate = len(column) / middle["language, request, sentiment, urgency"]
    ratio = middle["language, request, sentiment, urgency"] / middle["pycld2 alone"]
    print(f"{'kept  ' if rate >= 40_000 else 'BROKEN'} messages a second: {rate:,.0f} (at least 40,000)")
    print(f"{'kept  ' if ratio <= 4 else 'BROKEN'} models / pycld2 alone: {ratio:.2f} (at most 4)")
    print(load())


def _one_core() -> None:
    pa.set_cpu_count(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _messages(number: int, file: Path | None) -> list[str]:
    rng = random.Random(1)
    if file is not None:
        lines = [line for line in file.read_text("utf-8").splitlines() if line]
        return [rng.choice(lines) for _ in range(number)]
    sys.path.insert(0, str(SCRIPTS))
    spec = importlib.util.find_spec("own_texts")
    assert spec is not None and spec.loader is not None
    own_texts = importlib.util.module_from_spec(spec)
    sys.modules["own_texts"] = own_texts
    spec.loader.exec_module(own_texts)
    parts = [[item.text for item in own_texts.texts(name, rng, per_word=0)] for name in own_texts.languages()]
    return [" ".join(rng.choices(rng.choice(parts), k=2)) for _ in range(number)]


def _seconds(job: Callable[[], object]) -> float:
    """Of the processor, so that other programs on the core do not count."""
    start = time.process_time()
    job()
    return time.process_time() - start


main()
