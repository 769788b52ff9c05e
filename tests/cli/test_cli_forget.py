"""careworth forget: texts of messages that were taken back."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli_runs import answer, refused, run

from careworth.facts.store import Store
from careworth.intake.formats import Chunk, batch_of, batch_of_deletions
from careworth.intake.messages import MessageBatch, ingest_messages
from careworth.terms import Deletion

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def event(key: str, operation: str, **commit: Any) -> dict[str, Any]:
    inner = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": key, **commit}
    return {"did": "did:plc:a", "time_us": 1_763_632_800_000_000, "kind": "commit", "commit": inner}


def written(key: str) -> dict[str, Any]:
    return event(key, "create", record={"createdAt": "2026-11-20T10:00:00Z", "text": "my number is 0177"})


def ingested(folder: Path, *events: dict[str, Any]) -> Any:
    path = folder / "events.jsonl"
    path.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    return answer("ingest", path, "--brand", "acme", "--data", folder / "data", "--no-labels")


def test_ingest_takes_out_what_was_taken_back(tmp_path: Path) -> None:
    assert ingested(tmp_path, written("1"), written("2"))["erased"] == 0
    told = ingested(tmp_path, event("1", "delete"), event("9", "delete"), event("1", "delete"))
    assert {name: told[name] for name in ("received", "stored", "duplicates", "skipped", "erased")} == {
        "received": 3, "stored": 2, "duplicates": 1, "skipped": {}, "erased": 1,
    }  # fmt: skip
    assert answer("doctor", "--data", tmp_path / "data")["facts"]["version"] == told["version"]
    [one, two] = answer("rows", "messages_in", "--data", tmp_path / "data")
    assert one["external_id"].endswith("/1") and two["external_id"].endswith("/2")
    assert "No message" in run("forget", "--data", tmp_path / "data").stdout


def test_what_a_stream_was_told_can_be_taken_out_at_once(tmp_path: Path) -> None:
    ingested(tmp_path, written("1"))
    gone = batch_of_deletions([Deletion("bluesky", "at://did:plc:a/app.bsky.feed.post/1", NOW)])
    store = Store(tmp_path / "data" / "facts")
    ingest_messages(store, MessageBatch("fire", 1, "bluesky", Chunk(batch_of([]), deleted=gone)), now=NOW)
    assert (
        "1 message that was taken back has its text still"
        in run("doctor", "--data", tmp_path / "data").stdout
    )
    assert answer("forget", "--data", tmp_path / "data")["messages"] == 1
    assert "text still" not in run("doctor", "--data", tmp_path / "data").stdout


def test_where_there_are_no_facts_nothing_can_be_forgotten(tmp_path: Path) -> None:
    assert "There are no facts" in refused("forget", "--data", tmp_path)


def test_a_person_is_forgotten_by_name(tmp_path: Path) -> None:
    ingested(tmp_path, written("1"), written("2"))
    assert "--author NAME" in refused("forget", "--channel", "bluesky", "--data", tmp_path / "data")
    told = run("forget", "--author", "did:plc:a", "--data", tmp_path / "data").stdout
    assert told.startswith("Who wrote 2 messages is forgotten;")
    authors = {row["author"] for row in answer("rows", "messages_in", "--data", tmp_path / "data")}
    assert len(authors) == 1 and "did:plc:a" not in authors
    assert "Nobody called" in refused("forget", "--author", "did:plc:a", "--data", tmp_path / "data")
