"""Formats of exported files, and which of them a file is in."""

from functools import cache
from importlib.metadata import entry_points

from careworth.errors import FormatError, UnknownName
from careworth.intake.formats._base import (
    ATTACHED,
    DELETED,
    INCOMING,
    Chunk,
    Format,
    ReadOptions,
    Rejected,
    attached_to,
    batch_of,
    batch_of_deletions,
)
from careworth.intake.formats._source import Source, find_sources

__all__ = [
    "ATTACHED",
    "DELETED",
    "INCOMING",
    "Chunk",
    "Format",
    "ReadOptions",
    "Rejected",
    "Source",
    "attached_to",
    "batch_of",
    "batch_of_deletions",
    "detect",
    "find_sources",
    "formats",
    "named",
]

_ENTRY_POINTS = "careworth.formats"


@cache
def formats() -> dict[str, Format]:
    """All formats by name: ours and those of installed plug-ins, found the same way."""
    return {entry.name: entry.load()() for entry in sorted(entry_points(group=_ENTRY_POINTS))}


def named(name: str) -> Format:
    """The format of a name. Raises UnknownName."""
    known = formats()
    if name not in known:
        raise UnknownName(f"There is no format {name!r}.", hint=f"Formats are: {', '.join(known)}.")
    return known[name]


def detect(source: Source) -> Format | None:
    """The format of a source, judged by its name and first bytes; None when no format claims it."""
    claims = [form for form in formats().values() if form.claims(source)]
    if len(claims) > 1:
        names = " and ".join(form.name for form in claims)
        raise FormatError(f"{source} could be {names}.", hint="Say which: --format NAME.")
    return claims[0] if claims else None
