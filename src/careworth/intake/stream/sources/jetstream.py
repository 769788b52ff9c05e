"""Bluesky's Jetstream: events as JSON over a websocket."""

from collections.abc import Iterator

import msgspec
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import connect

from careworth.intake.stream.sources._base import Disconnected, Read

_POSTS = "wantedCollections=app.bsky.feed.post"
_REWIND = 2_000_000
"""Microseconds: the network orders events only roughly, and a known post counts as a duplicate."""
_SILENCE = 60.0


class _Event(msgspec.Struct):
    time_us: int


class Jetstream:
    """Posts of the whole network. ``url`` is the address of ``/subscribe``."""

    form = "bluesky"

    def __init__(self, url: str) -> None:
        self._url = url

    def read(self, cursor: str | None) -> Iterator[Read]:
        since = f"&cursor={max(0, int(cursor) - _REWIND)}" if cursor else ""
        try:
            with connect(f"{self._url}?{_POSTS}{since}", max_size=4 << 20) as socket:
                while True:
                    yield _read(socket.recv(timeout=_SILENCE))
        except (OSError, TimeoutError, InvalidHandshake, WebSocketException) as problem:
            raise Disconnected(f"The Jetstream broke off: {type(problem).__name__}.") from problem

    def settled(self, cursor: str | None) -> None:
        """The network does not want to know."""


def _read(message: str | bytes) -> Read:
    raw = message.encode() if isinstance(message, str) else message
    try:
        place = str(msgspec.json.decode(raw, type=_Event).time_us)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Read([raw])  # garbage becomes a dead letter; the cursor stays where it was
    return Read([raw], place)
