"""Promise: the seven measures of 1,000,000 customers with their records in less than 5 minutes.

    python benchmarks/loyalty_speed.py [--customers 1000000]

The company is the made-up one of tests/loyalty_company.py. Also printed: the ratio of the seconds for all
customers to those for a tenth of them (n log n gives 12 for a million), and the most memory held, with the
tables themselves.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

from _run import load

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from careworth.worth.loyalty import measure_loyalty
from loyalty_company import UNTIL, company

LONGEST = 300.0


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--customers", type=int, default=1_000_000)
    customers = arguments.parse_args().customers
    tenth, whole = _seconds(customers // 10), _seconds(customers)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    verdict = "kept" if whole < LONGEST else "BROKEN"
    print(f"{customers:,} customers: {whole:.0f} s ({verdict}), {memory:.1f} GB at most; {load()}")
    print(f"a tenth of them: {tenth:.1f} s; ratio {whole / tenth:.1f}")


def _seconds(customers: int) -> float:
    engine = company(1, customers).engine()
    start = time.perf_counter()
    measure_loyalty(engine, until=UNTIL)
    seconds = time.perf_counter() - start
    engine.close()
    return seconds


if __name__ == "__main__":
    main()
