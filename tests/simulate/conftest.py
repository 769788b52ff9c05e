import csv
import gzip
from pathlib import Path

import pytest

from careworth.simulate import CareYear, simulate_care_year

Row = dict[str, str]


@pytest.fixture(scope="session")
def care_year(tmp_path_factory: pytest.TempPathFactory) -> CareYear:
    """A whole year of the usual size."""
    return simulate_care_year(11, tmp_path_factory.mktemp("simulated"))


def read_rows(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def all_rows(care_year: CareYear) -> list[Row]:
    return read_rows(care_year.messages)


@pytest.fixture(scope="session")
def sound_rows(all_rows: list[Row]) -> list[Row]:
    """What a careful reader keeps: rows with an id and a date, each once."""
    kept: dict[tuple[str, str], Row] = {}
    for row in all_rows:
        if row["message_id"] and not row["message_id"].endswith("-date"):
            kept.setdefault((row["channel"], row["message_id"]), row)
    return list(kept.values())


@pytest.fixture(scope="session")
def talks(sound_rows: list[Row]) -> list[list[Row]]:
    """The rows of each conversation, by following the replies one row at a time."""
    root: dict[str, str] = {}
    found: dict[str, list[Row]] = {}
    for row in sound_rows:
        root[row["message_id"]] = root.get(row["in_reply_to"], row["message_id"])
        found.setdefault(root[row["message_id"]], []).append(row)
    return list(found.values())
