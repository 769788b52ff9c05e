"""Answers over HTTP that do not end: their lines as they come."""

from collections.abc import Iterator, Mapping

import httpx

from careworth.errors import InputError
from careworth.intake.stream.sources._base import Disconnected

_LONGEST = 4 << 20
_REFUSED = frozenset({400, 401, 403, 404})
"""To ask again as before would be answered the same."""


def lines(
    url: str, parameters: Mapping[str, str | int], token: str, *, silence: float
) -> Iterator[list[bytes]]:
    """The whole lines of each piece that comes, without their ends.

    Raises Disconnected when nothing came for ``silence`` seconds, at the end of the answer and for every
    trouble that may pass; InputError when the network refuses.
    """
    timeout = httpx.Timeout(10, read=silence)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with httpx.stream("GET", url, params=dict(parameters), headers=headers, timeout=timeout) as answer:
            _require_good(answer.status_code)
            yield from _split(answer.iter_bytes())
    except (httpx.HTTPError, OSError) as problem:
        raise Disconnected(f"The stream broke off: {type(problem).__name__}.") from problem
    raise Disconnected("The network ended the stream.")


def _require_good(status: int) -> None:
    if status in _REFUSED:
        raise InputError(
            f"The network refuses the stream with status {status}.",
            hint="Check the address, the token and what the token may read.",
        )
    if status != 200:
        raise Disconnected(f"The network answered with status {status}.")


def _split(pieces: Iterator[bytes]) -> Iterator[list[bytes]]:
    """At line feeds alone: httpx' own lines also end at characters that may stand inside of JSON."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST:
            raise Disconnected("The network sent a line without an end.")
        yield [line.removesuffix(b"\r") for line in whole]
