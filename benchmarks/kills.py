"""A stream that is killed with kill -9 fifty times at random moments: nothing lost, nothing twice.

    python benchmarks/kills.py [KILLS] [RECORDS]

Four of five kills come up to three seconds after the desk has come further than at the kill before, the rest
at any moment of the start. Prints before how many kills desk and facts had come further.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from _events import event
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake.messages import batches_done


def listen(folder: Path, lines: Path) -> subprocess.Popen[bytes]:
    with lines.open("rb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "careworth.cli", "listen", "lines", "--format", "bluesky",
             "--brand", "acme.test", "--data", str(folder)],
            stdin=file, stdout=subprocess.DEVNULL,
        )  # fmt: skip


def await_work(process: subprocess.Popen[bytes], folder: Path, before: int) -> None:
    """Until the desk has come further."""
    while process.poll() is None and came_to(folder)["desk"] <= before:
        time.sleep(0.05)


def came_to(folder: Path) -> dict[str, int]:
    """The last block of each consumer."""
    store = Store(folder / "facts")
    facts = batches_done(store, "lines") if store.exists() else 0
    try:
        with closing(sqlite3.connect(f"file:{folder / 'desk.sqlite3'}?mode=ro", uri=True)) as database:
            [desk] = database.execute("select coalesce(max(block), 0) from desk_progress").fetchone()
    except sqlite3.OperationalError:  # there is no queue yet
        desk = 0
    return {"desk": desk, "facts": facts}


def held(folder: Path) -> dict[str, int]:
    store = Store(folder / "facts")
    ledger = [row for row in store.ledger().to_pylist() if row["format"] == "bluesky"]
    sums = {name: sum(row[name] for row in ledger) for name in ("received", "stored", "duplicates")}
    skipped = sum(sum(json.loads(row["skipped"]).values()) for row in ledger)
    engine = DuckDBEngine(store.snapshot().files)
    [rows] = engine.query(
        "select count(*) as n, count(distinct external_id) as ids from messages"
    ).to_pylist()
    engine.close()
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as database:
        [queued] = database.execute("select count(*) from desk_queue").fetchone()
    return {**sums, "skipped": skipped, "messages": rows["n"], "ids": rows["ids"], "queued": queued}


def main(kills: int, records: int) -> None:
    chance = random.Random(4)
    with tempfile.TemporaryDirectory(prefix="careworth-kills-") as name:
        folder = Path(name)
        lines = folder / "events.jsonl"
        with lines.open("w") as file:
            file.writelines(map(event, range(records)))
        running, moved, before = 0, Counter[str](), came_to(folder / "data")
        for _ in range(kills):
            process = listen(folder / "data", lines)
            if chance.random() < 0.8:
                await_work(process, folder / "data", before["desk"])
            time.sleep(chance.uniform(0.0, 3.0))
            running += process.poll() is None
            process.kill()
            process.wait()
            after = came_to(folder / "data")
            moved.update(name for name in after if after[name] > before[name])
            before = after
        assert listen(folder / "data", lines).wait() == 0
        found = held(folder / "data")
        print(f"{kills} kills, {running} of them while it ran; {records:,} records")
        print(f"came further before the kill: desk {moved['desk']} times, facts {moved['facts']} times")
        print(", ".join(f"{what} {number:,}" for what, number in found.items()))
        print(f"load average {os.getloadavg()[0]:.1f}")
        assert found["received"] == found["stored"] + found["skipped"] == records
        assert found["duplicates"] == 0 and found["messages"] == found["ids"] == records


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, int(sys.argv[2]) if len(sys.argv) > 2 else 1_500_000)
