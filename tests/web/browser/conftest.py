from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from house_browser import ARGUMENTS, AXE, House, chromium, furnish, open_house
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def browser(server_or_skip: Callable[[str], NoReturn]) -> Iterator[Browser]:
    """Closed with its module: while it runs, Django takes this process for an asynchronous one."""
    path = chromium()
    if path is None:
        server_or_skip("there is no chromium (Debian: apt-get install chromium fonts-noto-core)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def rules(server_or_skip: Callable[[str], NoReturn]) -> Path:
    if not AXE.is_file():
        server_or_skip("the rules of accessibility are not installed (npm ci)")
    return AXE


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    furnish(folder)
    return folder


@pytest.fixture
def house(furnished: Path) -> Iterator[House]:
    """A server that nobody owns yet."""
    data = furnished / "data"
    for path in (data / "desk").glob("*") if (data / "desk").is_dir() else ():
        if path.is_file():
            path.unlink()
    opened = open_house(data)
    yield opened
    opened.stop()
