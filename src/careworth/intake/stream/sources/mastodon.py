"""Mastodon's streaming interface: server-sent events of an account's home line or of a hashtag."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from careworth.intake.stream.sources._base import Read
from careworth.intake.stream.sources._http import lines

_KEPT = frozenset({b"update", b"notification"})
_SILENCE = 60.0
"""Servers send a comment every 15 seconds or so."""


class MastodonStream:
    """With a hashtag its public statuses, else home line and notifications of the token's account.

    There is no cursor: what was written while nobody listened does not come.
    """

    form = "mastodon"

    def __init__(self, base: str, token: str, hashtag: str | None = None) -> None:
        self._url = f"{base.rstrip('/')}/api/v1/streaming/{'hashtag' if hashtag else 'user'}"
        self._token = token
        self._parameters = {"tag": hashtag.removeprefix("#")} if hashtag else {}

    def read(self, cursor: str | None) -> Iterator[Read]:
        events = _Events()
        for came in lines(self._url, self._parameters, self._token, silence=_SILENCE):
            yield events.read(came)

    def settled(self, cursor: str | None) -> None:
        """The server does not want to know."""


class _Events:
    """Lines to events; one may begin in a piece and end in the next."""

    def __init__(self) -> None:
        self._kind, self._data = b"", list[bytes]()

    def read(self, came: list[bytes]) -> Read:
        records: list[bytes] = []
        left_out: Counter[str] = Counter()
        for line in came:
            name, _, value = line.partition(b":")
            if name == b"event":
                self._kind = value.strip()
            elif name == b"data":
                self._data.append(value.removeprefix(b" "))
            elif not line and self._data:
                data = b" ".join(self._data)
                if self._kind in _KEPT:
                    records.append(data)
                elif self._kind == b"delete":
                    records.append(
                        msgspec.json.encode({"event": "delete", "payload": data.decode(errors="replace")})
                    )
                else:
                    left_out["other-event"] += 1
            if not line:
                self._kind, self._data = b"", []
        return Read(records, left_out=left_out)
