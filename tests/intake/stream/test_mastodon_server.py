"""The stream of Mastodon from a server that keeps state: the package mastodon_mock, which is not ours."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest

from careworth.intake.formats import ReadOptions, Source
from careworth.intake.formats.mastodon import Mastodon
from careworth.intake.stream.sources import Read
from careworth.intake.stream.sources._base import Disconnected
from careworth.intake.stream.sources.mastodon import MastodonStream


@pytest.fixture(scope="module")
def server(server_or_skip: Callable[[str], NoReturn]) -> Iterator[str]:
    """Its address. The people on it are made up by the package: ada, grace and others."""
    if find_spec("mastodon_mock") is None:
        server_or_skip("the package mastodon_mock is not installed")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "mastodon_mock", "serve", "--in-memory", "--demo", "--host", "127.0.0.1",
         "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{url}/api/v1/instance")
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")


def call(url: str, who: str, path: str, **said: Any) -> dict[str, Any]:
    token = {"Authorization": f"Bearer {who}_token"}
    answer = httpx.post(f"{url}{path}", headers=token, json=said)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


def post(url: str, who: str, text: str, **how: Any) -> dict[str, Any]:
    return call(url, who, "/api/v1/statuses", status=text, **how)


def until(reads: Iterator[Read], text: str) -> list[bytes]:
    """Records as they come, up to the first that holds a text. A mention comes twice to those who follow."""
    records: list[bytes] = []
    while not any(text in json.dumps(json.loads(record)) for record in records):
        records += next(reads).records
    return records


def messages(records: list[bytes], path: Path, brand: str) -> list[dict[str, Any]]:
    path.write_bytes(b"\n".join(records))
    options = ReadOptions(frozenset({brand}), lines=True)
    return [row for chunk in Mastodon().read(Source(path), options) for row in chunk.messages.to_pylist()]


def test_mentions_and_direct_messages_come_with_their_side_and_parent(server: str, tmp_path: Path) -> None:
    reads = MastodonStream(server, "grace_token").read(None)
    next(reads)  # the stream stands before anybody writes
    asked = post(server, "ada", "@grace charged twice! شکریہ")
    post(server, "ada", "@grace my number is 12", visibility="direct")
    post(server, "grace", "@ada sorry!", in_reply_to_id=asked["id"])
    found = {m["text"]: m for m in messages(until(reads, "sorry!"), tmp_path / "stream.jsonl", "grace")}
    public = found["@grace charged twice! شکریہ"]
    assert (public["author"], public["inbound"], public["brand"]) == ("ada", True, "grace")
    assert (public["private"], public["external_id"]) == (False, asked["id"])
    assert found["@grace my number is 12"]["private"] is True
    answer = found["@ada sorry!"]
    assert (answer["inbound"], answer["parent_external_id"]) == (False, asked["id"])


def test_a_server_that_asks_for_patience_is_asked_again(server: str) -> None:
    match = {"methods": ["GET"], "path": "/api/v1/streaming/user"}
    fault = {"match": match, "effect": {"type": "ratelimit"}, "count": 1}
    call(server, "ada", "/api/v1/_mock/faults", **fault)
    source = MastodonStream(server, "grace_token")
    with pytest.raises(Disconnected):
        next(source.read(None))
    reads = source.read(None)
    next(reads)
    post(server, "ada", "@grace still there?")
    assert until(reads, "still there?")
