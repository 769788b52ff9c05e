"""careworth listen"""

import re
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from careworth.cli._options import (
    bot_option,
    brand_option,
    data_option,
    json_option,
    labels_of,
    read_options,
    settings,
)
from careworth.cli._print import print_json
from careworth.cli._sources import FORMS, Said, open_source
from careworth.enrich.own import own_labeller
from careworth.errors import InputError
from careworth.facts.store import Store
from careworth.intake.formats import ReadOptions, named
from careworth.intake.stream._desk import DeskOfStream
from careworth.intake.stream._facts import FactsOfStream
from careworth.intake.stream._heaps import keep_few_heaps
from careworth.intake.stream._labelling_process import LabellingProcess
from careworth.intake.stream._portions import Preparer
from careworth.intake.stream.counters import Counters, State
from careworth.intake.stream.desk_queue import DESK, DeskQueue
from careworth.intake.stream.health import serve
from careworth.intake.stream.pipeline import Pace, Pipeline
from careworth.intake.stream.spool import Spool

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,40}")


@click.command()
@click.argument("source", type=click.Choice(list(FORMS)))
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help="The format of the records: bluesky, mastodon, meta, telegram, x-v2. Hooks of a network need none.",
)
@click.option("--hook", metavar="SOURCE", help="Which of the hooks to read, for webhooks.")
@click.option("--url", metavar="URL", help="Where the upstream is; for mastodon your server.")
@click.option("--subject", metavar="SUBJECT", default="careworth.>", help="What to read, for nats.")
@click.option(
    "--token", metavar="TOKEN", envvar="CAREWORTH_STREAM_TOKEN", help="The bearer token, for x and mastodon."
)
@click.option("--hashtag", metavar="TAG", help="What to read instead of your account, for mastodon.")
@click.option(
    "--backfill", type=click.IntRange(0, 5), default=0, help="Minutes to read again at a start, for x."
)
@click.option("--name", metavar="NAME", help="The stream's own name: its cursor is kept under it.")
@click.option("--port", type=int, default=0, help="Answer /health and /metrics on 127.0.0.1 at this port.")
@click.option(
    "--spool-mb",
    type=click.IntRange(min=100),
    default=2048,
    show_default=True,
    help="Most disk that waiting records may take; then the upstream waits.",
)
@brand_option
@bot_option
@data_option
@json_option
def listen(
    source: str, form: str | None, hook: str | None, url: str | None, subject: str,
    token: str | None, hashtag: str | None, backfill: int, name: str | None, port: int,
    spool_mb: int, brands: tuple[str, ...], bot: str | None, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Read a stream without an end: keep every message, label it, hand requests to the desk.

    Sources: lines (JSON lines on standard input), jetstream (Bluesky), nats (a subject of
    NATS JetStream), webhooks (what careworth webhooks received), x (the filtered stream), mastodon (your
    account or a hashtag), firehose (Bluesky's own, for accounts named by DID).
    Interrupt it at any time, even with kill -9: started again it goes on where it was.
    """
    if not brands:
        raise InputError(
            "A stream does not say which messages are yours.", hint="Name your own accounts: --brand NAME."
        )
    folder = settings(data).data
    name = _named(name or source)
    options = read_options(brands, None, bot)
    said = Said(
        source, form, hook, url, subject, folder, options.brands, token, hashtag, backfill, options.bot
    )
    state = _run(said, name, folder, options, port, Pace(spool_bytes=spool_mb << 20))
    if as_json:
        print_json(account(state))
    else:
        click.echo(sentence(state))


def _run(said: Said, name: str, folder: Path, options: ReadOptions, port: int, pace: Pace) -> State:
    keep_few_heaps()
    source = open_source(said)
    options = replace(options, lines=True)
    labeller = own_labeller(labels_of(folder))
    counters = Counters(name)
    spool = Spool(folder / "streams" / name)
    queue = DeskQueue(folder / DESK)
    health = serve(counters.state, port) if port else None
    process = LabellingProcess(Preparer(named(source.form), options, labeller))
    try:
        desk = DeskOfStream(queue, name)
        facts = FactsOfStream(Store(folder / "facts"), name, source.form, options, labeller)
        pipeline = Pipeline(source, spool, process.prepare, desk, facts, counters, now=_now, pace=pace)
        _stop_at_signals(pipeline.stop)
        return pipeline.run()
    finally:
        if health is not None:
            health.shutdown()
            health.server_close()
        process.close()
        queue.close()
        spool.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _stop_at_signals(stop: Callable[[], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop())


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot be the name of a stream.", hint="Use small letters, digits and underscores."
        )
    return name


def account(state: State) -> dict[str, object]:
    return {
        "source": state.source,
        "received": state.received,
        "stored": state.stored,
        "duplicates": state.duplicates,
        "skipped": state.skipped,
        "queued": state.queued,
        "disconnects": state.disconnects,
        "seconds_to_desk_p99": state.took["desk"],
        "seconds_to_facts_p99": state.took["facts"],
        "problems": state.problems,
    }


def sentence(state: State) -> str:
    return (
        f"{state.source}: received {state.received:,} since it began; of this run stored {state.stored:,}, "
        f"duplicates {state.duplicates:,}, queued for the desk {state.queued:,}."
    )
