from pathlib import Path

import pytest
from cli_runs import answer, run


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a small simulated year."""
    folder = tmp_path_factory.mktemp("year") / "files"
    run("simulate", "year", "--out", folder, "--conversations", 200)
    return folder


@pytest.fixture(scope="session")
def year_data(year: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its facts; to be read only."""
    data = tmp_path_factory.mktemp("year-data")
    answer("ingest", year / "messages.csv.gz", "--mapping", year / "mapping.toml", "--data", data)
    return data


@pytest.fixture(scope="session")
def twcs(shared_data: Path) -> Path:
    return shared_data / "twcs-multibrand" / "twcs_multibrand.csv.gz"


@pytest.fixture(scope="session")
def twcs_data(twcs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The facts of real conversations; to be read only."""
    data = tmp_path_factory.mktemp("twcs-data")
    answer("ingest", twcs, "--data", data)
    return data
