"""Who may do what: the table itself, and that no address goes around it."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from careworth.desk import actions
from careworth.desk.access import GIVES, MAY, Action, visible_jobs, visible_tokens
from careworth.desk.models import Figures, Job, Person, ReportMade, Role
from careworth.web.urls import _OWN

# Written out by hand from what each role is for; the code has its own way of building the same table.
TABLE = """
action           owner manager analyst agent viewer executive
see-worth        yes   yes     yes     yes   yes    no
see-measures     yes   yes     yes     yes   yes    no
see-loyalty      yes   yes     yes     yes   yes    no
see-rows         yes   yes     yes     yes   no     no
see-sources      yes   yes     yes     yes   yes    no
import-data      yes   yes     yes     no    no     no
see-inputs       yes   yes     yes     no    no     no
edit-inputs      yes   yes     yes     no    no     no
read-reports     yes   yes     yes     yes   yes    yes
make-reports     yes   yes     yes     no    no     no
brief            yes   yes     no      no    no     no
see-maturity     yes   yes     yes     yes   yes    no
answer-maturity  yes   yes     yes     yes   no     no
see-plan         yes   yes     yes     yes   yes    no
edit-plan        yes   yes     yes     no    no     no
see-jobs         yes   yes     yes     no    no     no
use-tokens       yes   yes     yes     yes   yes    no
manage-people    yes   yes     no      no    no     no
see-audit        yes   yes     no      no    no     no
manage-settings  yes   no      no      no    no     no
own-profile      yes   yes     yes     yes   yes    yes
"""
_HEAD, *_LINES = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [
    (Role(role), Action(line[0]), answer == "yes")
    for line in _LINES
    for role, answer in zip(_HEAD[1:], line[1:], strict=True)
]
PAGES = [pattern for pattern in _OWN if getattr(pattern.callback, "action", "") in set(Action)]
MAKE_BELIEVE = {"number": 999_999, "name": "first_reply_time", "kind": "pdf"}


def test_the_table_is_the_one_written_here() -> None:
    assert {(role, action): action in MAY[role] for role in Role for action in Action} == {
        (role, action): allowed for role, action, allowed in CELLS
    }


def test_every_address_names_an_action_or_is_said_to_be_public() -> None:
    public = {pattern.name for pattern in _OWN if getattr(pattern.callback, "action", None) == "public"}
    assert public == {"start", "start-token", "join", "language", "health"}
    assert len(PAGES) + len(public) == len(_OWN)


def test_all_other_addresses_are_those_of_signing_in_and_the_api() -> None:
    others = [
        pattern
        for pattern in get_resolver().url_patterns
        if pattern not in _OWN and str(pattern.pattern) != "api/"
    ]
    assert others
    assert all(str(one.pattern).lstrip("^").startswith("accounts/") for one in others)


def _address(pattern: URLPattern) -> str:
    wanted = {name: MAKE_BELIEVE[name] for name in pattern.pattern.converters}
    return reverse(pattern.name or "", kwargs=wanted)


@pytest.mark.parametrize("role", list(Role))
def test_every_page_follows_the_table(
    role: Role, person: Callable[..., Person], figures: Figures, browser_of: Callable[[Person], Client]
) -> None:
    browser = browser_of(person(role))
    for pattern in PAGES:
        action = pattern.callback.action  # type: ignore[attr-defined]
        for ask in (browser.get, browser.post):
            status = ask(_address(pattern)).status_code
            refused = action not in MAY[role]
            assert (status == 403) is refused, (pattern.name, role, status)
            assert status < 500


def test_who_is_not_signed_in_is_sent_to_sign_in(figures: Figures, owner: Person) -> None:
    for pattern in PAGES:
        response = Client().get(_address(pattern))
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=/")


def test_an_executive_sees_reports_and_nothing_else_in_the_menu(
    person: Callable[..., Person], browser_of: Callable[[Person], Client]
) -> None:
    page = browser_of(person(Role.EXECUTIVE)).get("/reports/").content.decode()
    assert "/reports/" in page
    assert "/measures/" not in page


def test_somebody_elses_objects_are_not_there(
    person: Callable[..., Person], browser_of: Callable[[Person], Client]
) -> None:
    one, other = person(Role.ANALYST), person(Role.ANALYST)
    job = Job.objects.create(kind=Job.Kind.COMPUTE, started_by=one)
    actions.make_token(one, "theirs", "read", 5, timezone.now())
    token = one.tokens.get()
    stranger = browser_of(other)
    assert stranger.get(reverse("job", args=[job.pk])).status_code == 404
    assert stranger.post(reverse("job-stop", args=[job.pk])).status_code == 404
    assert stranger.post(reverse("tokens-end", args=[token.pk])).status_code == 404
    job.refresh_from_db()
    token.refresh_from_db()
    assert not job.stop_asked
    assert token.ended_at is None
    assert browser_of(one).get(reverse("job", args=[job.pk])).status_code == 200


def test_managers_see_the_work_of_all_and_end_any_token(person: Callable[..., Person]) -> None:
    analyst, manager = person(Role.ANALYST), person(Role.MANAGER)
    Job.objects.create(kind=Job.Kind.COMPUTE, started_by=analyst)
    actions.make_token(analyst, "theirs", "read", 5, timezone.now())
    assert visible_jobs(manager).count() == 1
    assert visible_tokens(manager).count() == 1
    assert visible_tokens(person(Role.VIEWER)).count() == 0


@pytest.mark.parametrize("role", list(Role))
def test_nobody_hands_out_more_than_they_have(role: Role) -> None:
    ranks = [Role.EXECUTIVE, Role.VIEWER, Role.AGENT, Role.ANALYST, Role.MANAGER, Role.OWNER]
    assert all(ranks.index(given) <= ranks.index(role) for given in GIVES[role])
    if Action.MANAGE_PEOPLE not in MAY[role]:
        assert not GIVES[role]


def test_a_manager_cannot_touch_an_owner(
    owner: Person, person: Callable[..., Person], browser_of: Callable[[Person], Client]
) -> None:
    manager = person(Role.MANAGER)
    address = reverse("people-change", args=[owner.pk])
    assert browser_of(manager).post(address, {"role": "viewer"}).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.change_person(manager, owner, Role.VIEWER, False)
    with pytest.raises(PermissionDenied):
        actions.invite(manager, "new@example.com", Role.OWNER, timezone.now())


def test_nobody_changes_themselves(owner: Person, client: Client) -> None:
    assert client.post(reverse("people-change", args=[owner.pk]), {"role": "viewer"}).status_code == 404
    owner.refresh_from_db()
    assert owner.role == Role.OWNER


def test_who_is_shut_out_is_out_at_once(
    person: Callable[..., Person], owner: Person, browser_of: Callable[[Person], Client]
) -> None:
    viewer = person(Role.VIEWER)
    browser = browser_of(viewer)
    assert browser.get("/reports/").status_code == 200
    actions.change_person(owner, viewer, Role.VIEWER, False)
    assert browser.get("/reports/").status_code == 302


def test_a_report_that_has_no_files_is_not_there(client: Client) -> None:
    made = ReportMade.objects.create(title="gone", language="en", version=0, digest="", headline="")
    assert client.get(reverse("report", args=[made.pk])).status_code == 404
