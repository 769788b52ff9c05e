"""How many heaps the C library keeps beside one another."""

import ctypes

_M_ARENA_MAX = -8
"""Of glibc's ``malloc.h``."""
_ARENAS = 2


def keep_few_arenas() -> None:
    """Call it before threads begin. Where the C library is another than glibc, nothing happens.

    glibc gives new threads heaps of their own, up to eight a core, and keeps what is freed in each. The
    threads of a batch come and go, so after some hundred batches each heap has been as large as a batch once.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)
