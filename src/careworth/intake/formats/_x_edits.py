"""Posts that were edited: every version is a post of its own, with an id of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from careworth.terms import IncomingMessage


def note_versions(kept: str, history: Sequence[str], latest: dict[str, str]) -> None:
    """Note that ``kept`` is there and outdates the older ones of its history."""
    for older in history:
        if _age(older) < _age(kept):
            latest[older] = max(latest.get(older, kept), kept, key=_age)


def to_latest(message: IncomingMessage, latest: Mapping[str, str]) -> IncomingMessage:
    """The message as reply to the latest version: its parent would else be missing."""
    parent, thread = message.parent_external_id, message.thread_hint
    if parent not in latest and thread not in latest:
        return message
    return replace(
        message,
        parent_external_id=latest.get(parent, parent) if parent else None,
        thread_hint=latest.get(thread, thread) if thread else None,
    )


def _age(identifier: str) -> tuple[int, str]:
    """Ids grow with time; as text they do so within one length."""
    return len(identifier), identifier
