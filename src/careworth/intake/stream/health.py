"""How a stream is, for those who watch it: /health and Prometheus' text form under /metrics."""

import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from careworth.intake.stream.counters import State

MOST_SECONDS = {"desk": 10.0, "facts": 30.0}
"""How long the oldest block may wait for each consumer before the stream counts as ill."""


def complaints(state: State) -> list[str]:
    """Sentences on what is wrong; none when all is well."""
    found = [
        f"The oldest block has waited {state.oldest[consumer]:.0f} seconds for the {consumer}."
        for consumer, most in MOST_SECONDS.items()
        if state.oldest[consumer] > most
    ]
    return [*found, *state.problems.values()]


def prometheus(state: State) -> str:
    """The counters in Prometheus' text form."""
    return "".join(f"{line}\n" for line in _lines(state))


def _lines(state: State) -> Iterator[str]:
    name = f'source="{_escaped(state.source)}"'
    counts = (
        ("received_total", "Records that came.", state.received),
        ("stored_total", "New messages in the facts, since this process began.", state.stored),
        ("duplicates_total", "Messages that were known, since this process began.", state.duplicates),
        ("queued_total", "Requests handed to the desk, since this process began.", state.queued),
        ("disconnects_total", "Times that the upstream broke off.", state.disconnects),
    )
    for what, meaning, number in counts:
        yield from _measure(what, "counter", meaning, [(name, number)])
    reasons = [(f'{name},reason="{_escaped(reason)}"', n) for reason, n in state.skipped.items()]
    yield from _measure("skipped_total", "counter", "Records that are no messages.", reasons)
    yield from _measure("received_rate", "gauge", "Records a second.", [(name, state.received_rate)])
    yield from _measure("connected", "gauge", "1 while the upstream talks.", [(name, int(state.connected))])
    waiting = [(f'{name},consumer="{c}"', n) for c, n in state.waiting.items()]
    yield from _measure("waiting_blocks", "gauge", "Blocks not done yet.", waiting)
    oldest = [(f'{name},consumer="{c}"', s) for c, s in state.oldest.items()]
    yield from _measure("oldest_seconds", "gauge", "Wait of the oldest block.", oldest)
    took = [(f'{name},consumer="{c}"', s) for c, s in state.took.items() if s is not None]
    yield from _measure("took_seconds_p99", "gauge", "From read to done, 99 of 100 blocks.", took)


def _measure(what: str, kind: str, meaning: str, values: Sequence[tuple[str, float]]) -> Iterator[str]:
    full = f"careworth_stream_{what}"
    yield f"# HELP {full} {meaning}"
    yield f"# TYPE {full} {kind}"
    for labels, value in values:
        yield f"{full}{{{labels}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def serve(state: Callable[[], State], port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Answer in a thread until the server is shut down. ``port`` 0 takes a free one."""

    class Answers(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            now = state()
            if self.path == "/metrics":
                self._say(200, "text/plain; version=0.0.4", prometheus(now).encode())
            elif self.path == "/health":
                wrong = complaints(now)
                body = msgspec.json.encode({"healthy": not wrong, "complaints": wrong, "state": now})
                self._say(503 if wrong else 200, "application/json", body)
            else:
                self._say(404, "text/plain", b"There are /health and /metrics.\n")

        def _say(self, code: int, kind: str, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Who asks how we are is no news."""

    server = ThreadingHTTPServer((host, port), Answers)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
