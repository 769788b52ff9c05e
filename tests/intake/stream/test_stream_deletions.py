"""Messages that are taken back while a stream is at work: facts and desk lose their text."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from stream_facts import BRANDS, event
from stream_run import BLUESKY, NOW, Given, pipeline_of

from careworth.enrich.own import own_labeller
from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake.formats import ReadOptions
from careworth.intake.stream import _facts
from careworth.intake.stream._facts import FactsOfStream
from careworth.intake.stream._portions import Preparer
from careworth.intake.stream.counters import State
from careworth.intake.stream.desk_queue import DESK
from careworth.intake.stream.spool import Block

ASKED = 0


def deletion_of(raw: bytes) -> bytes:
    said = json.loads(raw)
    kept = {name: said["commit"][name] for name in ("collection", "rkey")}
    return json.dumps(said | {"commit": {"operation": "delete", **kept}}).encode()


def run(data: Path, cursor: str, *records: bytes) -> State:
    with pipeline_of(Given(list(records), cursor), data) as (pipeline, _):
        return pipeline.run()


def texts(data: Path) -> tuple[list[str], list[str]]:
    engine = DuckDBEngine(Store(data / "facts").snapshot().files)
    stored = engine.query("select text from messages order by message")["text"].to_pylist()
    engine.close()
    with closing(sqlite3.connect(data / DESK)) as database:
        queued = [text for (text,) in database.execute("select text from desk_queue order by id")]
    return stored, queued


def test_the_next_look_takes_the_text_out_of_facts_and_desk(tmp_path: Path) -> None:
    asked, other = event(ASKED), event(ASKED + 1)
    state = run(tmp_path, "1", asked, other)
    stored, queued = texts(tmp_path)
    assert state.queued and all(stored) and all(queued)
    state = run(tmp_path, "2", deletion_of(asked), deletion_of(asked))
    assert (state.received, state.stored, state.duplicates) == (4, 1, 1)
    run(tmp_path, "3", event(ASKED + 3))
    now_stored, now_queued = texts(tmp_path)
    assert now_stored[:2] == ["", stored[1]] and now_stored[2]
    assert len(queued) == 1 and now_queued[0] == "" and all(now_queued[1:])
    assert audit(Store(tmp_path / "facts")).problems == ()


def test_a_look_is_not_taken_with_every_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Store] = []
    monkeypatch.setattr(_facts, "erase_deleted", lambda store, now: looks.append(store))
    labeller, options = own_labeller(tmp_path / "labels"), ReadOptions(BRANDS, lines=True)
    facts = FactsOfStream(Store(tmp_path / "facts"), "test", "bluesky", options, labeller)
    preparer = Preparer(BLUESKY, options, labeller)
    for number in range(1, 5):  # the first finds no store yet
        facts.put([preparer.prepare([Block(number, 1, event(number) + b"\n", None, number, {})])], NOW)
    assert len(looks) == 1
    monkeypatch.setattr(facts, "_erase_at", 0.0)  # as if an hour had passed
    facts.put([preparer.prepare([Block(5, 1, event(5) + b"\n", None, 5, {})])], NOW)
    assert len(looks) == 2
