"""The receiver: who is let in, what is refused, and that nothing is acknowledged that is not kept."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from careworth.intake.stream.inbox import KNOWN_SECONDS, Inbox
from careworth.intake.stream.webhook import Hook, Receiver

NOW = 1_790_000_000
HOOKS = {
    "meta": Hook("meta", "meta", b"app secret", b"verify me"),
    "x": Hook("x", "x", b"consumer secret"),
    "telegram": Hook("telegram", "telegram", b"s3cret"),
    "shop": Hook("shop", "own", b"shared"),
}
WHATSAPP = b'{"entry":[{"changes":[{"value":{"messages":[{"id":"wamid.1"}]}}]}]}'


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    box = Inbox(tmp_path / "inbox.sqlite3")
    yield box
    box.close()


async def _call(
    app: Receiver, path: str, parts: list[bytes], headers: dict[bytes, bytes], method: str, query: bytes
) -> tuple[int, bytes]:
    coming = [
        {"type": "http.request", "body": part, "more_body": i < len(parts) - 1}
        for i, part in enumerate(parts)
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if coming:
            return coming.pop(0)
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": list(headers.items()),
    }
    await app(scope, receive, send)
    return sent[0]["status"], sent[1]["body"]


def call(
    app: Receiver, path: str, body: bytes | list[bytes] = b"", headers: dict[bytes, bytes] | None = None,
    method: str = "POST", query: bytes = b"",
) -> tuple[int, bytes]:  # fmt: skip
    parts = body if isinstance(body, list) else [body]
    return asyncio.run(_call(app, path, parts, headers or {}, method, query))


def digest(secret: bytes, body: bytes) -> bytes:
    return hmac.new(secret, body, hashlib.sha256).digest()


def of_meta(body: bytes) -> dict[bytes, bytes]:
    return {b"x-hub-signature-256": b"sha256=" + digest(b"app secret", body).hex().encode()}


def of_shop(body: bytes, at: int = NOW, identity: bytes = b"1") -> dict[bytes, bytes]:
    stamp = str(at).encode()
    signature = b"sha256=" + digest(b"shared", stamp + b"." + body).hex().encode()
    return {b"x-careworth-timestamp": stamp, b"x-careworth-signature": signature, b"x-careworth-id": identity}


def receiver(inbox: Inbox) -> Receiver:
    return Receiver(HOOKS, inbox, now=lambda: NOW)


def test_each_network_is_known_by_its_signature(inbox: Inbox) -> None:
    app = receiver(inbox)
    signed = {
        b"x-twitter-webhooks-signature": b"sha256=" + base64.b64encode(digest(b"consumer secret", b"{}"))
    }
    assert call(app, "/hooks/meta", WHATSAPP, of_meta(WHATSAPP))[0] == 200
    assert call(app, "/hooks/x", b"{}", signed)[0] == 200
    token = {b"x-telegram-bot-api-secret-token": b"s3cret"}
    assert call(app, "/hooks/telegram", b'{"update_id":7}', token)[0] == 200
    assert call(app, "/hooks/shop", b"{}", of_shop(b"{}"))[0] == 200
    assert inbox.after(0, "meta", 10) == [(1, WHATSAPP)]
    assert inbox.waiting() == 4


def test_metas_own_vector_of_escaped_text_is_checked_on_the_bytes(inbox: Inbox) -> None:
    body = b'{"text":"\\u00e4"}'
    assert call(receiver(inbox), "/hooks/meta", body, of_meta(body))[0] == 200
    assert call(receiver(inbox), "/hooks/meta", '{"text":"ä"}'.encode(), of_meta(body))[0] == 401


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        ({}, 401, "missing-signature"),
        (of_shop(b"other"), 401, "wrong-signature"),
        (of_shop(b"{}", NOW - 301), 401, "stale-signature"),
        (of_shop(b"{}", NOW + 301), 401, "stale-signature"),
        ({b"content-length": b"1048577"}, 413, "too-large"),
    ],
)
def test_what_is_refused_is_counted_and_not_kept(
    inbox: Inbox, headers: dict[bytes, bytes], status: int, reason: str
) -> None:
    app = receiver(inbox)
    assert call(app, "/hooks/shop", b"{}", headers) == (status, reason.encode())
    assert app.counts == {reason: 1}
    assert inbox.waiting() == 0


def test_metrics_tell_what_became_of_requests(inbox: Inbox) -> None:
    app = receiver(inbox)
    for headers in ({}, of_meta(WHATSAPP), of_meta(WHATSAPP)):
        call(app, "/hooks/meta", WHATSAPP, headers)
    status, told = call(app, "/metrics", method="GET")
    assert status == 200
    assert [line for line in told.decode().splitlines() if not line.startswith("#")] == [
        'careworth_webhooks_total{outcome="duplicates"} 1',
        'careworth_webhooks_total{outcome="missing-signature"} 1',
        'careworth_webhooks_total{outcome="stored"} 1',
        "careworth_webhooks_waiting 0",
        "careworth_webhooks_held_bytes 0",
    ]


def test_the_same_signature_twice_is_a_replay_but_signed_anew_a_duplicate(inbox: Inbox) -> None:
    app = receiver(inbox)
    answers = [call(app, "/hooks/shop", b"{}", of_shop(b"{}", at))[0] for at in (NOW, NOW, NOW + 1)]
    assert answers == [200, 409, 200]
    assert app.counts == {"stored": 1, "replayed-signature": 1, "duplicates": 1}


def test_a_delivery_that_comes_again_is_kept_once(inbox: Inbox) -> None:
    app = receiver(inbox)
    again = WHATSAPP.replace(b"}", b" }")  # other bytes, the same message
    assert [call(app, "/hooks/meta", body, of_meta(body))[0] for body in (WHATSAPP, again)] == [200, 200]
    assert inbox.waiting() == 1
    assert call(receiver(inbox), "/hooks/meta", WHATSAPP, of_meta(WHATSAPP))[0] == 200  # after a restart
    assert inbox.waiting() == 1


def test_a_body_in_parts_may_not_grow_beyond_the_largest(inbox: Inbox) -> None:
    body = [b"x" * 65_536] * 17
    assert call(receiver(inbox), "/hooks/meta", body) == (413, b"too-large")


def test_of_two_clients_only_the_slow_one_is_cut_off(inbox: Inbox) -> None:
    app = Receiver(HOOKS, inbox, now=lambda: NOW, slowest=0.2)
    sent: dict[str, list[Any]] = {"slow": [], "steady": []}

    async def client(name: str, pauses: list[float]) -> None:
        async def receive() -> Any:
            await asyncio.sleep(pauses.pop(0))
            return {"type": "http.request", "body": b"{", "more_body": bool(pauses)}

        async def send(message: Any) -> None:
            sent[name].append(message)

        scope = {"type": "http", "method": "POST", "path": "/hooks/meta", "query_string": b"", "headers": []}
        await app(scope, receive, send)

    async def both() -> None:
        await asyncio.gather(client("slow", [0, 30, 30]), client("steady", [0, 0.1, 0.05]))

    asyncio.run(both())
    assert [part.get("status", part.get("body")) for part in sent["slow"]] == [408, b"too-slow"]
    assert sent["steady"][0]["status"] == 401  # read to its end; only its signature is missing


def test_challenges_are_answered_only_to_those_who_know_the_token(inbox: Inbox) -> None:
    app = receiver(inbox)
    query = b"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=verify%20me"
    assert call(app, "/hooks/meta", method="GET", query=query) == (200, b"1158201444")
    assert call(app, "/hooks/meta", method="GET", query=query[:-1])[0] == 403
    expected = base64.b64encode(digest(b"consumer secret", b"abc")).decode()
    body = f'{{"response_token":"sha256={expected}"}}'.encode()
    assert call(app, "/hooks/x", method="GET", query=b"crc_token=abc") == (200, body)
    assert call(app, "/hooks/telegram", method="GET")[0] == 403


def test_what_cannot_be_written_is_not_acknowledged(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(arrivals: object, now: float) -> int:
        raise OSError("No space left on device")

    app = receiver(inbox)
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "put", full)
        assert call(app, "/hooks/meta", WHATSAPP, of_meta(WHATSAPP)) == (503, b"not-written")
        assert call(app, "/health", method="GET")[0] == 503
    assert call(app, "/hooks/meta", WHATSAPP, of_meta(WHATSAPP))[0] == 200
    assert call(app, "/health", method="GET")[0] == 200


def test_a_message_that_is_taken_back_is_no_repeat_of_it(inbox: Inbox) -> None:
    app = receiver(inbox)
    said = b'{"entry":[{"messaging":[{"message":{"mid":"m1","text":"my card number"}}]}]}'
    taken_back = b'{"entry":[{"messaging":[{"message":{"mid":"m1","is_deleted":true}}]}]}'
    assert [call(app, "/hooks/meta", body, of_meta(body))[0] for body in (said, taken_back)] == [200, 200]
    assert inbox.waiting() == 2


def test_ids_are_kept_for_a_time_from_their_arrival_and_no_longer(inbox: Inbox) -> None:
    inbox.put([("meta", f"old {n}", b"") for n in range(100)], NOW)
    inbox.put([("meta", f"young {n}", b"") for n in range(10)], NOW + 60)
    for n in range(60):
        inbox.put([("meta", f"new {n}", b"")], NOW + KNOWN_SECONDS + 1)
    assert inbox.known() == 10 + 60
    again = [("meta", name, b"") for name in ("young 3", "new 3", "old 3")]
    assert inbox.put(again, NOW + KNOWN_SECONDS + 1) == 1  # only the old one is new again
