"""Pages that say what the program does are held to it."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_measures_is_that_of_the_catalogue() -> None:
    written = (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")
    assert written == _script("measures_page").page(), "run python scripts/measures_page.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_mapping_of_the_page_of_formats_can_be_read() -> None:
    from careworth.intake.formats._mapping import FIELDS, parse_mapping

    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    block = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert block is not None
    mapping = parse_mapping(tomllib.loads(block[1]), "the page")
    assert set(FIELDS) - set(mapping.columns) == {"handling_seconds"}


def test_no_page_and_no_code_names_a_registry_or_a_machine() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted", "registry." + "npmjs")
    for page in [*PAGES, *ROOT.glob("requirements*.lock")]:
        text = page.read_text(encoding="utf-8")
        assert not [host for host in hosts if host in text], page
