"""The doors in every language: what Django and allauth say is translated too."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from house_people import PASSWORD

from careworth.desk.models import Person
from careworth.web.setup import make_setup_token

OTHERS = [code for code, _name in settings.LANGUAGES if code != "en"]


def english(page: bytes) -> list[str]:
    """Runs of two or more English words that are on every page of sign-in texts of others."""
    shown = re.sub(r"<script.*?</script>|<[^>]+>", "\n", page.decode().split("<main")[1], flags=re.S)
    common = r"\b(the|your|you|this|is|are|not|must|please|address|enter|again)\b"
    return [line.strip() for line in shown.splitlines() if len(re.findall(common, line.lower())) >= 2]


@pytest.fixture(params=OTHERS)
def browser(request: pytest.FixtureRequest) -> Client:
    return Client(headers={"Accept-Language": request.param})


def test_the_first_door(house: None, browser: Client) -> None:
    address = reverse("start-token", args=[make_setup_token()])
    assert english(browser.get(address).content) == []
    weak = {"name": "x", "email": "no address", "password": "password"}
    page = browser.post(address, weak).content
    assert page.count(b'role="alert"') >= 2 and english(page) == []


def test_signing_in_and_resetting(owner: Person, browser: Client) -> None:
    assert english(browser.get("/accounts/login/").content) == []
    wrong = browser.post("/accounts/login/", {"login": owner.email, "password": "wrong"}).content
    assert b'role="alert"' in wrong and english(wrong) == []
    assert english(browser.get("/accounts/password/reset/").content) == []
    bad = browser.post("/accounts/password/reset/", {"email": "no address"}).content
    assert b'role="alert"' in bad and english(bad) == []
    browser.post("/accounts/password/reset/", {"email": owner.email})
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert link is not None
    form = browser.get(link[1])["Location"]
    assert english(browser.get(form).content) == []
    differing = browser.post(form, {"password1": "one long phrase", "password2": "another one"}).content
    assert b'role="alert"' in differing and english(differing) == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_second_factor_and_a_new_password(
    language: str, owner: Person, browser_of: Callable[[Person], Client]
) -> None:
    owner.language = language
    owner.save()
    browser = browser_of(owner)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for address in ("/accounts/2fa/", "/accounts/2fa/app/add/", "/accounts/password/change/"):
        assert english(browser.get(address, follow=True).content) == [], address
    page = browser.post("/accounts/2fa/app/add/", {"code": "000000"}, follow=True).content
    assert english(page) == []
    said = {"oldpassword": "wrong", "password1": "short", "password2": "other"}
    assert english(browser.post("/accounts/password/change/", said, follow=True).content) == []


def test_ours_stand_in_front_of_theirs() -> None:
    with translation.override("ur"):
        assert translation.gettext("Incorrect code.") == "غلط کوڈ۔"
        said = translation.ngettext(
            "This password is too short. It must contain at least %d character.",
            "This password is too short. It must contain at least %d characters.",
            10,
        )
        assert said % 10 == "یہ پاس ورڈ بہت چھوٹا ہے۔ اس میں کم از کم 10 حروف ہونے چاہییں۔"
