"""The spool: what was said to be durable is there, what was half written never was."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from careworth.errors import StoreBusy
from careworth.intake.stream.spool import Spool


def _filled(folder: Path, blocks: int, segment_bytes: int = 2_000) -> None:
    spool = Spool(folder, segment_bytes=segment_bytes)
    for number in range(1, blocks + 1):
        spool.append([b"r%d" % number, b"x" * 100], f"c{number}", {"not-a-post": 2})
    spool.close()


def _cursor(folder: Path) -> str | None:
    spool = Spool(folder)
    spool.close()
    return spool.last.cursor


def test_blocks_come_back_in_order_with_cursor_and_counts(tmp_path: Path) -> None:
    _filled(tmp_path, 50)
    spool = Spool(tmp_path)
    assert (spool.last.number, spool.last.cursor, spool.last.received) == (50, "c50", 200)
    assert spool.last.left_out == {"not-a-post": 100}
    found = spool.reader(17).read(10_000)
    assert [block.number for block in found] == list(range(18, 51))
    assert found[0].body.startswith(b"r18\n")
    spool.close()


@pytest.mark.parametrize("seed", range(20))
def test_a_torn_end_takes_its_cursor_along(tmp_path: Path, seed: int) -> None:
    _filled(tmp_path, 10, segment_bytes=1 << 20)
    [segment] = tmp_path.glob("*.spool")
    whole = segment.read_bytes()
    cut = random.Random(seed).randrange(len(whole))
    segment.write_bytes(whole[:cut])
    spool = Spool(tmp_path)
    kept = spool.last.number
    assert spool.last.cursor == (f"c{kept}" if kept else None)
    assert cut >= len(whole) * kept // 10 - 20  # blocks are of about the same size
    spool.append([b"again"], "next")
    assert [block.number for block in spool.reader(0).read(10_000)] == list(range(1, kept + 2))
    spool.close()
    assert _cursor(tmp_path) == "next"


def test_done_segments_go_but_never_the_cursor(tmp_path: Path) -> None:
    _filled(tmp_path, 50)
    spool = Spool(tmp_path)
    before = len(list(tmp_path.glob("*.spool")))
    spool.forget(20)
    assert [block.number for block in spool.reader(20).read(10_000)] == list(range(21, 51))
    spool.forget(50)
    assert len(list(tmp_path.glob("*.spool"))) == 1 < before
    spool.close()
    assert _cursor(tmp_path) == "c50"


def test_two_cannot_fill_one_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(StoreBusy):
        Spool(tmp_path)
    spool.close()


_FULL = """
import resource, signal, sys
from pathlib import Path
from careworth.errors import StoreError
from careworth.intake.stream.spool import Spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
spool = Spool(Path(sys.argv[1]))
spool.append([b"first"], "c1")
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, most))
try:
    spool.append([b"x" * 5000], "c2")
except StoreError:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    spool.append([b"third"], "c3")
    print([(b.number, b.cursor, b.body) for b in spool.reader(0).read(10_000)])
"""


def test_a_full_disk_changes_nothing_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", _FULL, str(tmp_path)], capture_output=True, check=True)
    assert run.stdout.decode().strip() == str([(1, "c1", b"first\n"), (2, "c3", b"third\n")])
