"""Promise: `careworth loyalty` of 1,000,000 customers with their records in less than 5 minutes and 4 GB.

    python benchmarks/loyalty_speed.py [--customers 1000000] [--folder DIR]

The company is that of ``careworth simulate company``, brought in by ``careworth ingest`` and ``careworth
records``; each command is a process of its own. Seconds are those on the clock and those of the processor,
memory is all that a process held at most. Also printed: the ratio of the seconds of ``careworth loyalty`` for
all customers to those for a tenth of them (n log n gives 12 for a million).
``--folder``: keep the companies and their facts there, and use them again; else nothing is left behind.
"""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from _run import Run, load, run

LONGEST = 300.0
MOST_MEGABYTES = 4096


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--customers", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=Path)
    chosen = arguments.parse_args()
    with TemporaryDirectory() as temporary:
        _report(chosen.folder or Path(temporary), chosen.customers)


def _report(folder: Path, customers: int) -> None:
    tenth = _measured(folder / str(customers // 10), customers // 10)
    whole = _measured(folder / str(customers), customers)
    kept = whole.seconds < LONGEST and whole.megabytes < MOST_MEGABYTES
    print(f"ratio to a tenth: {whole.seconds / tenth.seconds:.1f}; {'kept' if kept else 'BROKEN'}; {load()}")


def _measured(folder: Path, customers: int) -> Run:
    """``careworth loyalty`` of so many customers, whose facts are made where the folder has none."""
    print(f"{customers:,} customers")
    company, facts, done = folder / "company", folder / "facts", folder / "done"
    if not done.exists():
        _step("simulate", "company", "--customers", str(customers), "--out", company)
        messages = company / "messages.parquet"
        _step("ingest", messages, "--mapping", company / "mapping.toml", "--no-labels", "--data", facts)
        _step("records", company / "records", "--data", facts)
        done.touch()
    measured = _step("loyalty", "--data", facts, "--json")
    print(f"  {json.loads(measured.output)['exposed']:,} of them exposed")
    return measured


def _step(*arguments: str | Path) -> Run:
    done = run("-m", "careworth.cli", *arguments)
    print(
        f"  {arguments[0]:10}{done.seconds:8.1f} s {done.processor:8.1f} s of the processor "
        f"{done.megabytes / 1024:6.1f} GB",
        flush=True,
    )
    return done


if __name__ == "__main__":
    main()
