"""Long work: stopped while it waits, stopped while it runs, left alone when it is over."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from careworth.desk import jobs, place
from careworth.desk.models import AuditEntry, Job, Person
from careworth.facts.schema import BATCHES


@pytest.fixture
def files(company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Exports to bring in, and a data folder that has no facts yet."""
    monkeypatch.setattr(settings, "CAREWORTH_DATA", tmp_path / "data")
    return company / "simulated"


def ask_for_import(client: Client, files: Path) -> Job:
    parts = {
        "holds": "messages",
        "exports": [SimpleUploadedFile("messages.csv.gz", (files / "messages.csv.gz").read_bytes())],
        "mapping": SimpleUploadedFile("mapping.toml", (files / "mapping.toml").read_bytes()),
    }
    assert client.post("/import/", parts).status_code == 302
    return Job.objects.filter(kind=Job.Kind.IMPORT).latest("id")


def stop(client: Client, job: Job) -> None:
    assert client.post(reverse("job-stop", args=[job.pk])).status_code == 302


@pytest.fixture
def when_it_runs(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Have something happen while a job runs: at the step at which records have come in."""

    def arrange(happening: Callable[[], None]) -> None:
        real = jobs.step

        def step(job: Job, done: int) -> None:
            if done > 0 and not Job.objects.get(pk=job.pk).stop_asked:
                happening()
            real(job, done)

        monkeypatch.setattr(jobs, "step", step)

    return arrange


def test_an_import_that_runs_is_stopped_and_leaves_nothing(
    client: Client, files: Path, when_it_runs: Callable[[Callable[[], None]], None]
) -> None:
    job = ask_for_import(client, files)
    assert place.upload_folder(job.order["folder"]).is_dir()
    seen: list[str] = []

    def happening() -> None:
        seen.append(client.get(reverse("job", args=[job.pk])).content.decode())
        stop(client, job)

    when_it_runs(happening)
    assert jobs.run_next()
    job.refresh_from_db()
    assert (job.state, job.problem) == (Job.State.STOPPED, "")
    assert job.ended_at is not None and job.done > 0
    assert "Running" in seen[0] and reverse("job-stop", args=[job.pk]) in seen[0]
    assert not place.store().exists(), "not a single message of it is stored"
    assert not place.upload_folder(job.order["folder"]).exists()
    assert not Job.objects.exclude(pk=job.pk).exists(), "nothing is computed of it"
    ended = AuditEntry.objects.get(deed="work ended")
    assert ended.detail == {"kind": "import", "state": "stopped"}
    page = client.get(reverse("job", args=[job.pk]))
    assert "Refresh" not in page.headers and "Stopped" in page.content.decode()


def test_after_a_stop_the_same_file_comes_in_whole(
    client: Client, files: Path, when_it_runs: Callable[[Callable[[], None]], None]
) -> None:
    stopped = ask_for_import(client, files)
    when_it_runs(lambda: None if stopped.stop_asked else stop(client, stopped))
    jobs.run_next()
    stopped.refresh_from_db()
    again = ask_for_import(client, files)
    assert jobs.run_next()
    again.refresh_from_db()
    assert again.state == Job.State.DONE
    assert (
        again.result["received"]
        == again.result["stored"] + again.result["duplicates"] + again.result["skipped"]
    )
    assert again.result["stored"] > 1000
    assert place.store().version(BATCHES) == 0


def test_work_that_waits_is_stopped_at_once_and_never_begun(client: Client, owner: Person) -> None:
    job = Job.objects.create(kind=Job.Kind.COMPUTE, started_by=owner)
    stop(client, job)
    job.refresh_from_db()
    assert job.state == Job.State.STOPPED and job.began_at is None
    assert not jobs.run_next()


def test_work_that_is_over_stays_as_it_ended(client: Client, owner: Person) -> None:
    job = Job.objects.create(kind=Job.Kind.COMPUTE, started_by=owner, state=Job.State.DONE)
    stop(client, job)
    job.refresh_from_db()
    assert (job.state, job.stop_asked) == (Job.State.DONE, False)
    assert not AuditEntry.objects.filter(deed="stopped work").exists(), "the log tells what was done"


def test_work_of_a_server_that_was_killed_is_told_as_failed(client: Client, owner: Person) -> None:
    job = Job.objects.create(kind=Job.Kind.REPORT, started_by=owner, state=Job.State.RUNNING)
    assert jobs.fail_orphans() == 1
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert "Failed" in page and "Start it again." in page
