import pyarrow as pa
import pytest
from report_sample import northwind

from careworth.report import Report


@pytest.fixture(scope="session")
def sample() -> tuple[Report, dict[str, pa.Table]]:
    return northwind()


@pytest.fixture(scope="session")
def report(sample: tuple[Report, dict[str, pa.Table]]) -> Report:
    return sample[0]


@pytest.fixture(scope="session")
def rows(sample: tuple[Report, dict[str, pa.Table]]) -> dict[str, pa.Table]:
    return sample[1]
