"""Signing in with the company's own OpenID Connect server: a real one, in a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import settings
from django.test import Client, override_settings
from house_settings import some_settings

from careworth.desk import actions
from careworth.desk.models import AuditEntry, Person, Role


@dataclass(frozen=True)
class Provider:
    address: str

    def knows(self, subject: str, **claims: object) -> None:
        httpx.put(f"{self.address}/users/{subject}", json=claims).raise_for_status()

    def sends_back(self, asked: str, subject: str) -> str:
        """What somebody does at the provider: agree as ``subject``. Gives the address they are sent to."""
        answer = httpx.post(asked, data={"sub": subject})
        assert answer.status_code in (302, 303), answer.text
        return answer.headers["Location"]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            httpx.get(f"{address}/.well-known/openid-configuration").raise_for_status()
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield Provider(address)
    process.terminate()
    process.wait(20)


@pytest.fixture
def company_signs_in(provider: Provider) -> Iterator[Provider]:
    said = {
        "CAREWORTH_OIDC_SERVER": provider.address,
        "CAREWORTH_OIDC_CLIENT": "careworth",
        "CAREWORTH_OIDC_SECRET": "a secret",
        "CAREWORTH_OIDC_NAME": "Acme’s directory",
    }
    with override_settings(**some_settings(("SOCIALACCOUNT_PROVIDERS", "CAREWORTH_OIDC"), **said)):
        yield provider


def go_to(browser: Client) -> str:
    """Press the button on the page where people sign in; gives where it leads."""
    answer = browser.post("/accounts/oidc/company/login/")
    assert answer.status_code == 302
    return str(answer["Location"])


def come_back(browser: Client, address: str) -> int:
    parts = urlsplit(address)
    assert parts.netloc == "testserver"
    return browser.get(f"{parts.path}?{parts.query}").status_code


def is_in(browser: Client) -> bool:
    return browser.get("/reports/").status_code == 200


def test_the_page_offers_the_company_s_server(owner: Person, company_signs_in: Provider) -> None:
    page = Client().get("/accounts/login/")
    assert "Sign in with Acme’s directory" in page.content.decode()
    assert 'action="/accounts/oidc/company/login/"' in page.content.decode()
    assert f"form-action 'self' {company_signs_in.address}" in page.headers["Content-Security-Policy"]


def test_who_is_here_comes_in(owner: Person, company_signs_in: Provider) -> None:
    company_signs_in.knows("sinta", email=owner.email, email_verified=True)
    browser = Client()
    asked = go_to(browser)
    said = parse_qs(urlsplit(asked).query)
    assert said["code_challenge_method"] == ["S256"] and said["state"]
    assert come_back(browser, company_signs_in.sends_back(asked, "sinta")) == 302
    assert is_in(browser)
    assert Person.objects.count() == 1
    assert AuditEntry.objects.filter(person=owner, deed="signed in").exists()


def test_who_was_not_invited_stays_out(owner: Person, company_signs_in: Provider) -> None:
    company_signs_in.knows("stranger", email="stranger@example.com", email_verified=True)
    browser = Client()
    come_back(browser, company_signs_in.sends_back(go_to(browser), "stranger"))
    assert not is_in(browser)
    assert not Person.objects.exclude(pk=owner.pk).exists()


def test_an_address_that_nobody_checked_opens_no_account(owner: Person, company_signs_in: Provider) -> None:
    company_signs_in.knows("claimer", email=owner.email, email_verified=False)
    browser = Client()
    come_back(browser, company_signs_in.sends_back(go_to(browser), "claimer"))
    assert not is_in(browser)


def test_an_answer_that_this_browser_did_not_ask_for_counts_nothing(
    owner: Person, company_signs_in: Provider
) -> None:
    company_signs_in.knows("sinta", email=owner.email, email_verified=True)
    attacker = Client()
    answer = company_signs_in.sends_back(go_to(attacker), "sinta")
    victim = Client()
    come_back(victim, answer)
    assert not is_in(victim)
    forged = Client()
    come_back(forged, company_signs_in.sends_back(go_to(forged), "sinta").replace("state=", "state=x"))
    assert not is_in(forged)


def test_who_says_no_stays_out(owner: Person, company_signs_in: Provider) -> None:
    browser = Client()
    refused = httpx.post(go_to(browser), data={"action": "deny"}).headers["Location"]
    assert come_back(browser, refused) == 401
    assert not is_in(browser)


def test_who_was_shut_out_stays_out(owner: Person, company_signs_in: Provider) -> None:
    gone = Person.objects.create_user("gone@example.com", None, role=Role.VIEWER)
    actions.change_person(owner, gone, Role.VIEWER, False)
    company_signs_in.knows("gone", email="gone@example.com", email_verified=True)
    browser = Client()
    come_back(browser, company_signs_in.sends_back(go_to(browser), "gone"))
    assert not is_in(browser)


def test_there_is_no_such_door_without_a_setting(owner: Person) -> None:
    assert not settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    assert Client().post("/accounts/oidc/company/login/").status_code == 404
    assert "Sign in with" not in Client().get("/accounts/login/").content.decode()
