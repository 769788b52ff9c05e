"""Promise: taking in a twcs file whole (checked, deduplicated, threaded, durable) costs at most 15 times the
time in which DuckDB merely reads it, under 1.5 GB at 3 million messages; first response per brand and day
then takes less time than that read; and both together no longer than a good pandas program that answers
that one question.

    python benchmarks/intake.py [--messages 3000000] [--rounds 3] [--folder DIR]
"""

import argparse
import importlib.util
import json
import shutil
import statistics
import tempfile
from pathlib import Path

from _run import HERE, Run, load, run

CLI = ("-m", "careworth.cli")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--messages", type=int, default=3_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--folder", type=Path)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="careworth-bench-") as folder:
        file = Path(folder) / "twcs.csv"
        run(HERE / "_twcs.py", file, chosen.messages)  # a process of its own: its memory would count as ours
        size = file.stat().st_size / 1e6
        print(f"{chosen.messages:,} synthetic messages, {size:,.0f} MB of CSV; {load()}")
        rounds = [_round(file, Path(folder) / "data") for _ in range(chosen.rounds)]
    _tell(rounds, chosen.messages)


def _round(file: Path, data: Path) -> dict[str, Run]:
    """All programs after one another, so that each round has its own yardstick."""
    shutil.rmtree(data, ignore_errors=True)
    runs = {"read": run(HERE / "_read.py", file)}
    runs["ingest"] = run(*CLI, "ingest", file, "--format", "twcs", "--data", data, "--json")
    question = ("measures", "first_response_time", "--by", "brand,day", "--data", data, "--json")
    runs["measure"] = run(*CLI, *question)
    if importlib.util.find_spec("pandas"):
        runs["pandas"] = run(HERE / "_pandas.py", file)
    return runs


def _tell(rounds: list[dict[str, Run]], messages: int) -> None:
    account = json.loads(rounds[0]["ingest"].output)
    assert account["received"] == account["stored"] == messages
    middle = {name: statistics.median(one[name].seconds for one in rounds) for name in rounds[0]}
    peak = {name: max(one[name].megabytes for one in rounds) for name in rounds[0]}
    print(f"{'':10}{'seconds':>10}{'x of read':>12}{'peak MB':>10}")
    for name in middle:
        print(f"{name:10}{middle[name]:10.2f}{middle[name] / middle['read']:12.2f}{peak[name]:10,.0f}")
    _promise("ingest / read", middle["ingest"] / middle["read"], 15)
    _promise("peak of ingest, MB a million messages", peak["ingest"] / messages * 1e6, 500)
    _promise("measure / read", middle["measure"] / middle["read"], 1)
    if "pandas" in middle:
        _promise("(ingest + measure) / pandas", (middle["ingest"] + middle["measure"]) / middle["pandas"], 1)
    print(load())


def _promise(what: str, ratio: float, most: float) -> None:
    print(f"{'kept  ' if ratio <= most else 'BROKEN'} {what}: {ratio:,.2f} (at most {most:,})")


main()
