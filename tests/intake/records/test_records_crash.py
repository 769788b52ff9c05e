"""Records killed while they are written are there as a whole or not at all, and can be brought again."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careworth.facts.audit import audit
from careworth.facts.engines import DuckDBEngine
from careworth.facts.store import Store
from careworth.intake.records import bring_records

NOW = datetime(2025, 6, 1, tzinfo=UTC)
FILES = {
    "customers.csv": "customer,joined_at,left_at\na,2024-01-01,2025-01-01\nb,2024-01-01,\nc,soon,\n",
    "purchases.csv": "customer,at,amount\na,2024-03-01,5\nb,2024-03-01,6\n",
}
DRIVER = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from careworth.facts.store import Store
from careworth.intake.records import bring_records

commit, left = Store._commit, int(sys.argv[3])

def counted(*given, **named):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return commit(*given, **named)

Store._commit = counted
bring_records(Store(Path(sys.argv[1])), [Path(sys.argv[2])], now=datetime(2025, 6, 1, tzinfo=UTC))
"""


def held(store: Store) -> tuple[int, ...]:
    engine = DuckDBEngine(store.snapshot().files)
    try:
        names = ("customers where left_at is not null", "customers", "purchases")
        return tuple(engine.query(f"select count(*) as n from {name}")["n"][0].as_py() for name in names)
    finally:
        engine.close()


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_killed_at_every_commit(at: int, tmp_path: Path) -> None:
    store, folder = Store(tmp_path / "facts"), tmp_path / "records"
    folder.mkdir()
    first = tmp_path / "customers.csv"
    first.write_text("customer,joined_at\na,2024-01-01\n", encoding="utf-8")
    bring_records(store, [first], now=NOW)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", DRIVER, str(store.folder), str(folder), str(at)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    engine = DuckDBEngine(store.snapshot().files)
    seen = engine.query("select count(*) as n from customers")["n"][0].as_py()
    engine.close()
    assert seen == 1
    bring_records(store, [folder], now=NOW)
    assert held(store) == (1, 2, 2)
    assert audit(store).problems == ()
