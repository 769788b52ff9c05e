"""The firehose of a real server of Bluesky, which tests/peers installs: no bytes of it are made by us."""

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest

from careworth.intake.formats import ReadOptions, Source
from careworth.intake.formats.bluesky import Bluesky
from careworth.intake.stream.sources import Read
from careworth.intake.stream.sources.firehose import Firehose

PEERS = Path(__file__).resolve().parents[2] / "peers"
POST = "app.bsky.feed.post"


@pytest.fixture(scope="module")
def server(
    server_or_skip: Callable[[str], NoReturn], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """Its port."""
    node = shutil.which("node")
    if node is None or not (PEERS / "node_modules").is_dir():
        server_or_skip("the server of Bluesky is not installed (npm ci --prefix tests/peers)")
    with closing(_free()) as one, closing(_free()) as two:
        port, directory = one.getsockname()[1], two.getsockname()[1]
    folder = tmp_path_factory.mktemp("bluesky")
    (folder / "blobs").mkdir()
    with subprocess.Popen(
        [node, str(PEERS / "bluesky.cjs"), str(port), str(directory), str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"LOG_ENABLED": "false", "PATH": ""},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"ready\n", "the server of Bluesky did not start"
            yield port
        finally:
            process.kill()


def _free() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


@dataclass(frozen=True, slots=True)
class Account:
    port: int
    did: str
    token: str

    def call(self, method: str, **said: Any) -> dict[str, Any]:
        return _call(self.port, method, said, {"Authorization": f"Bearer {self.token}"})

    def post(self, text: str, **more: Any) -> dict[str, Any]:
        record = {"$type": POST, "text": text, "createdAt": "2026-11-20T10:00:00.000Z", **more}
        return self.call("com.atproto.repo.createRecord", repo=self.did, collection=POST, record=record)


def _call(port: int, method: str, said: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    answer = httpx.post(f"http://127.0.0.1:{port}/xrpc/{method}", json=said, headers=headers, timeout=30)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found


def account(port: int, name: str) -> Account:
    said = {"handle": f"{name}.test", "email": f"{name}@example.test", "password": "a long pass phrase"}
    made = _call(port, "com.atproto.server.createAccount", said, {})
    return Account(port, made["did"], made["accessJwt"])


def mention(did: str, text: str, name: str) -> dict[str, Any]:
    """Places are counted in bytes of UTF-8."""
    start = text.encode().index(name.encode())
    place = {"byteStart": start, "byteEnd": start + len(name.encode())}
    return {"index": place, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": did}]}


def until(reads: Iterator[Read], text: str) -> list[Read]:
    found: list[Read] = []
    while not any(text in json.dumps(json.loads(record)) for read in found for record in read.records):
        found.append(next(reads))
    return found


def test_of_what_a_server_sends_stays_what_concerns_us_and_the_cursor_takes_it_up(
    server: int, tmp_path: Path
) -> None:
    anna, bella, acme = (account(server, name) for name in ("anna-example", "bella-example", "acme-example"))
    text = "شکریہ @acme-example.test میرا کارڈ"
    asked = anna.post(text, facets=[mention(acme.did, text, "@acme-example.test")])
    bella.post("a lovely day")
    taken_back = bella.post("nobody will know")
    bella.call("com.atproto.repo.deleteRecord", repo=bella.did, collection=POST,
               rkey=taken_back["uri"].rpartition("/")[2])  # fmt: skip
    reference = {"uri": asked["uri"], "cid": asked["cid"]}
    answer = acme.post("we are sorry", reply={"root": reference, "parent": reference})
    anna.post("thank you", reply={"root": reference, "parent": {"uri": answer["uri"], "cid": answer["cid"]}})

    url = f"ws://127.0.0.1:{server}/xrpc/com.atproto.sync.subscribeRepos"
    reads = until(Firehose(url, frozenset({acme.did})).read("0"), "thank you")
    records = [record for read in reads for record in read.records]
    assert sum(sum(read.left_out.values()) for read in reads) == 2
    assert {reason for read in reads for reason in read.left_out} == {"not-addressed"}

    (tmp_path / "posts.jsonl").write_bytes(b"\n".join(records))
    options = ReadOptions(frozenset({acme.did}), lines=True)
    [chunk] = Bluesky().read(Source(tmp_path / "posts.jsonl"), options)
    told = [
        (m["author"], m["text"], m["inbound"], m["brand"], m["parent_external_id"])
        for m in chunk.messages.to_pylist()
    ]
    assert told == [
        (anna.did, text, True, acme.did, None),
        (acme.did, "we are sorry", False, acme.did, asked["uri"]),
        (anna.did, "thank you", True, acme.did, answer["uri"]),
    ]

    place = next(read.cursor for read in reads if read.records)
    later = until(Firehose(url, frozenset({acme.did})).read(place), "thank you")
    assert [record for read in later for record in read.records] == records[1:]
