"""kill -9 while a stream runs: everything once, whatever the moment."""

import random
import subprocess
import sys
import time
from pathlib import Path

from stream_facts import event, held

_RECORDS = 30_000
_BROKEN = 30
_KILLS = 3


def _listen(data: Path, lines: Path) -> subprocess.Popen[bytes]:
    with lines.open("rb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "careworth.cli", "listen", "lines", "--brand", "acme.test",
             "--data", str(data), "--json"],
            stdin=file, stdout=subprocess.DEVNULL,
        )  # fmt: skip


def test_killed_at_any_instant_every_record_is_there_once(tmp_path: Path) -> None:
    lines = tmp_path / "posts.jsonl"
    records = [b'{"broken' if n % (_RECORDS // _BROKEN) == 7 else event(n) for n in range(_RECORDS)]
    lines.write_bytes(b"\n".join(records))
    chance = random.Random(1)
    for _ in range(_KILLS):
        process = _listen(tmp_path / "data", lines)
        time.sleep(chance.uniform(1.0, 3.0))
        process.kill()
        process.wait()
    assert _listen(tmp_path / "data", lines).wait() == 0
    found = held(tmp_path / "data")
    assert found.received == _RECORDS
    assert found.skipped == {"bad-json": _BROKEN}
    assert found.stored == found.messages == found.ids == _RECORDS - _BROKEN
    assert found.duplicates == 0
    # two of three posts are requests to the brand; the broken ones are as likely of each kind
    assert 0 < found.queued <= 2 * _RECORDS // 3
