"""A stream end to end: read, label, facts, desk queue, at a rate, with the load made on the same machine.

    python benchmarks/stream.py [RATE] [SECONDS]

Prints messages a second from the first byte to the last commit, the promise beside it (12,000), memory at a
quarter of the time and at its end, and what 99 of 100 blocks took. ``seconds_to_facts`` ends when the batch
can be asked for.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROMISE = 12_000


def main(rate: int, seconds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="careworth-stream-") as folder:
        began = time.monotonic()
        load = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("_events.py")), str(rate), str(seconds)],
            stdout=subprocess.PIPE,
        )
        listen = subprocess.Popen(
            [sys.executable, "-m", "careworth.cli", "listen", "lines", "--format", "bluesky",
             "--brand", "acme.test", "--data", folder, "--json"],
            stdin=load.stdout, stdout=subprocess.PIPE,
        )  # fmt: skip
        memory = []
        while listen.poll() is None:
            memory.append(_resident(listen.pid))
            time.sleep(0.5)
        took = time.monotonic() - began
        assert listen.stdout is not None
        account = json.loads(listen.stdout.read())
        assert account["received"] == account["stored"] == rate * seconds, account
        speed = account["stored"] / took
        print(f"messages a second {speed:,.0f} of {rate:,} offered; {speed / PROMISE:.2f} of the promise")
        print(f"memory MB: {memory[len(memory) // 4]:.0f} at a quarter, {max(memory):.0f} at most")
        desk, facts = account["seconds_to_desk_p99"], account["seconds_to_facts_p99"]
        print(f"p99 to the desk {desk:.2f} s, to facts {facts:.2f} s")
        print(f"queued {account['queued']:,}; load average {os.getloadavg()[0]:.1f}")


def _resident(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PROMISE, int(sys.argv[2]) if len(sys.argv) > 2 else 300)
