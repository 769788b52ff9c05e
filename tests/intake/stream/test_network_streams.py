"""X, Mastodon and the firehose against small doubles that speak the documented shapes."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import libipld
import pytest
from websockets.sync.server import ServerConnection, serve

from careworth.errors import InputError
from careworth.intake.stream.sources import Read
from careworth.intake.stream.sources._base import Disconnected
from careworth.intake.stream.sources.firehose import Firehose
from careworth.intake.stream.sources.mastodon import MastodonStream
from careworth.intake.stream.sources.x_stream import XStream

OURS = "did:plc:acme"


@contextmanager
def answering(pieces: list[bytes], status: int = 200) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A server that sends the pieces one by one and ends the answer."""
    asked: list[tuple[str, str | None]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(status)
            self.end_headers()
            for piece in pieces:
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(0.01)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def until_it_breaks_off(reads: Iterator[Read]) -> list[Read]:
    found: list[Read] = []
    with pytest.raises(Disconnected):
        for read in reads:
            found.append(read)  # noqa: PERF402 - what came before the end counts
    return found


def records(reads: list[Read]) -> list[bytes]:
    return [record for read in reads for record in read.records]


def test_x_gives_a_post_a_line_and_passes_over_its_signs_of_life() -> None:
    post = json.dumps(
        {"data": {"id": "1", "author_id": "7", "text": "no\u2028help"}}, ensure_ascii=False
    ).encode()
    with answering([b"\r\n", post[:20], post[20:] + b"\r\n\r\n" + post + b"\r\n"]) as (url, asked):
        reads = until_it_breaks_off(XStream(url + "/", "secret", 5).read(None))
    assert records(reads) == [post, post]
    assert asked[0][0].startswith("/2/tweets/search/stream?")
    assert "backfill_minutes=5" in asked[0][0]
    assert asked[0][1] == "Bearer secret"


@pytest.mark.parametrize(("status", "error"), [(401, InputError), (429, Disconnected), (503, Disconnected)])
def test_a_refusal_ends_the_stream_and_trouble_that_may_pass_does_not(
    status: int, error: type[Exception]
) -> None:
    with answering([], status) as (url, _), pytest.raises(error):
        list(XStream(url, "secret").read(None))


def test_mastodon_keeps_updates_deletions_and_notifications() -> None:
    pieces = [
        b":)\n\nevent: update\nda",
        b'ta: {"id":"1"}\n\nevent: delete\ndata: 1\n\n',
        b'event: notification\ndata: {"id":"9",\ndata: "type":"mention"}\n\n:thump\n',
        b'event: update\ndata: {"cut":',
    ]
    with answering(pieces) as (url, asked):
        reads = until_it_breaks_off(MastodonStream(url, "secret", "#acme").read(None))
    assert [json.loads(one) for one in records(reads)] == [
        {"id": "1"}, {"event": "delete", "payload": "1"}, {"id": "9", "type": "mention"},
    ]  # fmt: skip
    assert asked == [("/api/v1/streaming/hashtag?tag=acme", "Bearer secret")]


def frame(number: int, repo: str, record: dict[str, object], action: str = "create") -> bytes:
    """A commit with one post, its block in a CAR as the specification lays it out."""
    data = libipld.encode_dag_cbor({"$type": "app.bsky.feed.post", **record})
    cid = b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()
    header = libipld.encode_dag_cbor({"version": 1, "roots": [cid]})
    car = b"".join(_length(len(part)) + part for part in (header, cid + data))
    op = {"action": action, "path": f"app.bsky.feed.post/k{number}", "cid": cid}
    body = {"seq": number, "repo": repo, "ops": [op], "blocks": car}
    return bytes(libipld.encode_dag_cbor({"op": 1, "t": "#commit"}) + libipld.encode_dag_cbor(body))


def _length(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number % 128 | 128, number // 128])


@contextmanager
def sending(frames: list[bytes]) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    def talk(socket: ServerConnection) -> None:
        assert socket.request is not None
        asked.append(socket.request.path)
        with suppress(Exception):
            for one in frames:
                socket.send(one)

    with serve(talk, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/subscribe", asked
        server.shutdown()
        thread.join()


def test_of_the_firehose_stays_what_concerns_us() -> None:
    mention = {"$type": "app.bsky.richtext.facet#mention", "did": OURS}
    marked = {"text": "@acme!", "facets": [{"index": {"byteStart": 0, "byteEnd": 5}, "features": [mention]}]}
    answer = {"text": "no", "reply": {"parent": {"uri": f"at://{OURS}/app.bsky.feed.post/1", "cid": "c"}}}
    frames = [
        frame(1, "did:plc:a", dict(marked)),
        frame(2, "did:plc:b", {"text": "a lovely day"}),
        frame(3, "did:plc:c", dict(answer)),
        frame(4, OURS, {"text": "we are sorry"}),
        frame(5, "did:plc:a", dict(marked), "update"),
        b"\xff not CBOR",
    ]
    with sending(frames) as (url, asked):
        reads = until_it_breaks_off(Firehose(url, frozenset({OURS})).read("17"))
    events = [json.loads(one) for one in records(reads)]
    assert [(one["did"], one["commit"]["rkey"]) for one in events] == [
        ("did:plc:a", "k1"),
        ("did:plc:c", "k3"),
        (OURS, "k4"),
    ]
    assert [read.cursor for read in reads] == ["1", "2", "3", "4", "5", None]
    assert [dict(read.left_out) for read in reads if read.left_out] == [
        {"not-addressed": 1},
        {"bad-frame": 1},
    ]
    assert asked == ["/subscribe?cursor=17"]


def test_a_cursor_of_the_future_is_forgotten() -> None:
    error = libipld.encode_dag_cbor({"op": -1}) + libipld.encode_dag_cbor({"error": "FutureCursor"})
    with sending([error]) as (url, _), pytest.raises(Disconnected) as caught:
        list(Firehose(url, frozenset({OURS})).read("99"))
    assert caught.value.forget_cursor
