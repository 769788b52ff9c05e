"""The server: WSGI threads for pages, one more thread for long work and briefings that are due."""

import logging
import time
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import waitress
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone

from careworth.desk import briefings, jobs
from careworth.web.begin import Lookout

_LOG = logging.getLogger(__name__)
_THREADS = 6
_NAP = 0.5
"""Seconds between two looks for work."""


def serve(host: str, port: int) -> None:
    """Until the process is told to end."""
    application = get_wsgi_application()
    jobs.fail_orphans()
    over = Event()
    worker = Thread(target=work, args=(over,), name="careworth-work", daemon=True)
    worker.start()
    try:
        waitress.serve(application, host=host, port=port, threads=_THREADS, ident=None, **in_front())
    finally:
        over.set()


def in_front() -> dict[str, Any]:
    """What the server knows of the proxy in front of it: the scheme people use, and whose word counts.

    The scheme is that of the address people use, so it needs no header. A header about whom a request comes
    from is taken from the named proxy, its own entry only; from anybody else it is thrown away.
    """
    known: dict[str, Any] = {"url_scheme": urlsplit(settings.CAREWORTH_URL).scheme or "http"}
    if settings.CAREWORTH_PROXY:
        known |= {"trusted_proxy": settings.CAREWORTH_PROXY, "trusted_proxy_headers": {"x-forwarded-for"}}
    return known


def work(over: Event) -> None:
    """Do what waits, until ``over`` is set. A job that breaks is noted; the next one is done all the same."""
    lookout = Lookout()
    while not over.is_set():
        close_old_connections()
        try:
            busy = jobs.run_next() or briefings.send_due(timezone.now()) > 0
            if not busy:
                lookout.look(time.monotonic())
        except Exception:
            _LOG.exception("work failed")
            busy = False
        if not busy:
            over.wait(_NAP)
