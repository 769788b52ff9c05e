"""Which source of a stream a command asks for, opened with what was said about it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from careworth.intake.stream.inbox import INBOX, Inbox
from careworth.intake.stream.sources import Source
from careworth.intake.stream.sources.inbox import InboxSource
from careworth.intake.stream.sources.jetstream import Jetstream
from careworth.intake.stream.sources.lines import Lines
from careworth.intake.stream.sources.nats import NatsSubject

_STANDARD_INPUT = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What the command line says of a source."""

    source: str
    form: str | None
    hook: str | None
    url: str | None
    subject: str
    data: Path


def _lines(said: Said) -> Source:
    return Lines(_STANDARD_INPUT, said.form or "bluesky")


def _webhooks(said: Said) -> Source:
    return InboxSource(Inbox(said.data / INBOX), said.hook or "x", said.form or "x-v2")


def _jetstream(said: Said) -> Source:
    return Jetstream(said.url or "wss://jetstream2.us-east.bsky.network/subscribe")


def _nats(said: Said) -> Source:
    return NatsSubject(said.url or "nats://127.0.0.1:4222", said.subject, "careworth", said.form or "bluesky")


FORMS: dict[str, Callable[[Said], Source]] = {
    "lines": _lines,
    "jetstream": _jetstream,
    "nats": _nats,
    "webhooks": _webhooks,
}


def open_source(said: Said) -> Source:
    """The source that the command names."""
    return FORMS[said.source](said)
