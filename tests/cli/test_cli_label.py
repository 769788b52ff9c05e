"""careworth label, careworth train request"""

from dataclasses import replace
from pathlib import Path

import pytest
from cli_runs import answer, refused, run

from careworth.enrich._request import RequestModel


@pytest.fixture
def tagged(year: Path, tmp_path: Path) -> Path:
    """A year without labels, in a folder of its own."""
    arguments = ("--mapping", year / "mapping.toml", "--data", tmp_path, "--no-labels")
    answer("ingest", year / "messages.csv.gz", *arguments)
    return tmp_path


def test_small_batches_are_labelled_at_once(year_data: Path) -> None:
    told = answer("doctor", "--data", year_data)["facts"]
    assert told["rows"]["labels"] == told["rows"]["messages"] > 0
    assert answer("label", "--data", year_data)["messages"] == 0


def test_labelled_later(tagged: Path) -> None:
    assert "labels" not in answer("doctor", "--data", tagged)["facts"]["rows"]
    done = answer("label", "--data", tagged)
    assert done["messages"] == answer("doctor", "--data", tagged)["facts"]["rows"]["messages"]
    assert "company tagged" in done["errors"]["measured_on"]
    assert "Labelled 0 messages" in run("label", "--data", tagged).stdout


def test_a_model_of_ones_own_is_used_from_then_on(tagged: Path) -> None:
    shipped = answer("label", "--data", tagged)
    trained = answer("train", "request", "--data", tagged)
    assert trained["used"]
    assert sum(trained["before"].values()) == sum(trained["after"].values()) > 80
    done = answer("label", "--data", tagged)
    assert done["anew"] and trained["version"] in done["labels"]
    assert done["messages"] > 0 and done["labels"] != shipped["labels"]
    assert done["errors"]["quality"] == trained["after"]


def test_a_model_trained_beside_older_models_says_so(tagged: Path) -> None:
    answer("train", "request", "--data", tagged)
    assert answer("label", "--data", tagged)["advice"] is None
    assert answer("doctor", "--data", tagged)["advice"] is None
    path = tagged / "labels" / "request.npz"
    replace(RequestModel.load(path), beside="2").save(path)
    for command in ("label", "doctor"):
        told = run(command, "--data", tagged).stderr
        assert "corrects version 2 of the shipped models" in told and "careworth train request" in told
        assert answer(command, "--data", tagged)["advice"] == told.strip()


def test_the_doctor_goes_on_past_a_model_that_cannot_be_read(tagged: Path) -> None:
    (tagged / "labels").mkdir()
    (tagged / "labels" / "request.npz").write_bytes(b"not a model")
    told = run("doctor", "--data", tagged)
    assert "request.npz is not a model of requests" in told.stderr
    assert "All figures agree with the rows." in told.stdout


def test_too_few_tags(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text(
        "id,who,at,text,in\n1,x,2025-01-01T10:00:00Z,help,yes\n", encoding="utf-8"
    )
    (tmp_path / "map.toml").write_text(_MAPPING, encoding="utf-8")
    answer("ingest", tmp_path / "few.csv", "--mapping", tmp_path / "map.toml", "--data", tmp_path)
    assert "tagged messages" in refused("train", "request", "--data", tmp_path)
    assert not (tmp_path / "labels").exists()


_MAPPING = """
[columns]
external_id = "id"
author = "who"
sent_at = "at"
text = "text"
[constants]
channel = "mail"
[direction]
column = "in"
inbound = ["yes"]
outbound = ["no"]
"""
