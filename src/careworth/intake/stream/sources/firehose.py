"""Bluesky's firehose: every change of the network as CBOR over a websocket.

Frames are decoded and filtered before anything is built of them: what stays is a post that was created by
one of the company's accounts, mentions one or answers one. It is passed on in the form of the Jetstream.
"""

from collections.abc import Iterator
from typing import Any

import libipld
import msgspec
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import connect

from careworth.channels._values import mapping, mappings
from careworth.channels.bluesky import POST, addressed
from careworth.intake.stream.sources._base import Disconnected, Read

_SILENCE = 60.0


class Firehose:
    """``url`` is the address of ``subscribeRepos``; the cursor is the number of the frame (``seq``)."""

    form = "bluesky"

    def __init__(self, url: str, dids: frozenset[str]) -> None:
        self._url, self._dids = url, dids

    def read(self, cursor: str | None) -> Iterator[Read]:
        since = f"?cursor={cursor}" if cursor else ""
        try:
            with connect(f"{self._url}{since}", max_size=8 << 20) as socket:
                while True:
                    yield self._read(socket.recv(timeout=_SILENCE))
        except (OSError, TimeoutError, InvalidHandshake, WebSocketException) as problem:
            raise Disconnected(f"The firehose broke off: {type(problem).__name__}.") from problem

    def settled(self, cursor: str | None) -> None:
        """The network does not want to know."""

    def _read(self, frame: str | bytes) -> Read:
        try:
            header, body = libipld.decode_dag_cbor_multi(frame if isinstance(frame, bytes) else b"")
        except (ValueError, TypeError):
            return Read([], left_out={"bad-frame": 1})
        header, body = mapping(header), mapping(body)
        if header.get("op") == -1:
            reason = str(body.get("error"))
            raise Disconnected(f"The firehose says {reason}.", forget_cursor=reason == "FutureCursor")
        number = body.get("seq")
        place = str(number) if isinstance(number, int) else None
        if header.get("t") != "#commit":
            return Read([], place)
        records, others = self._posts(body)
        return Read(records, place, {"not-addressed": others} if others else {})

    def _posts(self, commit: Any) -> tuple[list[bytes], int]:
        """Records for us, and how many posts are not."""
        created = [
            one
            for one in mappings(commit.get("ops"))
            if one.get("action") == "create" and str(one.get("path")).startswith(f"{POST}/")
        ]
        if not created:
            return [], 0
        try:
            blocks = libipld.decode_car(commit.get("blocks"))[1]
        except (ValueError, TypeError):
            return [], len(created)
        did = commit.get("repo")
        found = [
            (one["path"].partition("/")[2], mapping(blocks.get(one.get("cid") or b""))) for one in created
        ]
        ours = [_event(did, key, record) for key, record in found if self._concerns(did, record)]
        return ours, len(created) - len(ours)

    def _concerns(self, did: object, record: Any) -> bool:
        return did in self._dids or not self._dids.isdisjoint(addressed({"record": record}))


def _event(did: object, key: str, record: object) -> bytes:
    commit = {"operation": "create", "collection": POST, "rkey": key, "record": record}
    return msgspec.json.encode({"did": did, "kind": "commit", "commit": commit})
