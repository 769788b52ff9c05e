import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from network_files import lines, plain, read, store

from careworth.errors import FormatError
from careworth.intake.formats._source import Source
from careworth.intake.formats.ibm_care import IbmCare

FORMAT = IbmCare()
NAMES = {"C": "client", "D": "client1", "A": "agent"}


def dialogue(session: str, turns: str, **change: Any) -> dict[str, Any]:
    """C and D are customers, A the agent; the closing message comes on top."""
    content = [
        {
            NAMES[who]: "OurShop" if who == "A" else f"customer{who}",
            "datetime": f"2019-08-12T08:{minute:02}:00.000Z",
            "message": f"turn {minute} &amp; more",
            "tweet_ID": f"116082454894351150{minute}",
        }
        for minute, who in enumerate(turns)
    ]
    closing = {
        "doc_id": "1",
        "turn": "9",
        "tweet_ID": "1160838491900645376",
        "url": "u",
        "url_utterance": "see u",
    }
    header = {"company": "OurShop", "sessionID": session, "messageCount": str(len(turns) + 1)}
    return {"agentURL": closing, "dialogContent": content, "dialogHeader": header, **change}


def parents(turns: str, tmp_path: Path) -> list[int | None]:
    """The position of the message that each one replies to."""
    got = read(FORMAT, lines(tmp_path / "d.jsonl", dialogue("s", turns)))
    position: dict[str | None, int | None] = {name: at for at, name in enumerate(got.ids)}
    return [position.get(m["parent_external_id"]) for m in got.messages]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ("C", [None, 0]),
        ("CC", [None, 0, 0]),
        ("CDC", [None, 0, 1, 0]),
        ("CAC", [None, 0, 1, 2]),
        ("CCACAC", [None, 0, 0, 2, 3, 4, 5]),
        ("A", [None, 0]),
        ("", [None]),
    ],
)
def test_first_answer_is_to_the_opening_and_every_other_message_to_the_one_before(
    turns: str, expected: list[int | None], tmp_path: Path
) -> None:
    assert parents(turns, tmp_path) == expected


def test_messages_of_a_dialogue(tmp_path: Path) -> None:
    path = store(
        tmp_path / "d.json", json.dumps([dialogue("s1", "CD"), dialogue("s2", "C")], indent=1).encode()
    )
    got = read(FORMAT, path, "unrelated")
    assert FORMAT.claims(Source(path))
    assert [(m["author"], m["inbound"], m["thread_hint"]) for m in got.messages] == [
        ("customerC", True, "ibm-care/s1"),
        ("customerD", True, "ibm-care/s1"),
        ("OurShop", False, "ibm-care/s1"),
        ("customerC", True, "ibm-care/s2"),
        ("OurShop", False, "ibm-care/s2"),
    ]
    assert {(m["channel"], m["brand"]) for m in got.messages} == {("x", "OurShop")}
    assert got.ids[0] == "s1/1160824548943511500" and got.ids[3] == "s2/1160824548943511500"
    assert got.messages[0]["text"] == "turn 0 & more"
    closing = got.messages[2]
    assert closing["text"] == "see u"
    milliseconds = (1160838491900645376 >> 22) + 1288834974657
    assert closing["sent_at"] == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def test_every_broken_turn_is_kept_and_the_rest_still_follows_on(tmp_path: Path) -> None:
    broken = dialogue("s", "CCCC")
    content = broken["dialogContent"]
    content[1]["datetime"] = "noon"
    del content[2]["client"]
    content[3]["tweet_ID"] = None
    broken["agentURL"]["tweet_ID"] = "12"
    headless = dialogue("t", "C", dialogHeader={"company": "OurShop"})
    got = read(FORMAT, lines(tmp_path / "d.jsonl", dialogue("r", "C"), broken, headless, {"else": 1}, "{"))
    assert got.ids == ["r/1160824548943511500", "r/1160838491900645376", "s/1160824548943511500"]
    assert [(one.line, one.reason) for one in got.rejected] == [
        (2, "bad-date"),
        (2, "missing-author"),
        (2, "missing-id"),
        (2, "bad-id"),
        (3, "bad-dialogue"),
        (4, "unknown-object"),
        (5, "bad-json"),
    ]
    assert [json.loads(one.raw) for one in got.rejected[:4]] == [*content[1:], broken["agentURL"]]


@pytest.mark.parametrize("content", [b"", b"[1, 2]", b'{"dialogHeader": {}}', b"1\thttps://a.example\n"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = store(tmp_path / "other.json", content)
    assert not FORMAT.claims(Source(path))
    with pytest.raises(FormatError):
        read(FORMAT, path)


def test_recorded_dialogues(shared_data: Path) -> None:
    path = shared_data / "ibm-care-dialogues" / "dev.json.gz"
    got = read(FORMAT, path)
    dialogues = json.loads(plain(path))
    assert (len(dialogues), got.reasons) == (525, {})
    assert got.received == 525 + 686 == len(set(got.ids))
    assert len({m["thread_hint"] for m in got.messages}) == 525
    assert {m["brand"] for m in got.messages} == {d["dialogHeader"]["company"] for d in dialogues}
    inbound = sum(key.startswith("client") for d in dialogues for turn in d["dialogContent"] for key in turn)
    assert sum(m["inbound"] for m in got.messages) == inbound == 625


def test_recorded_median_wait_for_the_first_answer(shared_data: Path) -> None:
    """123.66 minutes from the opening to the earliest agent message that answers it."""
    messages = read(FORMAT, shared_data / "ibm-care-dialogues" / "dev.json.gz").messages
    by_id = {m["external_id"]: m for m in messages}
    waits: dict[str, float] = {}
    for message in messages:
        parent = by_id.get(message["parent_external_id"])
        if parent is None or message["inbound"] or parent["parent_external_id"] is not None:
            continue
        minutes = (message["sent_at"] - parent["sent_at"]).total_seconds() / 60
        waits[parent["external_id"]] = min(minutes, waits.get(parent["external_id"], minutes))
    assert len(waits) == 525
    assert min(waits.values()) > 0
    assert round(median(waits.values()), 2) == 123.66
