"""What a stream does when the disk is full, the clock jumps, or a consumer does not keep up."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from stream_facts import event, held
from stream_run import Given, pipeline_of

from careworth.facts.audit import audit
from careworth.facts.store import Store
from careworth.intake.stream import _portions
from careworth.intake.stream._portions import Portion, Preparer
from careworth.intake.stream.counters import Counters
from careworth.intake.stream.health import complaints, serve
from careworth.intake.stream.pipeline import Pace
from careworth.intake.stream.spool import Block

NOW = datetime(2026, 11, 21, tzinfo=UTC)
_RECORDS = 4_000

_FULL = """
import resource, signal, sys, time
from pathlib import Path
from stream_facts import event
from stream_run import pipeline_of
from careworth.intake.stream.health import complaints
from careworth.intake.stream.sources import Read

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

class UntilBothComplain:
    form = "bluesky"

    def read(self, cursor):
        yield Read([event(number) for number in range(int(sys.argv[2]))], "all")
        while counters.state().waiting["desk"] == 0:
            time.sleep(0.01)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, most))
        until = time.monotonic() + 30
        while set(counters.state().problems) != {"desk", "facts"} and time.monotonic() < until:
            yield Read([])
            time.sleep(0.05)
        print(sorted(counters.state().problems), len(complaints(counters.state())))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    def settled(self, cursor):
        pass

with pipeline_of(UntilBothComplain(), Path(sys.argv[1])) as (pipeline, counters):
    state = pipeline.run()
    print(state.problems, state.stored)
"""


def test_a_full_disk_stops_desk_and_facts_until_there_is_room(tmp_path: Path) -> None:
    """The kernel refuses every write beyond a size, to the desk queue, the facts and what belongs to them."""
    run = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path), str(_RECORDS)],
        capture_output=True, text=True, cwd=Path(__file__).parent,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == ["['desk', 'facts'] 2", f"{{}} {_RECORDS}"]
    found = held(tmp_path)
    assert (found.received, found.stored, found.duplicates) == (_RECORDS, _RECORDS, 0)
    assert found.messages == found.ids == _RECORDS
    assert audit(Store(tmp_path / "facts")).problems == ()


def test_a_clock_that_jumps_changes_nothing(tmp_path: Path) -> None:
    jumps = cycle([NOW, NOW - timedelta(days=400), NOW + timedelta(days=4_000)])
    for first in range(0, 300, 60):  # a run each, so that there are several batches
        source = Given([event(number) for number in range(first, first + 60)], str(first))
        with pipeline_of(source, tmp_path, now=lambda: next(jumps)) as (pipeline, _):
            state = pipeline.run()
        assert complaints(state) == []
        assert max(state.oldest.values()) == 0
    found = held(tmp_path)
    assert (found.received, found.stored, found.duplicates) == (300, 300, 0)
    assert found.conversations == 200
    assert audit(Store(tmp_path / "facts")).problems == ()


def test_what_did_not_fit_into_memory_is_made_again_for_the_slower_consumer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_portions, "KEPT_BYTES", 1)
    prepare, prepared = Preparer.prepare, list[int]()

    def noted(self: Preparer, blocks: Sequence[Block]) -> Portion:
        prepared.extend(block.number for block in blocks)
        return prepare(self, blocks)

    monkeypatch.setattr(Preparer, "prepare", noted)
    records = [event(number) for number in range(1_200)]
    pace = Pace(block_records=100, portion=0.0, portion_records=100, facts=1.0)
    with pipeline_of(Given(records, "end", 100), tmp_path, pace=pace) as (pipeline, _):
        state = pipeline.run()
    assert len(prepared) > len(set(prepared)) == 12
    assert (state.stored, state.duplicates, complaints(state)) == (1_200, 0, [])
    found = held(tmp_path)
    assert (found.received, found.messages, found.ids) == (1_200, 1_200, 1_200)
    assert found.queued == state.queued


def _asked(port: int) -> tuple[int, list[str]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            return answer.status, json.load(answer)["complaints"]
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)["complaints"]


def test_health_is_503_while_a_block_waits_too_long() -> None:
    moment = 0.0
    counters = Counters("test", clock=lambda: moment)
    server = serve(counters.state, 0)
    try:
        counters.spooled(1, 10, {}, 0.0)
        assert _asked(server.server_port) == (200, [])
        moment = 10.5
        assert _asked(server.server_port) == (503, ["The oldest block has waited 10 seconds for the desk."])
        counters.done("desk", 1)
        assert _asked(server.server_port) == (200, [])
        moment = 31.0
        assert _asked(server.server_port) == (503, ["The oldest block has waited 31 seconds for the facts."])
        counters.done("facts", 1)
        assert _asked(server.server_port) == (200, [])
        counters.problem("spool", "Nothing more can be written.")
        assert _asked(server.server_port) == (503, ["Nothing more can be written."])
    finally:
        server.shutdown()
        server.server_close()
