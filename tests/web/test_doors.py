"""How people come in, and how they do not."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from house_people import PASSWORD

from careworth.desk import actions
from careworth.desk.actions.people import INVITATION_LASTS
from careworth.desk.models import AuditEntry, Invitation, Person, Role
from careworth.web.setup import make_setup_token, setup_token

OWNER = {"name": "Sinta", "email": "Sinta@Example.com", "password": PASSWORD}


@pytest.fixture
def fresh(house: None) -> Client:
    """A browser at an installation that nobody owns yet."""
    return Client()


def test_every_page_of_a_fresh_start_leads_to_the_door(fresh: Client) -> None:
    for address in ("/", "/measures/", "/accounts/login/", "/api/worth"):
        assert fresh.get(address)["Location"] == "/start/"


def test_the_door_needs_the_printed_token(fresh: Client) -> None:
    assert fresh.get("/start/").status_code == 403
    assert fresh.post("/start/wrong/", OWNER).status_code == 403
    assert not Person.objects.exists()


def test_the_owner_chooses_a_password_once(fresh: Client) -> None:
    address = reverse("start-token", args=[make_setup_token()])
    assert fresh.post(address, OWNER)["Location"] == "/"
    owner = Person.objects.get()
    assert (owner.role, owner.email) == (Role.OWNER, "sinta@example.com")
    assert owner.check_password(PASSWORD)
    again = Client().post(address, {**OWNER, "email": "thief@example.com"})
    assert again["Location"] == "/"
    assert Person.objects.count() == 1
    assert setup_token() is None


def test_the_token_of_the_first_start_is_dead_once_there_is_an_owner(fresh: Client) -> None:
    token = make_setup_token()
    address = reverse("start-token", args=[token])
    assert fresh.post(address, OWNER).status_code == 302
    Person.objects.all().delete()  # as if the desk's tables were lost: the old token must open nothing
    assert Client().get(address).status_code == 403
    assert Client().post(address, OWNER).status_code == 403
    assert make_setup_token() != token


@pytest.mark.parametrize("weak", ["short", "password123", "qwertyuiop", "sinta@example.com"])
def test_weak_passwords_are_refused(fresh: Client, weak: str) -> None:
    response = fresh.post(reverse("start-token", args=[make_setup_token()]), {**OWNER, "password": weak})
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert not Person.objects.exists()


def _sign_in(browser: Client, person: Person, password: str = PASSWORD, **extra: str) -> int:
    said = {"login": person.email, "password": password, **extra}
    return browser.post("/accounts/login/", said).status_code


def test_signing_in_gives_a_new_session(owner: Person) -> None:
    browser = Client()
    browser.get("/accounts/login/")
    session = browser.session
    session["planted"] = "x"
    session.save()
    browser.cookies["sessionid"] = planted = session.session_key
    assert _sign_in(browser, owner) == 302
    assert browser.cookies["sessionid"].value != planted


def test_signing_in_and_failing_to_are_noted(owner: Person) -> None:
    assert _sign_in(Client(), owner, "wrong") == 200
    assert _sign_in(Client(), owner) == 302
    deeds = list(AuditEntry.objects.order_by("id").values_list("deed", "about"))
    assert ("failed to sign in", owner.email) in deeds
    assert deeds[-1][0] == "signed in"


def test_guessing_is_slowed_down(owner: Person) -> None:
    browser = Client()
    tried = [_sign_in(browser, owner, f"guess {at}") for at in range(6)]
    assert tried[:5] == [200] * 5
    assert _sign_in(browser, owner) == 200, "the right password is not even looked at now"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_no_way_out_after_signing_in(owner: Person, target: str) -> None:
    response = Client().post("/accounts/login/", {"login": owner.email, "password": PASSWORD, "next": target})
    assert response["Location"] == "/"


@pytest.mark.parametrize("target", ["https://evil.example/x", "//evil.example/x", "/\\evil.example", "x:y"])
def test_no_way_out_when_choosing_a_language(owner: Person, target: str) -> None:
    response = Client().post("/language/", {"language": "en", "next": target})
    assert response["Location"].startswith("/")
    assert not response["Location"].startswith(("//", "/\\"))
    assert "evil" not in response["Location"] or response["Location"].startswith("/x")


def test_a_form_of_another_site_does_nothing(owner: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    for address in ("/settings/", "/people/", "/tokens/", "/recompute/", "/language/", "/accounts/logout/"):
        assert strict.post(address, {}).status_code == 403
    assert strict.get("/accounts/logout/").status_code == 200
    assert strict.get("/reports/").status_code == 200, "still signed in"


def test_a_password_is_reset_by_mail(owner: Person) -> None:
    browser = Client()
    assert browser.post("/accounts/password/reset/", {"email": owner.email}).status_code == 302
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert link is not None
    form = browser.get(link[1])["Location"]
    fresh = "another long phrase"
    assert browser.post(form, {"password1": fresh, "password2": fresh}).status_code == 302
    assert _sign_in(Client(), owner) == 200
    assert _sign_in(Client(), owner, fresh) == 302


def test_a_reset_tells_nobody_who_is_here(owner: Person) -> None:
    known = Client().post("/accounts/password/reset/", {"email": owner.email})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_nobody_signs_up_by_themselves(owner: Person) -> None:
    said = {"email": "new@example.com", "password1": PASSWORD}
    assert Client().post("/accounts/signup/", said).status_code == 200
    assert not Person.objects.filter(email="new@example.com").exists()


def test_an_invitation_works_once(owner: Person, client: Client) -> None:
    client.post("/people/", {"email": "New@example.com", "role": "analyst"})
    link = re.search(r"/join/\S+/", str(mail.outbox[-1].body))
    assert link is not None
    assert "new@example.com" in Client().get(link[0]).content.decode()
    said = {"name": "New", "password": PASSWORD}
    assert Client().post(link[0], said)["Location"] == "/"
    assert Person.objects.get(email="new@example.com").role == Role.ANALYST
    assert Client().get(link[0]).status_code == 410
    assert Client().post(link[0], said).status_code == 410
    assert Person.objects.count() == 2


def test_an_invitation_ends(owner: Person) -> None:
    secret = actions.invite(owner, "late@example.com", Role.VIEWER, timezone.now() - INVITATION_LASTS)
    response = Client().post(reverse("join", args=[secret]), {"name": "Late", "password": PASSWORD})
    assert response.status_code == 410
    assert not Person.objects.filter(email="late@example.com").exists()


def test_a_withdrawn_invitation_is_over(owner: Person, client: Client) -> None:
    secret = actions.invite(owner, "gone@example.com", Role.VIEWER, timezone.now())
    invitation = Invitation.objects.get()
    assert client.post(reverse("people-withdraw", args=[invitation.pk])).status_code == 302
    assert Client().get(reverse("join", args=[secret])).status_code == 410


def test_secrets_are_not_kept(owner: Person) -> None:
    secret = actions.invite(owner, "new@example.com", Role.VIEWER, timezone.now())
    token = actions.make_token(owner, "script", "read", 5, timezone.now())
    kept = str(list(Invitation.objects.values())) + str(list(owner.tokens.values()))
    kept += str(list(AuditEntry.objects.values()))
    assert secret not in kept
    assert token not in kept


def test_tokens_end(owner: Person, person: Callable[..., Person]) -> None:
    now = timezone.now()
    secret = actions.make_token(owner, "script", "read", 5, now)
    assert actions.token_holder(secret, now) is not None
    assert actions.token_holder(secret, now + timedelta(days=5)) is None
    assert actions.token_holder(secret + "x", now) is None
    actions.end_token(owner, owner.tokens.get(), now)
    assert actions.token_holder(secret, now) is None


def test_a_token_of_somebody_shut_out_is_dead(owner: Person, person: Callable[..., Person]) -> None:
    viewer = person(Role.VIEWER)
    secret = actions.make_token(viewer, "script", "read", 5, timezone.now())
    actions.change_person(owner, viewer, Role.VIEWER, False)
    assert actions.token_holder(secret, timezone.now()) is None
