"""One thread for the many small products of an estimator.

The threads of BLAS wait for each other at the end of every product, spinning. Over a million rows, a block
at a time, weighting took 1.1 s of processor time with two threads and 0.75 s with one; beside other work on
two cores it took 4 to 6 s on the clock with two, and 2 to 3 s with one.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

# The package has neither stubs nor a py.typed file.
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@cache
def _libraries() -> ThreadpoolController:
    """The libraries that this process has loaded: looking for them takes longer than a small estimate."""
    return ThreadpoolController()


def one_thread(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The function, with one thread of BLAS while it runs."""

    @wraps(function)
    def limited(*arguments: Given.args, **named: Given.kwargs) -> Answer:
        with _libraries().limit(limits=1, user_api="blas"):
            return function(*arguments, **named)

    return limited
