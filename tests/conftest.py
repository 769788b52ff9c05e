import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests wait a lot take longest: they come first, or a parallel run ends with them alone.

    Such a run gives each file to one process, so that what its tests share is made once.
    """
    items.sort(key=lambda item: item.get_closest_marker("waits") is None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets, which are not part of the repository."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("CAREWORTH_TEST_DATA", beside))
    if not folder.is_dir():
        pytest.skip("the real data sets are not here (set CAREWORTH_TEST_DATA to their folder)")
    return folder


@pytest.fixture(scope="session")
def server_or_skip() -> Callable[[str], NoReturn]:
    """To be called with the reason when a server that a test needs is not there.

    The test is left out then; but where everything must run (CAREWORTH_REQUIRE_SERVERS=1) it fails.
    """

    def missing(reason: str) -> NoReturn:
        if os.environ.get("CAREWORTH_REQUIRE_SERVERS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)

    return missing
