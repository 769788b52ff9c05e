"""The shape of the house: who may import whom, and what the library never does."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "careworth"

MAY_IMPORT = {
    "terms": set(),
    "errors": set(),
    "config": {"errors"},
    "channels": {"terms", "errors", "config"},
    "facts": {"terms", "errors", "config"},
    "enrich": {"terms", "errors", "config", "facts"},
    "intake": {"terms", "errors", "config", "channels", "facts", "enrich"},
    "measures": {"terms", "errors", "config", "facts"},
    "causal": {"terms", "errors"},
    "worth": {"terms", "errors", "config", "facts", "measures", "causal"},
    "shapes": {"errors"},
    "maturity": {"terms", "errors", "config", "shapes", "facts", "measures"},
    "plan": {"terms", "errors", "config", "shapes", "facts", "measures", "causal", "worth", "maturity"},
    "report": {"terms", "errors", "config", "facts", "measures", "causal", "worth", "maturity", "plan"},
    "simulate": {"terms", "errors", "facts"},
    "desk": {
        *("terms", "errors", "config", "shapes", "channels", "facts", "enrich", "intake", "measures"),
        *("causal", "worth", "maturity", "plan", "report"),
    },
}
"""Package -> what of ours it may import; ``cli`` and ``web`` may import everything."""


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module


def _files(package: str) -> list[Path]:
    folder = SOURCE / package
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [SOURCE / f"{package}.py"]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_down(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    wrong = [
        f"{file.relative_to(SOURCE)} imports {name}"
        for file in _files(package)
        for name in _imports(file)
        if name.startswith("careworth.") and name.split(".")[1] not in allowed
    ]
    assert wrong == []


def test_every_package_has_a_rule() -> None:
    packages = {path.stem for path in SOURCE.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert packages - {"__init__", "__pycache__", "cli", "web"} == set(MAY_IMPORT)


def _calls(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_the_library_asks_neither_clock_nor_environment(package: str) -> None:
    forbidden = ("datetime.now", "date.today", "time.time", "os.environ", "datetime.utcnow")
    wrong = [
        f"{file.relative_to(SOURCE)}: {call}"
        for file in _files(package)
        for call in _calls(file)
        if call.endswith(forbidden)
    ]
    assert wrong == []


def test_the_library_needs_no_extra() -> None:
    blocked = ["django", "psycopg", "pyspark", "doubleml", "pandas"]
    program = f"""
import sys
for name in {blocked!r}:
    sys.modules[name] = None
import careworth.causal, careworth.cli, careworth.enrich, careworth.intake.ingest, careworth.maturity
import careworth.measures
import careworth.plan, careworth.report.board, careworth.simulate, careworth.worth
"""
    subprocess.run([sys.executable, "-c", program], check=True)
