"""Which format takes which file: never two, and exactly those that hold messages."""

from collections import Counter
from pathlib import Path

import pytest

from careworth.intake.formats._base import Format
from careworth.intake.formats._source import Source
from careworth.intake.formats.bluesky import Bluesky
from careworth.intake.formats.ibm_care import IbmCare
from careworth.intake.formats.mastodon import Mastodon
from careworth.intake.formats.meta import Meta
from careworth.intake.formats.telegram import Telegram
from careworth.intake.formats.x_archive import XArchive
from careworth.intake.formats.x_v2 import XV2

FORMATS: list[Format] = [XV2(), XArchive(), Mastodon(), Bluesky(), IbmCare(), Meta(), Telegram()]
FOLDERS = (
    "social-json",
    "ibm-care-dialogues",
    "twcs-multibrand",
    "telco-churn",
    "bot-accounts-twibot22-sample",
)


def claiming(path: Path) -> list[str]:
    return [form.name for form in FORMATS if form.claims(Source(path))]


def test_names() -> None:
    assert [form.name for form in FORMATS] == [
        "x-v2", "x-archive", "mastodon", "bluesky", "ibm-care", "meta", "telegram",
    ]  # fmt: skip


def test_no_two_formats_claim_the_same_recorded_file(shared_data: Path) -> None:
    files = [path for name in FOLDERS for path in sorted((shared_data / name).rglob("*")) if path.is_file()]
    claims = {path: claiming(path) for path in files}
    assert {path.name: names for path, names in claims.items() if len(names) > 1} == {}
    counted = Counter((names[0], path.parent.name) for path, names in claims.items() if names)
    assert counted == {
        ("x-v2", "x-v2"): 15,
        ("x-v2", "dm-v2"): 5,
        ("x-v2", "v1-native"): 10,
        ("x-v2", "account-activity"): 7,
        ("x-v2", "activity-api"): 27,
        ("meta", "meta-handmade"): 9,
        ("x-archive", "data"): 5,
        ("mastodon", "mastodon"): 6,
        ("bluesky", "bluesky"): 3,
        ("ibm-care", "ibm-care-dialogues"): 1,
    }


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"{", b"[]", b"{}", b'"data"', b"\xff\xfe{\x00", b"\0" * 99]
)
def test_nothing_is_claimed_by_nobody(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(data)
    assert claiming(path) == []


def test_claims_look_no_further_than_the_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    record = b'{"id": "1", "text": "x", "author_id": "2", "conversation_id": "1"}\n'
    path.write_bytes(record * 2_000 + b"broken \xff")
    assert claiming(path) == ["x-v2"]
