"""Whether a request really comes from the network it names. No I/O: bytes in, an answer out.

Networks sign the bytes they send; to decode and encode them again would break that, so the body is never
touched before this.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

STALE_AFTER = 300
"""Seconds that the time in a signature of our own scheme may be off, either way."""

Headers = Mapping[bytes, bytes]
"""Names in lower case."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """``reason``: ``missing-signature``, ``wrong-signature`` or ``stale-signature``."""

    reason: str


Check = Callable[[bytes, Headers, bytes, float], Refusal | None]
"""(secret, headers, body, seconds since 1970) -> None when it is genuine."""

_MISSING, _WRONG, _STALE = (Refusal(f"{why}-signature") for why in ("missing", "wrong", "stale"))


def meta(secret: bytes, headers: Headers, body: bytes, now: float) -> Refusal | None:
    """``X-Hub-Signature-256: sha256=<hex>`` over the body (Messenger, Instagram, WhatsApp)."""
    return _compared(headers, b"x-hub-signature-256", b"sha256=" + _digest(secret, body).hex().encode())


def x(secret: bytes, headers: Headers, body: bytes, now: float) -> Refusal | None:
    """``x-twitter-webhooks-signature: sha256=<base64>`` over the body."""
    signature = b"sha256=" + base64.b64encode(_digest(secret, body))
    return _compared(headers, b"x-twitter-webhooks-signature", signature)


def telegram(secret: bytes, headers: Headers, body: bytes, now: float) -> Refusal | None:
    """The secret itself, as it was given to ``setWebhook``."""
    return _compared(headers, b"x-telegram-bot-api-secret-token", secret)


def own(secret: bytes, headers: Headers, body: bytes, now: float) -> Refusal | None:
    """``X-Careworth-Signature: sha256=<hex>`` over ``X-Careworth-Timestamp``, a full stop and the body."""
    stamp = headers.get(b"x-careworth-timestamp", b"")
    if not (stamp.isdigit() and len(stamp) <= 12):
        return _MISSING
    signature = b"sha256=" + _digest(secret, stamp + b"." + body).hex().encode()
    refused = _compared(headers, b"x-careworth-signature", signature)
    return refused or (_STALE if abs(now - int(stamp)) > STALE_AFTER else None)


CHECKS: dict[str, Check] = {"meta": meta, "x": x, "telegram": telegram, "own": own}


def answer_of_x(secret: bytes, token: bytes) -> bytes:
    """What X wants to hear when it asks with ``crc_token`` whether we know the secret."""
    return b'{"response_token":"sha256=' + base64.b64encode(_digest(secret, token)) + b'"}'


def answer_of_meta(verify_token: bytes, query: Mapping[bytes, bytes]) -> bytes | None:
    """The challenge of a subscription, None when the token in it is not ours."""
    told = query.get(b"hub.verify_token", b"")
    if query.get(b"hub.mode") != b"subscribe" or not hmac.compare_digest(told, verify_token):
        return None
    return query.get(b"hub.challenge", b"")


def _digest(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, body, hashlib.sha256)


def _compared(headers: Headers, name: bytes, expected: bytes) -> Refusal | None:
    given = headers.get(name)
    if not given:
        return _MISSING
    return None if hmac.compare_digest(given, expected) else _WRONG
