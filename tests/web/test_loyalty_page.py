"""Loyalty in the browser: from an upload of records to seven measures, and what an empty page says."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from careworth.cli import careworth
from careworth.desk import jobs
from careworth.desk.models import Job, LoyaltyFigures, Person
from careworth.simulate.customers._world import PLANS
from careworth.web.setup import prepare_folder


def text_of(page: bytes) -> str:
    """What a reader sees: no markup, single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode().split("<main")[1]))


def simulated(folder: Path, customers: int) -> Path:
    careworth(
        ["simulate", "company", "--customers", str(customers), "--out", str(folder)], standalone_mode=False
    )
    return folder


@pytest.fixture
def empty_house(house: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tables of the house over a folder without facts."""
    prepare_folder(tmp_path)
    monkeypatch.setattr(settings, "CAREWORTH_DATA", tmp_path)
    yield


def work() -> None:
    while jobs.run_next():
        pass


def bring(browser: Client, holds: str, paths: list[Path], mapping: Path | None = None) -> Job:
    with ExitStack() as open_files:
        given = {"holds": holds, "exports": [open_files.enter_context(path.open("rb")) for path in paths]}
        if mapping is not None:
            given["mapping"] = open_files.enter_context(mapping.open("rb"))  # type: ignore[assignment]
        assert browser.post("/import/", given).status_code == 302
    job = Job.objects.filter(kind=Job.Kind.IMPORT).latest("id")
    work()
    job.refresh_from_db()
    return job


def test_an_empty_page_names_the_tables_and_says_how_to_bring_them(empty_house: None, client: Client) -> None:
    page = text_of(client.get("/loyalty/").content)
    for table in ("customers", "identities", "care_contacts", "process_changes"):
        assert table in page
    assert "careworth records FOLDER" in page and "How to bring them in" in page
    assert "/import/" in client.get("/loyalty/").content.decode()


def test_uploads_of_messages_and_records_fill_the_page(
    empty_house: None, client: Client, owner: Person, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = simulated(tmp_path_factory.mktemp("kirana"), 3000)
    messages = bring(client, "messages", [files / "messages.parquet"], files / "mapping.toml")
    assert messages.state == Job.State.DONE and messages.result["skipped"] == 0
    assert not LoyaltyFigures.objects.exists(), "there are no records yet"
    records = bring(client, "records", sorted((files / "records").glob("*.parquet")))
    assert records.state == Job.State.DONE, records.problem
    told = records.result
    assert told["received"] == told["stored"] + told["duplicates"] + told["skipped"]
    kept = LoyaltyFigures.objects.get()
    assert set(kept.content["measures"]) >= {"m1_retention", "m4_saves", "m7_process"}

    page = text_of(client.get("/loyalty/").content)
    for said in ("Retention and value", "likely between", "Without a fair comparison", "of 100 customers"):
        assert said in page
    assert re.search(r"\d+ passed", page) and "tables that are missing" not in page.lower()
    headline = kept.content["measures"]["m1_retention"]["values"]["retained_share"]
    assert f"{100 * headline['value']:.1f}" in page and headline["naive"] is not None

    owner.language = "ur"
    owner.save()
    page = client.get("/loyalty/").content.decode()
    shown = page.split("<main id")[1].partition(">")[2]
    assert "ٹھہراؤ اور قدر" in shown and "lang=" not in shown
    left = set(re.findall(r"[A-Za-z]{4,}", re.sub(r"<[^>]+>", " ", shown)))
    changes = {"Login", "without", "code", "bill", "that", "explains", "itself"}
    units = {unit["text"] for unit in kept.content["total"]["units"]}
    traits = {"engagement"}
    assert left <= {"Kaplan", "Meier", "Rosenbaum", *changes, *units, *traits, *PLANS}, (
        "but for the company's own words"
    )


def test_a_comparison_that_is_stopped_leaves_nothing_and_one_that_is_done_is_kept(
    empty_house: None,
    client: Client,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = simulated(tmp_path_factory.mktemp("kirana"), 800)
    bring(client, "messages", [files / "messages.parquet"], files / "mapping.toml")
    seen: list[str] = []

    def step(job: Job, done: int) -> None:
        real(job, done)
        if job.kind == Job.Kind.LOYALTY and done == 2:
            seen.append(text_of(client.get(f"/jobs/{job.pk}/").content))
            client.post(f"/jobs/{job.pk}/stop/")

    real = jobs.step
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "step", step)
        bring(client, "records", sorted((files / "records").glob("*.parquet")))
    stopped = Job.objects.get(kind=Job.Kind.LOYALTY)
    assert stopped.state == Job.State.STOPPED and stopped.done == 3
    assert "2 of 7 measures are done" in seen[0]
    assert not LoyaltyFigures.objects.exists()

    for _ in range(2):
        client.post("/recompute/")
        work()
    again = Job.objects.filter(kind=Job.Kind.LOYALTY).exclude(pk=stopped.pk)
    assert [job.state for job in again] == [Job.State.DONE], "the same facts are compared once"
    assert LoyaltyFigures.objects.exists()
