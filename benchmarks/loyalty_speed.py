"""Promise: the seven measures of 1,000,000 customers with their records in less than 5 minutes and 4 GB.

    python benchmarks/loyalty_speed.py [--customers 1000000] [--folder DIR]

The company is the one of ``careworth simulate company``, its tables as Parquet files, as facts are kept. One
process makes it, and another, which reads the files as ``careworth loyalty`` does, measures it: seconds are
those of the measures, memory is all that the process held at most. Also printed: the ratio of the seconds for
all customers to those for a tenth of them (n log n gives 12 for a million).
``--folder``: keep the files there.
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from _run import Run, load, run
from careworth.facts.engines import DuckDBEngine
from careworth.simulate import simulate_company
from careworth.worth.loyalty import measure_loyalty

LONGEST = 300.0
MOST_MEGABYTES = 4096


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--customers", type=int, default=1_000_000)
    arguments.add_argument("--folder", type=Path)
    arguments.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.make:
        _make(chosen.make, chosen.customers)
    elif chosen.measure:
        print(_seconds(chosen.measure))
    else:
        with TemporaryDirectory() as temporary:
            _report(chosen.folder or Path(temporary), chosen.customers)


def _report(folder: Path, customers: int) -> None:
    tenth, _ = _measured(folder / "tenth", customers // 10)
    whole, done = _measured(folder / "whole", customers)
    kept = whole < LONGEST and done.megabytes < MOST_MEGABYTES
    print(
        f"{customers:,} customers: {whole:.0f} s, {done.megabytes / 1024:.1f} GB at most "
        f"({'kept' if kept else 'BROKEN'}); {load()}"
    )
    print(f"a tenth of them: {tenth:.1f} s; ratio {whole / tenth:.1f}")


def _measured(folder: Path, customers: int) -> tuple[float, Run]:
    if not folder.exists():
        run(__file__, "--make", folder, "--customers", str(customers))
    done = run(__file__, "--measure", folder)
    return float(done.output), done


def _make(folder: Path, customers: int) -> None:
    company = simulate_company(1, customers, with_messages=False)
    folder.mkdir(parents=True)
    for name, table in {**company.records, "conversations": company.conversations}.items():
        pq.write_table(table, folder / f"{name}.parquet")


def _seconds(folder: Path) -> float:
    engine = DuckDBEngine({file.stem: (str(file),) for file in folder.glob("*.parquet")})
    start = time.perf_counter()
    measure_loyalty(engine)
    seconds = time.perf_counter() - start
    engine.close()
    return seconds


if __name__ == "__main__":
    main()
