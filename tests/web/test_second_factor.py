"""Two factors: a code of an app, and recovery codes for the day the phone is gone."""

import base64
import hashlib
import hmac
import re
import struct

import pytest
from django.test import Client, TestCase
from house_people import PASSWORD

from careworth.desk.models import AuditEntry, Person

STEP = 30


class Clock:
    """Stands still, so that a code holds; tests move it on, since no code counts twice."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", stopped)
    return stopped


def code(secret: str, at: float) -> str:
    """RFC 6238 with the values all apps use: SHA-1, steps of 30 seconds, six figures."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(at) // STEP), hashlib.sha1)
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def sign_in(person: Person) -> Client:
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/reports/").status_code == 200


@pytest.fixture
def secret(owner: Person, clock: Clock) -> str:
    """The owner has added an app; what the app knows."""
    browser = sign_in(owner)
    asked = browser.get("/accounts/2fa/app/add/")
    assert asked["Location"].startswith("/accounts/reauthenticate/"), "not with a session alone"
    browser.post(asked["Location"], {"password": PASSWORD})
    page = browser.get("/accounts/2fa/app/add/").content.decode()
    found = re.search(r"\b[A-Z2-7]{32}\b", page)
    assert found is not None
    assert browser.post("/accounts/2fa/app/add/", {"code": "000000"}).status_code == 200, (
        "a guess adds nothing"
    )
    with TestCase.captureOnCommitCallbacks(execute=True):  # a test commits nothing
        added = browser.post("/accounts/2fa/app/add/", {"code": code(found[0], clock.now)})
    assert added.status_code == 302
    clock.now += STEP
    return found[0]


def test_the_code_of_the_standard() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code(secret, 59) == "287082"
    assert code(secret, 1111111109) == "081804"


def test_a_password_alone_is_no_longer_enough(owner: Person, secret: str, clock: Clock) -> None:
    browser = sign_in(owner)
    assert not is_in(browser)
    assert browser.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_in(browser)
    assert browser.post("/accounts/2fa/authenticate/", {"code": code(secret, clock.now)}).status_code == 302
    assert is_in(browser)


def test_a_code_counts_once(owner: Person, secret: str, clock: Clock) -> None:
    seen = code(secret, clock.now)
    assert sign_in(owner).post("/accounts/2fa/authenticate/", {"code": seen}).status_code == 302
    thief = sign_in(owner)
    assert thief.post("/accounts/2fa/authenticate/", {"code": seen}).status_code == 200
    assert not is_in(thief)


def test_a_code_of_long_ago_counts_no_more(owner: Person, secret: str, clock: Clock) -> None:
    browser = sign_in(owner)
    old = code(secret, clock.now - 10 * STEP)
    assert browser.post("/accounts/2fa/authenticate/", {"code": old}).status_code == 200
    assert not is_in(browser)


def recovery_codes(owner: Person, secret: str, clock: Clock) -> list[str]:
    browser = sign_in(owner)
    browser.post("/accounts/2fa/authenticate/", {"code": code(secret, clock.now)})
    clock.now += STEP
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = browser.get("/accounts/2fa/codes/").content.decode()
    return re.findall(r"\b[0-9a-f]{8}\b", page.split("<main")[1])


def test_each_recovery_code_lets_in_once(owner: Person, secret: str, clock: Clock) -> None:
    codes = recovery_codes(owner, secret, clock)
    assert len(codes) == 10
    browser = sign_in(owner)
    assert browser.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert is_in(browser)
    again = sign_in(owner)
    assert again.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200
    assert not is_in(again)
    assert again.post("/accounts/2fa/authenticate/", {"code": codes[1]}).status_code == 302
    assert is_in(again)


def test_guessing_codes_is_slowed_down(owner: Person, secret: str, clock: Clock) -> None:
    browser = sign_in(owner)
    for guess in range(12):
        browser.post("/accounts/2fa/authenticate/", {"code": f"{guess:06}"})
    browser.post("/accounts/2fa/authenticate/", {"code": code(secret, clock.now)})
    assert not is_in(browser), "the right code is not even looked at now"


def test_factors_are_changed_only_by_who_has_just_shown_who_they_are(owner: Person, secret: str) -> None:
    stolen = Client()
    stolen.force_login(owner)  # a session without a fresh password
    answer = stolen.post("/accounts/2fa/app/remove/")
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    assert not is_in(sign_in(owner)), "the second factor is there still"


def test_changes_of_factors_are_noted(owner: Person, secret: str, clock: Clock) -> None:
    browser = sign_in(owner)
    browser.post("/accounts/2fa/authenticate/", {"code": code(secret, clock.now)})
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.post("/accounts/2fa/app/remove/").status_code == 302
    assert is_in(sign_in(owner))
    deeds = list(AuditEntry.objects.values_list("deed", flat=True))
    assert "added a second factor" in deeds and "removed a second factor" in deeds
    assert secret not in str(list(AuditEntry.objects.values()))
