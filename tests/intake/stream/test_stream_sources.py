"""Sources through the whole pipeline: upstreams that break off, talk nonsense and repeat themselves."""

import asyncio
import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import nats
import pytest
from stream_facts import Held, event, held
from stream_run import BLUESKY, NOW, pipeline_of
from websockets.sync.server import ServerConnection, serve

from careworth.intake.formats import Format
from careworth.intake.formats.meta import Meta
from careworth.intake.stream.counters import Counters
from careworth.intake.stream.desk_queue import DESK
from careworth.intake.stream.health import complaints, prometheus
from careworth.intake.stream.inbox import Inbox
from careworth.intake.stream.sources import Source
from careworth.intake.stream.sources.inbox import InboxSource
from careworth.intake.stream.sources.jetstream import Jetstream
from careworth.intake.stream.sources.nats import NatsSubject


def listened(source: Source, data: Path, records: int, form: Format = BLUESKY) -> tuple[Held, Counters]:
    """What is there after so many records were received, then everything was brought to its end."""
    with pipeline_of(source, data, form=form) as (pipeline, counters):

        def stop_when_received() -> None:
            until = time.monotonic() + 20
            while counters.state().received < records and time.monotonic() < until:
                time.sleep(0.05)
            pipeline.stop()

        watch = threading.Thread(target=stop_when_received)
        watch.start()
        pipeline.run()
        watch.join()
    return held(data), counters


@pytest.fixture
def upstream() -> Iterator[tuple[str, list[str]]]:
    """A Jetstream that breaks off after 100 events, repeats 10 when it is asked again, and sends garbage."""
    asked: list[str] = []
    over = threading.Event()

    def talk(socket: ServerConnection) -> None:
        assert socket.request is not None
        asked.append(socket.request.path)
        begin = 0 if len(asked) == 1 else 90
        for number in range(begin, begin + 100):
            socket.send(event(number).decode())
        if len(asked) > 1:
            socket.send('{"no": JSON')
            over.wait(60)

    with serve(talk, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/subscribe", asked
        over.set()
        server.shutdown()
        thread.join()


def test_a_jetstream_that_breaks_off_is_asked_again_from_the_cursor(
    upstream: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, asked = upstream
    found, counters = listened(Jetstream(url), tmp_path, 201)
    assert asked[0].endswith("wantedCollections=app.bsky.feed.post")
    assert asked[1].endswith(f"&cursor={1_790_000_000_000_000 + 99 - 2_000_000}")
    assert (found.received, found.stored, found.duplicates) == (201, 190, 10)
    assert found.skipped == {"bad-json": 1}
    assert found.messages == found.ids == 190
    state = counters.state()
    assert state.disconnects == 1
    assert complaints(state) == []
    assert 'careworth_stream_skipped_total{source="test",reason="bad-json"} 1' in prometheus(state)


def test_replies_join_their_conversation_across_batches(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox.sqlite3")
    inbox.put([("hook", str(number), event(number)) for number in range(90)], 0.0)
    found, _ = listened(InboxSource(inbox, "hook", "bluesky"), tmp_path, 90)
    assert (found.stored, found.conversations) == (90, 60)
    assert inbox.waiting() == 0
    inbox.close()


def test_what_a_webhook_received_becomes_private_messages_and_a_request_on_the_desk(tmp_path: Path) -> None:
    def delivery(**value: object) -> bytes:
        said = {"metadata": {"display_phone_number": "15550100"}, **value}
        change = {"field": "messages", "value": said}
        entry = {"id": "1", "changes": [change]}
        return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()

    def text(number: int, body: str) -> dict[str, object]:
        return {"from": "15550199", "id": f"wamid.{number}", "timestamp": str(1_790_000_000 + number),
                "type": "text", "text": {"body": body}}  # fmt: skip

    bodies = [
        delivery(messages=[text(1, "my internet is down since yesterday, please help!"), text(2, "ok")]),
        delivery(statuses=[{"id": "wamid.9", "status": "sent"}, {"id": "wamid.9", "status": "read"}]),
        delivery(messages=[text(2, "ok")]),  # as the network sends it when it heard no 200
    ]
    inbox = Inbox(tmp_path / "inbox.sqlite3")
    inbox.put([("whatsapp", str(number), body) for number, body in enumerate(bodies)], NOW.timestamp())
    found, _ = listened(InboxSource(inbox, "whatsapp", "meta"), tmp_path, len(bodies), Meta())
    assert (found.received, found.stored, found.duplicates, found.skipped) == (5, 2, 1, {"receipt": 2})
    assert (found.conversations, found.queued) == (1, 1)
    assert inbox.waiting() == 0
    with closing(sqlite3.connect(tmp_path / DESK)) as desk:
        assert desk.execute("select private, brand, author from desk_queue").fetchall() == [
            (1, "15550100", "15550199")
        ]
    inbox.close()


def test_a_subject_of_nats_is_taken_up_again_where_it_was_left(
    tmp_path: Path, server_or_skip: Callable[[str], NoReturn]
) -> None:
    subject = f"careworth-test.{uuid.uuid4().hex}"
    name = subject.replace(".", "-")

    async def publish(first: int, last: int) -> None:
        client = await nats.connect("nats://127.0.0.1:4222", connect_timeout=2, max_reconnect_attempts=1)
        stream = client.jetstream()
        if first == 0:
            await stream.add_stream(name=name, subjects=[subject])
        for number in range(first, last):
            await stream.publish(subject, event(number))
        await client.close()

    async def delete() -> None:
        client = await nats.connect("nats://127.0.0.1:4222")
        await client.jetstream().delete_stream(name)
        await client.close()

    try:
        asyncio.run(publish(0, 300))
    except (OSError, nats.errors.Error) as problem:
        server_or_skip(f"NATS with JetStream does not answer on 4222: {problem}")
    try:
        source = NatsSubject("nats://127.0.0.1:4222", subject, "careworth", "bluesky")
        assert listened(source, tmp_path, 300)[0].messages == 300
        asyncio.run(publish(300, 350))
        found, _ = listened(source, tmp_path, 350)
    finally:
        asyncio.run(delete())
    assert found.stored == found.messages == found.ids == 350
