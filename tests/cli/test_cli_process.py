"""The program as a process: exit codes, pipes, nothing but JSON on standard output."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = (sys.executable, "-m", "careworth.cli")


def _finish(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=60)


def test_an_answer(twcs_data: Path) -> None:
    done = _finish("measures", "first_response_time", "--data", twcs_data, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)[0]["rows"][0]["n"] == 711


def test_a_refusal(tmp_path: Path) -> None:
    done = _finish("measures", "--data", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"Error: There are no facts in {tmp_path / 'facts'}.",
        f"Bring some in with: careworth ingest PATH --data {tmp_path}",
    ]


def test_a_reader_that_has_seen_enough(twcs_data: Path) -> None:
    """As in ``careworth rows ... | head -1``: no traceback, not even at the end of the process."""
    words = ("rows", "messages_in", "--csv", "--data", twcs_data)
    with subprocess.Popen(
        [*PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith("message,conversation")
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) in (0, 1)
