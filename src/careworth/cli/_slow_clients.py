"""Connections on which no request comes to the end of its headers: the server itself would keep them."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from careworth.intake.stream._deadlines import Deadlines


def impatient(seconds: float) -> type[HttpToolsProtocol]:
    """The protocol of the server, but it hangs up when headers take longer than ``seconds``."""
    waiting: Deadlines[HttpToolsProtocol] = Deadlines(seconds, lambda one: one.transport.close())

    class Impatient(HttpToolsProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            waiting.begin(self)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            waiting.begin(self)

        def on_headers_complete(self) -> None:
            waiting.end(self)
            super().on_headers_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            waiting.end(self)
            super().connection_lost(exc)

    return Impatient
