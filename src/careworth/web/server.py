"""The server: WSGI threads for pages, one more thread for long work and briefings that are due."""

import logging
from threading import Event, Thread

import waitress
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone

from careworth.desk import briefings, jobs

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
        waitress.serve(application, host=host, port=port, threads=_THREADS, ident=None)
    finally:
        over.set()


def work(over: Event) -> None:
    """Do what waits, until ``over`` is set. A job that breaks is noted; the next one is done all the same."""
    while not over.is_set():
        close_old_connections()
        try:
            busy = jobs.run_next() or briefings.send_due(timezone.now()) > 0
        except Exception:
            _LOG.exception("work failed")
            busy = False
        if not busy:
            over.wait(_NAP)
