"""Which keys stand where in JSON of which only the first bytes are known."""

import re
from codecs import BOM_UTF8

_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*+)"(\s*:)?|[\[\]{}]', re.DOTALL)
_DEEPEST = 5


def outline(head: bytes) -> frozenset[str]:
    """The paths of all keys, such as ``data.text``; arrays leave no trace. Nothing when it is not JSON.

    An object at the start of a line begins anew, so that one broken line does not hide those behind it.
    """
    head = head.removeprefix(BOM_UTF8)
    if not head.lstrip().startswith((b"{", b"[")):
        return frozenset()
    paths: set[str] = set()
    around: list[str] = []
    key = ""
    for token in _TOKEN.finditer(head):
        mark = token[0]
        if token[2] is not None:
            key = token[1].decode(errors="replace")
            if len(around) <= _DEEPEST:
                paths.add(".".join(part for part in (*around, key) if part))
            continue
        if mark in b"{[":
            if mark == b"{" and head[max(token.start() - 1, 0) : token.start()] == b"\n":
                around, key = [], ""
            around.append(key)
        elif mark in b"}]":
            del around[-1:]
        key = ""
    return frozenset(paths)


def keys_under(paths: frozenset[str], place: str) -> frozenset[str]:
    """The keys of the objects at one place; ``""`` is the outermost."""
    if not place:
        return paths
    start = f"{place}."
    return frozenset(path.removeprefix(start) for path in paths if path.startswith(start))
