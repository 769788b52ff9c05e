"""Parsing and labelling in a process of its own: they take most of the time, and Python uses one core.

The process knows nothing that could be lost. It ends when the one that started it does, however that ends.
"""

import multiprocessing
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection

from careworth.errors import CareworthError
from careworth.intake.stream._portions import Portion, Preparer
from careworth.intake.stream.spool import Block


class LabellingProcess:
    """Prepares portions as the preparer would that it is given. Close it after use."""

    def __init__(self, preparer: Preparer) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would share files, locks and threads
        self._lock = threading.Lock()
        self._talk, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=[theirs], name="labels", daemon=True)
        self._process.start()
        theirs.close()  # only so does the other side notice when this one is killed
        self._talk.send(preparer)

    def prepare(self, blocks: Sequence[Block]) -> Portion:
        """As ``Preparer.prepare``, with its errors. Raises CareworthError when the process is gone."""
        with self._lock:
            try:
                self._talk.send(blocks)
                answer = self._talk.recv()
            except (EOFError, OSError) as problem:
                raise CareworthError(
                    "The process that labels messages has ended.",
                    hint="Perhaps memory was short. Start again: the stream goes on where it was.",
                ) from problem
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(answer, Portion)
        return answer

    def close(self) -> None:
        self._talk.close()
        self._process.join()


def _serve(talk: Connection) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):  # meant for the stream, which has to end first
        signal.signal(number, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        preparer = talk.recv()
        while True:
            blocks = talk.recv()
            try:
                answer: Portion | Exception = preparer.prepare(blocks)
            except Exception as problem:
                answer = problem
            talk.send(answer)
