"""Events of Bluesky's stream to rows, without an object a message: what the rate of a whole network needs.

Only plain posts are read here, which nearly all events are. Whatever is odd about an event is left to
``bluesky.py``, which decides; a test holds both against each other. A line is decoded whole all the same: a
decoder that skips members it was not asked for does not notice what is broken inside them.
"""

import re
from typing import Any

import msgspec

from careworth.channels import bluesky
from careworth.channels._problem import PayloadProblem
from careworth.channels._values import Payload, mapping, moment, optional_identity, optional_text, words
from careworth.intake.formats._base import Illustrated, Row
from careworth.intake.formats._gather import side_of

_decode = msgspec.json.Decoder().decode
_PLAIN = re.compile(r"[A-Za-z0-9._:~-]+")
"""DIDs and keys of records; anything else is for the slow way to judge."""
_ODD = (
    KeyError, TypeError, PayloadProblem, msgspec.DecodeError, UnicodeDecodeError, RecursionError,
)  # fmt: skip


def row_of_event(line: bytes, brands: frozenset[str]) -> Row | Illustrated | None:
    """The row of a post in a line of the stream, None for whatever else the line may be."""
    try:
        event = _decode(line)
        commit = event["commit"]
        plain = event["kind"] == "commit" and commit["collection"] == bluesky.POST
        if not plain or "uri" in event or commit.get("operation") == "delete":
            return None
        record = commit["record"]
        row = _row(event["did"], commit["rkey"], record, brands)
        if row is None or "embed" not in record:
            return row
        attachments = bluesky.attachments(record)
        return Illustrated(row, attachments) if attachments else row
    except _ODD:
        return None


def _row(did: Any, key: Any, record: Payload, brands: frozenset[str]) -> Row | None:
    text, languages, reply = record["text"], words(record.get("langs")), mapping(record.get("reply"))
    if not (_PLAIN.fullmatch(did) and _PLAIN.fullmatch(key) and isinstance(text, str)) or "\0" in text:
        return None
    if record.get("$type", bluesky.POST) != bluesky.POST:
        return None
    inbound, brand = None, None
    if brands:
        says_whom = "@" in text or "facets" in record or reply
        inbound, brand = side_of((did,), bluesky.addressed({"record": record}) if says_whom else (), brands)
    return (
        bluesky.CHANNEL, f"at://{did}/{bluesky.POST}/{key}", did,
        moment(record["createdAt"], "createdAt"), text, inbound, _address(reply, "parent"),
        _address(reply, "root"), brand, None, False, False,
        optional_text(languages[0]) if len(languages) == 1 else None, None, None,
    )  # fmt: skip


def _address(reply: Payload, what: str) -> str | None:
    return optional_identity(mapping(reply.get(what)).get("uri")) if reply else None
