"""The process that labels: the same answers, its errors, and its end with the one that started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from stream_facts import BRANDS, event

from careworth.enrich.own import own_labeller
from careworth.errors import CareworthError
from careworth.intake.formats import Chunk, ReadOptions, Source
from careworth.intake.formats.bluesky import Bluesky
from careworth.intake.stream._labelling_process import LabellingProcess
from careworth.intake.stream._portions import Preparer
from careworth.intake.stream.spool import Block

BLOCKS = [
    Block(number, 3, b"\n".join([event(number), b'{"broken', event(number + 50)]) + b"\n", None, 3 * number)
    for number in range(7, 10)
]


class Refusing(Bluesky):
    """A format that cannot read anything."""

    def read(self, source: Source, options: ReadOptions) -> Iterator[Chunk]:
        raise ValueError("not today")


@pytest.fixture(scope="module")
def preparer(tmp_path_factory: pytest.TempPathFactory) -> Preparer:
    labeller = own_labeller(tmp_path_factory.mktemp("labels"))
    return Preparer(Bluesky(), ReadOptions(BRANDS, lines=True), labeller)


def test_the_process_answers_as_the_preparer_does_until_it_is_gone(preparer: Preparer) -> None:
    process = LabellingProcess(preparer)
    portion = process.prepare(BLOCKS)
    assert portion == preparer.prepare(BLOCKS)
    assert (portion.first, portion.last, portion.records) == (7, 9, 9)
    assert portion.said.num_rows == portion.chunk.messages.num_rows == 6
    assert process._process.pid is not None
    os.kill(process._process.pid, signal.SIGKILL)
    with pytest.raises(CareworthError, match="has ended"):
        process.prepare(BLOCKS)
    process.close()


def test_an_error_in_the_process_is_raised_by_the_call(preparer: Preparer) -> None:
    process = LabellingProcess(replace(preparer, form=Refusing()))
    for _ in range(2):
        with pytest.raises(ValueError, match="not today"):
            process.prepare(BLOCKS)
    process.close()


_LISTEN = [sys.executable, "-m", "careworth.cli", "listen", "lines", "--brand", "acme.test", "--data"]


def _children(process: int) -> set[int]:
    return {int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()}


def test_no_process_outlives_a_listener_that_was_killed(tmp_path: Path) -> None:
    listener = subprocess.Popen([*_LISTEN, str(tmp_path)], stdin=subprocess.PIPE)
    until = time.monotonic() + 30
    while not (children := _children(listener.pid)) and time.monotonic() < until:
        time.sleep(0.05)
    assert children
    listener.kill()
    listener.communicate()
    until = time.monotonic() + 30
    while any(Path(f"/proc/{one}").exists() for one in children) and time.monotonic() < until:
        time.sleep(0.05)
    assert [one for one in children if Path(f"/proc/{one}").exists()] == []
