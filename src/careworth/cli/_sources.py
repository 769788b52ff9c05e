"""Which source of a stream a command asks for, opened with what was said about it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from careworth.cli._hooks import hook_of
from careworth.errors import InputError
from careworth.intake.stream.inbox import INBOX, Inbox
from careworth.intake.stream.sources import Source
from careworth.intake.stream.sources.firehose import Firehose
from careworth.intake.stream.sources.inbox import InboxSource
from careworth.intake.stream.sources.jetstream import Jetstream
from careworth.intake.stream.sources.lines import Lines
from careworth.intake.stream.sources.mastodon import MastodonStream
from careworth.intake.stream.sources.nats import NatsSubject
from careworth.intake.stream.sources.x_stream import XStream

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
    brands: frozenset[str]
    token: str | None
    hashtag: str | None
    backfill: int
    bot: str | None


def _lines(said: Said) -> Source:
    return Lines(_STANDARD_INPUT, said.form or "bluesky")


def _webhooks(said: Said) -> Source:
    inbox = Inbox(said.data / INBOX)
    try:
        hook, form = hook_of(said.hook, said.form, said.bot, inbox.hooks())
    except InputError:
        inbox.close()
        raise
    return InboxSource(inbox, hook, form)


def _jetstream(said: Said) -> Source:
    return Jetstream(said.url or "wss://jetstream2.us-east.bsky.network/subscribe")


def _nats(said: Said) -> Source:
    return NatsSubject(said.url or "nats://127.0.0.1:4222", said.subject, "careworth", said.form or "bluesky")


def _x(said: Said) -> Source:
    return XStream(said.url or "https://api.x.com", _token(said), said.backfill)


def _mastodon(said: Said) -> Source:
    if said.url is None:
        raise InputError("Mastodon has many servers.", hint="Name yours: --url https://SERVER.")
    return MastodonStream(said.url, _token(said), said.hashtag)


def _firehose(said: Said) -> Source:
    dids = frozenset(name for name in said.brands if name.startswith("did:"))
    if not dids:
        raise InputError(
            "The firehose knows accounts by their DID alone.", hint="Name yours: --brand did:plc:..."
        )
    return Firehose(said.url or "wss://bsky.network/xrpc/com.atproto.sync.subscribeRepos", dids)


def _token(said: Said) -> str:
    if not said.token:
        raise InputError(
            f"The source {said.source} asks for a token.", hint="Set CAREWORTH_STREAM_TOKEN, or --token."
        )
    return said.token


FORMS: dict[str, Callable[[Said], Source]] = {
    "lines": _lines,
    "jetstream": _jetstream,
    "nats": _nats,
    "webhooks": _webhooks,
    "x": _x,
    "mastodon": _mastodon,
    "firehose": _firehose,
}


def open_source(said: Said) -> Source:
    """The source that the command names. Raises InputError where that is not enough to open it."""
    source = FORMS[said.source](said)
    if said.bot is not None and source.form != "telegram":
        raise InputError(
            f"A bot is for Telegram; these records are {source.form}.", hint="Leave --bot or --format out."
        )
    return source
