"""Figures that pages show are of one version of the facts, and pages say so when it is not the newest."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from careworth.cli import careworth
from careworth.desk import actions, jobs, place
from careworth.desk.models import Figures, Job, Person
from careworth.facts.schema import BATCHES
from careworth.web.begin import Lookout

CHANGED = "have changed since"
BEING_COMPUTED = "are being computed again"
PAGES = (
    "/",
    "/measures/",
    "/measures/first_reply_time/",
    "/measures/first_reply_time/rows/",
    "/sources/",
    "/maturity/",
    "/maturity/what-if/",
)


@pytest.fixture
def more(company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The company's data folder as its own copy, and the path of a file with more conversations."""
    shutil.copytree(company / "facts", tmp_path / "data" / "facts")
    monkeypatch.setattr(settings, "CAREWORTH_DATA", tmp_path / "data")
    words = ["simulate", "year", "--out", str(tmp_path / "more"), "--conversations", "200", "--seed", "5"]
    careworth(words, standalone_mode=False)
    return tmp_path / "more"


def bring(files: Path) -> None:
    """What somebody else does: the command line takes in more, while the server runs."""
    mapping = str(files / "mapping.toml")
    words = ["ingest", str(files / "messages.csv.gz"), "--mapping", mapping, "--data", str(place.data())]
    careworth(words, standalone_mode=False)


@pytest.mark.parametrize("path", PAGES)
def test_figures_of_the_newest_facts_need_no_warning(path: str, client: Client, figures: Figures) -> None:
    assert CHANGED not in client.get(path).content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_so_when_inputs_changed(
    path: str, client: Client, owner: Person, figures: Figures
) -> None:
    actions.save_settings(owner, {"zone": "Asia/Jakarta"})
    page = client.get(path).content.decode()
    assert BEING_COMPUTED in page
    Job.objects.update(state=Job.State.STOPPED)
    page = client.get(path).content.decode()
    assert CHANGED in page and BEING_COMPUTED not in page


def test_facts_that_others_bring_in_get_figures(client: Client, figures: Figures, more: Path) -> None:
    bring(more)
    newest = place.store().version(BATCHES)
    assert newest != figures.version
    assert CHANGED in client.get("/").content.decode()
    Lookout().look(0.0)
    assert BEING_COMPUTED in client.get("/").content.decode()
    assert jobs.run_next()
    assert CHANGED not in client.get("/").content.decode()
    assert Figures.objects.get().version == newest


def test_what_fails_is_not_tried_again_and_again(figures: Figures, more: Path) -> None:
    lookout = Lookout()
    bring(more)
    lookout.look(0.0)
    Job.objects.update(state=Job.State.FAILED, began_at=timezone.now(), ended_at=timezone.now())
    lookout.look(1000.0)
    assert Job.objects.count() == 1


def test_between_two_looks_lies_ten_times_the_last_computing(figures: Figures, more: Path) -> None:
    began = timezone.now()
    Job.objects.create(
        kind=Job.Kind.COMPUTE, state=Job.State.DONE, began_at=began, ended_at=began + timedelta(seconds=30)
    )
    lookout = Lookout()
    lookout.look(0.0)
    bring(more)
    lookout.look(299.0)
    assert Job.objects.filter(state=Job.State.WAITING).count() == 0
    lookout.look(301.0)
    assert Job.objects.filter(state=Job.State.WAITING).count() == 1
