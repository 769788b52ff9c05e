"""The receiver as the process that people run, over real sockets."""

import base64
import hashlib
import hmac
import json
import resource
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

HOOKS = """
[meta]
scheme = "meta"
secret = "app secret"
verify_token = "verify me"
[x]
scheme = "x"
secret = "consumer secret"
[telegram]
scheme = "telegram"
secret = "s3cret"
[shop]
scheme = "own"
secret = "shared"
"""


@dataclass(frozen=True, slots=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int
    data: Path

    def ask(
        self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request("GET" if body is None else "POST", path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = json.loads(self.ask("/health")[1])["counts"]
        return counts

    def stored(self) -> list[bytes]:
        with closing(sqlite3.connect(self.data / "inbox.sqlite3")) as database:
            return [body for (body,) in database.execute("select body from inbox order by id")]


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    (folder / "hooks.toml").write_text(HOOKS)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "careworth.cli", "webhooks", "--hooks", str(folder / "hooks.toml"),
         "--port", str(port), "--data", str(folder / "data"), "--slowest-body", "1"]
    )  # fmt: skip
    server = Server(process, port, folder / "data")
    try:
        _wait_for(server)
        yield server
    finally:
        process.kill()
        process.wait()


def _wait_for(server: Server) -> None:
    for _ in range(300):
        try:
            server.ask("/health")
            return
        except OSError:
            assert server.process.poll() is None, "the receiver ended"
            time.sleep(0.1)
    raise AssertionError("the receiver never answered")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("receiver")) as running:
        yield running


def digest(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, body, hashlib.sha256)


def of_meta(body: bytes) -> dict[str, str]:
    return {"X-Hub-Signature-256": f"sha256={digest(b'app secret', body).hex()}"}


def of_shop(body: bytes, at: float, identity: str) -> dict[str, str]:
    stamp = str(int(at))
    signature = digest(b"shared", stamp.encode() + b"." + body).hex()
    return {
        "X-Careworth-Timestamp": stamp,
        "X-Careworth-Signature": f"sha256={signature}",
        "X-Careworth-Id": identity,
    }


def whatsapp(number: int) -> bytes:
    return b'{"entry":[{"changes":[{"value":{"messages":[{"id":"wamid.%d"}]}}]}]}' % number


def test_each_network_is_let_in_by_its_own_header(server: Server) -> None:
    before = len(server.stored())
    signed = base64.b64encode(digest(b"consumer secret", b'{"x":1}')).decode()
    assert server.ask("/hooks/meta", whatsapp(0), of_meta(whatsapp(0)))[0] == 200
    assert server.ask("/hooks/x", b'{"x":1}', {"x-twitter-webhooks-signature": f"sha256={signed}"})[0] == 200
    secret = {"X-Telegram-Bot-Api-Secret-Token": "s3cret"}
    assert server.ask("/hooks/telegram", b'{"update_id":7}', secret)[0] == 200
    assert server.ask("/hooks/shop", b"{}", of_shop(b"{}", time.time(), "1"))[0] == 200
    assert server.stored()[before:] == [whatsapp(0), b'{"x":1}', b'{"update_id":7}', b"{}"]


def test_challenges_of_x_and_meta(server: Server) -> None:
    token = base64.b64encode(digest(b"consumer secret", b"abc")).decode()
    assert server.ask("/hooks/x?crc_token=abc") == (200, f'{{"response_token":"sha256={token}"}}'.encode())
    known = "/hooks/meta?hub.mode=subscribe&hub.challenge=42&hub.verify_token="
    assert server.ask(known + "verify%20me") == (200, b"42")
    assert server.ask(known + "guessed")[0] == 403


def test_what_is_refused_is_counted(server: Server) -> None:
    now = time.time()
    before, stored = server.counts(), len(server.stored())
    fresh = of_shop(b'{"n":1}', now, "2")
    asked = [
        ("/hooks/meta", {}),
        ("/hooks/meta", of_meta(b"other bytes")),
        ("/hooks/telegram", {"X-Telegram-Bot-Api-Secret-Token": "guessed"}),
        ("/hooks/shop", of_shop(b'{"n":1}', now - 400, "2")),
        ("/hooks/shop", fresh),
        ("/hooks/shop", fresh),
        ("/hooks/nobody", {}),
    ]
    answers = [server.ask(path, b'{"n":1}', headers)[0] for path, headers in asked]
    assert answers == [401, 401, 401, 401, 200, 409, 404]
    after = server.counts()
    assert {
        reason: n - before.get(reason, 0) for reason, n in after.items() if n != before.get(reason, 0)
    } == {
        "missing-signature": 1,
        "wrong-signature": 2,
        "stale-signature": 1,
        "replayed-signature": 1,
        "unknown-hook": 1,
        "stored": 1,
    }
    assert len(server.stored()) == stored + 1


def head(length: int) -> bytes:
    return b"POST /hooks/meta HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % length


def answer(connection: socket.socket) -> bytes:
    """The status line, and that the server hangs up after what it said."""
    connection.settimeout(20)
    said = b""
    while part := connection.recv(65_536):
        said += part
    return said.split(b"\r\n", 1)[0]


def test_a_body_over_a_megabyte_is_refused_before_it_is_sent(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head((1 << 20) + 1))
        assert answer(connection).startswith(b"HTTP/1.1 413")


def test_a_body_of_unknown_length_is_cut_at_a_megabyte(server: Server) -> None:
    chunked = b"POST /hooks/meta HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(chunked + b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        for _ in range(16):
            connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        assert answer(connection).startswith(b"HTTP/1.1 413")


def test_a_slow_client_is_cut_off_and_others_are_not(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(head(1024) + b"{")
        assert server.ask("/hooks/meta", whatsapp(1), of_meta(whatsapp(1)))[0] == 200
        assert answer(slow).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("said", [b"", b"POST /hooks/meta HTTP/1.1\r\nHost: local"])
def test_who_never_comes_to_the_end_of_the_headers_is_hung_up_on(server: Server, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as idle:
        idle.sendall(said)
        assert answer(idle) == b""


def test_a_connection_serves_many_requests_however_long_it_lasts(server: Server) -> None:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        for _ in range(2):
            connection.request("GET", "/health")
            assert connection.getresponse().read()
            time.sleep(1.3)  # longer than headers may take
        connection.request("GET", "/health")
        assert connection.getresponse().status == 200


def test_those_who_would_fill_the_memory_are_told_to_come_again(tmp_path: Path) -> None:
    with serving(tmp_path) as server, ExitStack() as stack:
        for _ in range(256):  # a megabyte each, announced and not sent
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            connection.sendall(head(1 << 20))
        assert server.ask("/hooks/meta", whatsapp(2), of_meta(whatsapp(2))) == (503, b"too-busy")
        time.sleep(1.5)  # they were too slow, and their place is free again
        assert server.ask("/hooks/meta", whatsapp(2), of_meta(whatsapp(2)))[0] == 200


def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (300_000, 300_000))
        body = b'{"entry":[{"changes":[{"value":{"messages":[{"id":"w%d"}]}}]}],"x":"' + b"x" * 10_000 + b'"}'
        answers = [server.ask("/hooks/meta", body % n, of_meta(body % n))[0] for n in range(60)]
        assert set(answers) == {200, 503}
        assert server.ask("/health")[0] == 503
        assert len(server.stored()) == answers.count(200) == server.counts()["stored"]


def test_killed_in_the_middle_of_the_load_it_has_stored_what_it_acknowledged(tmp_path: Path) -> None:
    acknowledged: set[int] = set()
    dead = threading.Event()

    def client(server: Server, first: int) -> None:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            for number in range(first, 1_000_000, 8):
                connection.request("POST", "/hooks/meta", whatsapp(number), of_meta(whatsapp(number)))
                response = connection.getresponse()
                response.read()
                if response.status == 200:
                    acknowledged.add(number)
        except (OSError, HTTPException):
            assert dead.is_set()
        finally:
            connection.close()

    with serving(tmp_path) as server, ThreadPoolExecutor(8) as pool:
        clients = [pool.submit(client, server, first) for first in range(8)]
        time.sleep(1.5)
        dead.set()
        server.process.kill()
        for one in clients:
            one.result()
    stored = server.stored()
    assert len(stored) == len(set(stored))
    assert len(acknowledged) > 100
    assert {whatsapp(number) for number in acknowledged} <= set(stored)
