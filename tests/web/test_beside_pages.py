"""Peers, evidence, what-if of levels, the value matrix, and what imports skipped."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from careworth.desk import place, standing
from careworth.desk.actions.evidence import LARGEST, keep_evidence, remove_evidence
from careworth.desk.actions.standing import GivenAnswer, save_answers, save_plan
from careworth.desk.models import AuditEntry, EvidenceFile, Figures, PeersVersion, Person, Role
from careworth.errors import InputError, UnknownName
from careworth.maturity import ITEMS

TODAY = date(2026, 3, 31)
PDF = b"%PDF-1.7 budget"


def text_of(page: bytes) -> str:
    """What a reader sees: no markup, single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode().split("<main")[1]))


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, company: Path) -> None:
    """Files go to a folder of the test's own; the facts stay those of the company."""
    (tmp_path / "facts").symlink_to(company / "facts")
    monkeypatch.setattr(settings, "CAREWORTH_DATA", tmp_path)


def answered(person: Person, level: int = 1) -> None:
    save_answers(person, "care", {name: GivenAnswer(level) for name in ITEMS}, TODAY)


def test_a_raised_level_moves_the_score_and_can_move_the_quadrant(client: Client, owner: Person) -> None:
    answered(owner)
    asked = {"more_agents": 0, "first": 0, "last": 24, "spending_month": 0, "agent_hour": 0, "worth": 0}
    page = text_of(client.get("/maturity/what-if/", {**asked, "item1": "budget", "level1": "4"}).content)
    now, then = map(int, re.search(r"Investment (\d+) (\d+)", page).groups())  # type: ignore[union-attr]
    assert now == 25 and then > now
    assert re.search(r"Innovation 25 25 ", page) and "Observer Observer" in page
    unchanged = text_of(client.get("/maturity/what-if/", {**asked, "item1": "budget"}).content)
    assert re.search(r"Investment 25 25 ", unchanged)
    wrong = client.get("/maturity/what-if/", {**asked, "item1": "followers", "level1": "9"})
    assert "not one of the available choices" in text_of(wrong.content)


PEERS = """
[[peers]]
name = "<b>rival</b>"
path = [
  { on = 2025-03-31, investment = 10, innovation = 10 },
  { on = 2026-03-31, investment = 90, innovation = 15 },
]
"""


def test_peers_set_the_place_in_relation(client: Client, owner: Person) -> None:
    answered(owner)
    assert "No peers yet." in text_of(client.get("/maturity/peers/").content)
    assert client.post("/maturity/peers/save/", {"text": PEERS}).status_code == 302
    raw = client.get("/maturity/peers/").content
    page = text_of(raw)
    assert "2 of 2" in page and "1 of 2" in page
    assert "read from outside" in page, "the caveat"
    assert b"<b>rival" not in raw
    wrong = text_of(client.post("/maturity/peers/save/", {"text": "[[peers]]\nname = 3"}).content)
    assert PeersVersion.objects.count() == 1 and "peers" in wrong


def test_a_viewer_sees_peers_and_does_not_say_who_they_are(
    person: Callable[..., Person], browser_of: Callable[[Person], Client]
) -> None:
    browser = browser_of(person(Role.VIEWER))
    assert b"<textarea" not in browser.get("/maturity/peers/").content
    assert browser.post("/maturity/peers/save/", {"text": PEERS}).status_code == 403


def test_a_file_is_evidence_and_leaves_as_a_download(client: Client, owner: Person) -> None:
    given = {"level_budget": "3", "file_budget": SimpleUploadedFile("../../plan <1>.pdf", PDF)}
    page = text_of(client.post("/maturity/answers/", given, follow=True).content)
    assert "Your answers are saved." in page
    file = EvidenceFile.objects.get()
    assert "/" not in file.name and file.by == str(owner) and file.size == len(PDF)
    assert place.evidence_file(file.key).read_bytes() == PDF
    response = client.get(f"/maturity/evidence/{file.pk}/")
    assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"] == "application/octet-stream"
    (answer,) = standing.answers().by_item["budget"]
    assert answer.proven, "a file proves the answer of who brought it"
    assert file.name in text_of(client.get("/maturity/evidence/").content).replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    assert AuditEntry.objects.filter(deed="took evidence away").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<script>", "a kind that is not taken"),
        ("plan.pdf", b"<script>", "not what its ending says"),
        ("notes.txt", b"a\0b", "not what its ending says"),
        ("large.txt", b"x" * (LARGEST + 1), "larger than 10 MB"),
        ("nothing", b"x", "a kind that is not taken"),
    ],
)
def test_what_is_no_evidence_is_refused(owner: Person, name: str, content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        keep_evidence(owner, "budget", name, [content])
    assert not EvidenceFile.objects.exists()
    with pytest.raises(UnknownName):
        keep_evidence(owner, "followers", "plan.pdf", [PDF])


def test_a_refused_file_is_told_and_the_answers_are_kept(client: Client) -> None:
    given = {"level_budget": "3", "file_budget": SimpleUploadedFile("page.html", b"<script>")}
    page = text_of(client.post("/maturity/answers/", given, follow=True).content)
    assert "a kind that is not taken" in page and "Your record" not in page
    assert standing.answers().by_item["budget"][0].level == 3


def test_only_who_brought_a_file_or_a_manager_removes_it(
    person: Callable[..., Person], browser_of: Callable[[Person], Client]
) -> None:
    one, other, viewer = person(Role.AGENT), person(Role.AGENT), person(Role.VIEWER)
    file = keep_evidence(one, "budget", "plan.pdf", [PDF])
    with pytest.raises(PermissionDenied):
        remove_evidence(other, file)
    assert browser_of(other).post(f"/maturity/evidence/{file.pk}/remove/").status_code == 403
    taken = browser_of(viewer).get(f"/maturity/evidence/{file.pk}/")
    assert taken.status_code == 200 and b"".join(taken.streaming_content) == PDF  # type: ignore[attr-defined]
    executive = person(Role.EXECUTIVE)
    assert browser_of(executive).get(f"/maturity/evidence/{file.pk}/").status_code == 403
    assert browser_of(one).post(f"/maturity/evidence/{file.pk}/remove/").status_code == 302
    assert not EvidenceFile.objects.exists()


PLAN = """
convention = "OGST"
currency = "EUR"
[components.page]
kind = "brand_profile"
[components.forum]
kind = "customer_community"
[outcomes.orders]
value = "sales"
amount = 1000
components = ["page", "forum"]
shares = { page = 0.8, forum = 0.2 }
units = { retail = 0.6, web = 0.4 }
source = "order codes"
"""


def test_the_matrix_adds_up_under_every_rule(client: Client, owner: Person) -> None:
    assert "no components yet" in text_of(client.get("/plan/value/").content)
    save_plan(owner, PLAN)
    page = text_of(client.get("/plan/value/").content)
    assert "EUR 800" in page.replace("\xa0", " ") and "EUR 1,000" in page.replace("\xa0", " ")
    assert "project prior" in page and "retail" in page
    first = text_of(client.get("/plan/value/?rule=first").content).replace("\xa0", " ")
    assert "EUR 800" not in first and first.count("EUR 1,000") >= 3
    assert client.get("/plan/value/?rule=nonsense").status_code == 200


def test_shares_that_do_not_add_up_are_told(client: Client, owner: Person) -> None:
    save_plan(owner, PLAN.replace("forum = 0.2", "forum = 0.1"))
    assert "not to 1" in text_of(client.get("/plan/value/").content)


def test_what_was_skipped_is_listed_with_its_reason(client: Client, figures: Figures) -> None:
    page = text_of(client.get("/sources/skipped/").content)
    assert "bad-date" in page or "missing-id" in page
    lines = b"".join(client.get("/sources/skipped.csv").streaming_content)  # type: ignore[attr-defined]
    assert lines.startswith(b"batch,source,line,reason,detail")
    assert "/sources/skipped/" in client.get("/sources/").content.decode()
