"""Threads that come and go do not each leave a heap behind."""

import ctypes
import re
import subprocess
import sys

import pytest

# Threads of which each holds memory of the C library while the others do, then the heaps that there are.
_THREADS = """
import ctypes, sys, threading
from careworth.intake.stream._heaps import keep_few_heaps
if sys.argv[1] == "few":
    keep_few_heaps()
together = threading.Barrier(8)
def hold():
    held = bytearray(50_000)
    together.wait()
threads = [threading.Thread(target=hold) for _ in range(8)]
for one in threads: one.start()
for one in threads: one.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
out = libc.fopen(b"/dev/stdout", b"w")
libc.malloc_info(0, ctypes.c_void_p(out))
libc.fclose(ctypes.c_void_p(out))
"""


def heaps(how: str) -> int:
    told = subprocess.run([sys.executable, "-c", _THREADS, how], capture_output=True, text=True, check=True)
    return len(re.findall("<heap nr=", told.stdout))


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library is not glibc")
def test_threads_share_few_heaps() -> None:
    assert heaps("few") <= 2 < heaps("many")
