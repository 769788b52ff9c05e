"""How many heaps a process keeps beside one another."""

import ctypes

import pyarrow as pa

_M_ARENA_MAX = -8
"""Of glibc's ``malloc.h``."""
_ARENAS = 2


def keep_few_heaps() -> None:
    """Call it before threads begin.

    glibc gives new threads heaps of their own, up to eight a core, and so does Arrow's own allocator; each
    keeps what is freed in it. The threads of a batch come and go, so after some hundred batches each heap has
    been as large as a batch once. So Arrow is to ask the C library, and glibc (no other) is to keep few.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)
