"""Files that were damaged: whatever is broken, nothing but FormatError comes out and nothing is lost."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_files import plain, read

from careworth.errors import FormatError
from careworth.intake.formats._base import Format
from careworth.intake.formats.bluesky import Bluesky
from careworth.intake.formats.ibm_care import IbmCare
from careworth.intake.formats.mastodon import Mastodon
from careworth.intake.formats.meta import Meta
from careworth.intake.formats.x_archive import XArchive
from careworth.intake.formats.x_v2 import XV2

SAMPLES: list[tuple[Format, str]] = [
    (XV2(), "social-json/x-v2/streaming_output_with_error.jsonl"),
    (XV2(), "social-json/x-v2/quoted_edit.jsonl"),
    (XV2(), "social-json/x-docs/v1-native/post_reply.json"),
    (XV2(), "social-json/x-docs/dm-v2/messagecreate.json"),
    (XV2(), "social-json/x-docs/account-activity/direct_message_events.json"),
    (XV2(), "social-json/x-docs/activity-api/dm_received.json"),
    (Meta(), "social-json/meta-handmade/instagram_agent_echo.json"),
    (Meta(), "social-json/meta-handmade/page_comment_added.json"),
    (XArchive(), "social-json/x-archive/data/tweets.js"),
    (Mastodon(), "social-json/mastodon/conversations_2_get.json"),
    (Mastodon(), "social-json/mastodon/home_tl_1_get.json"),
    (Bluesky(), "social-json/bluesky/post_record.json"),
    (IbmCare(), "ibm-care-dialogues/dev.json.gz"),
]
MOST = 40_000
PIECES = st.sampled_from(
    [b"", b"\0", b"\xff", b'"', b"{", b"}", b"[", b"]", b"\n", b"null", b"5", b",", b'{"data": 1}']
)
OTHERS = st.sampled_from(
    [None, True, 5, -1.5, 10**30, "", "x", "\0", [], [None], {}, {"id": {}}, [[{}]], "9" * 5000]
)
SCRIPT = b"window.YTD.tweets.part0 = "


def check(form: Format, folder: Path, name: str, content: bytes) -> None:
    path = folder / Path(name).name.removesuffix(".gz")
    path.write_bytes(content)
    try:
        read(form, path, "sample_owner")  # which checks that all that was received is there
    except FormatError as problem:
        assert problem.hint


@pytest.mark.parametrize(("form", "name"), SAMPLES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_other_bytes_anywhere(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory, form: Format, name: str, data: st.DataObject
) -> None:
    whole = plain(shared_data / name)[:MOST]
    start = data.draw(st.integers(0, len(whole)))
    stop = min(len(whole), start + data.draw(st.integers(0, 30)))
    changed = whole[:start] + data.draw(PIECES) + whole[stop:]
    check(form, tmp_path_factory.getbasetemp(), name, changed)


@pytest.mark.parametrize(("form", "name"), SAMPLES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_other_values_anywhere(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory, form: Format, name: str, data: st.DataObject
) -> None:
    whole = plain(shared_data / name)
    text = whole.removeprefix(SCRIPT).splitlines()[0] if ".jsonl" in name else whole.removeprefix(SCRIPT)
    document = json.loads(text)
    document = document[:3] if isinstance(document, list) else document
    for _ in range(data.draw(st.integers(1, 3))):
        replace_somewhere(document, data)
    changed = json.dumps(document, indent=data.draw(st.sampled_from([None, 1]))).encode()
    check(form, tmp_path_factory.getbasetemp(), name, SCRIPT * whole.startswith(SCRIPT) + changed)


def replace_somewhere(document: Any, data: st.DataObject) -> None:
    """Go down the document at random and put another value where the way ends."""
    here, way_on = document, True
    while way_on and here:
        key = data.draw(st.sampled_from(list(here) if isinstance(here, dict) else range(len(here))))
        way_on = isinstance(here[key], dict | list) and data.draw(st.integers(0, 3)) > 0
        if not way_on:
            here[key] = deepcopy(data.draw(OTHERS))
        here = here[key]


@pytest.mark.parametrize(("form", "name"), SAMPLES[:2])
def test_damage_to_one_line_costs_that_line_only(
    shared_data: Path, tmp_path: Path, form: Format, name: str
) -> None:
    whole = plain(shared_data / name).splitlines()
    path = tmp_path / "damaged.jsonl"
    good = path.with_name("good.jsonl")
    good.write_bytes(b"\n".join(whole))
    path.write_bytes(b"\n".join([*whole, b'{"id": "1", "te', *whole]))
    before, after = read(form, good), read(form, path)
    assert after.ids == before.ids * 2
    assert len(after.rejected) == 2 * len(before.rejected) + 1
