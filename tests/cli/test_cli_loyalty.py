"""careworth loyalty: words first, then tables; JSON; what it says when the records are not there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_runs import answer, refused, run

from careworth.facts.store import Store
from careworth.intake.formats import ReadOptions
from careworth.intake.ingest import ingest
from loyalty_company import UNTIL, company

TALK = (
    "id,at,author,text,direction\n1,2025-03-03T08:00:00Z,ann,help,in\n2,2025-03-03T09:00:00Z,@care,here,out\n"
)
MAPPING = """
[columns]
external_id = "id"
sent_at = "at"
author = "author"
text = "text"
[direction]
column = "direction"
inbound = ["in"]
outbound = ["out"]
[time]
format = "iso"
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "talk.csv").write_text(TALK)
    (folder / "mapping.toml").write_text(MAPPING)
    options = ReadOptions(mapping=folder / "mapping.toml")
    ingest(
        Store(folder / "facts"),
        [folder / "talk.csv"],
        now=datetime(2026, 1, 1, tzinfo=UTC),
        form="table",
        options=options,
    )
    return folder


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careworth.cli._loyalty.DuckDBEngine", lambda files: company(1, 2000).engine())


def test_without_records_it_says_which(data: Path) -> None:
    told = refused("loyalty", "--data", data)
    assert "customers and identities have no rows" in told
    assert "careworth records" in told


def test_words_come_first(data: Path, records: None) -> None:
    told = run("loyalty", "--data", data, "--until", UNTIL.date()).stdout
    assert told.index("more of 100 customers stay for 365 days") < told.index("The figures")
    assert "Total return" in told
    assert "By business unit" in told


def test_json_holds_every_measure_and_a_total_that_adds_up(data: Path, records: None) -> None:
    found = answer("loyalty", "--data", data, "--until", UNTIL.date())
    assert sorted(found["measures"]) == [
        "m1_retention",
        "m2_operating_cost",
        "m3_self_help",
        "m4_saves",
        "m5_rants",
        "m6_cross_sell",
        "m7_process",
    ]
    value = found["measures"]["m1_retention"]["values"]["retained_share"]
    assert value["low"] <= value["value"] <= value["high"]
    assert {check["name"] for check in value["checks"]} >= {"balance", "overlap", "negative control"}
    total = found["total"]
    assert sum(part["counted"] for part in total["parts"]) == pytest.approx(total["money"]["value"])
    assert sum(unit["counted"] for unit in total["units"]) == pytest.approx(total["money"]["value"])


def test_a_grace_longer_than_the_horizon_is_refused(data: Path, records: None) -> None:
    assert "does not fit" in refused("loyalty", "--data", data, "--horizon", 5)
