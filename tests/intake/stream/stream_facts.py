"""What a stream left in a data folder, counted from the files themselves."""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store

BRANDS = frozenset({"acme.test"})
_TEXTS = (
    "@acme.test my internet is down since yesterday, please help!",
    "lovely day at the beach with friends",
    "@acme.test why was my card charged twice? I want my money back",
)


def event(number: int) -> bytes:
    """A post as the Jetstream sends it; every third opens a conversation that the next one continues."""
    record: dict[str, object] = {
        "$type": "app.bsky.feed.post",
        "createdAt": f"2026-11-20T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        "text": f"{_TEXTS[number % 3]} {number}",
    }
    if number % 3 == 1:
        place = {"uri": f"at://did:plc:u{number - 1}/app.bsky.feed.post/k{number - 1}", "cid": "c"}
        record["reply"] = {"root": place, "parent": place}
    commit = {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": f"k{number}",
        "cid": "c",
        "record": record,
    }
    return json.dumps(
        {
            "did": f"did:plc:u{number}",
            "time_us": 1_790_000_000_000_000 + number,
            "kind": "commit",
            "commit": commit,
        }
    ).encode()


@dataclass(frozen=True, slots=True)
class Held:
    """The sums of the ledger and the rows there really are."""

    received: int
    stored: int
    duplicates: int
    skipped: Counter[str]
    messages: int
    ids: int
    conversations: int
    queued: int


def held(data: Path) -> Held:
    store = Store(data / "facts")
    rows = [row for row in store.ledger().to_pylist() if row["format"] != "labels"]
    skipped: Counter[str] = Counter()
    for row in rows:
        skipped.update(json.loads(row["skipped"]))
    engine = DuckDBEngine(store.snapshot().files)
    [counts] = engine.query(
        "select count(*) as n, count(distinct external_id) as ids, "
        "count(distinct conversation) as conversations from messages"
    ).to_pylist()
    engine.close()
    with sqlite3.connect(data / "desk.sqlite3") as database:
        [queued] = database.execute("select count(*) from desk_queue").fetchone()
    database.close()
    return Held(
        received=sum(row["received"] for row in rows),
        stored=sum(row["stored"] for row in rows),
        duplicates=sum(row["duplicates"] for row in rows),
        skipped=skipped,
        messages=counts["n"],
        ids=counts["ids"],
        conversations=counts["conversations"],
        queued=queued,
    )
