"""What every answer carries so that a browser protects its reader, and that no page needs what it forbids."""

import re
from collections.abc import Callable
from http.cookies import Morsel
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import reverse
from house_people import PASSWORD
from house_settings import some_settings
from test_access import PAGES, _address

from careworth.desk import place
from careworth.desk.models import Figures, Person, ReportMade
from careworth.web.urls import _ACCOUNTS

HTTPS = {"CAREWORTH_URL": "https://care.example.com"}
ACCOUNTS = [
    reverse(pattern.name)
    for pattern in _ACCOUNTS
    if getattr(pattern, "name", None) and not pattern.pattern.converters and "P<" not in str(pattern.pattern)
]
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def policy_of(answer: HttpResponseBase) -> dict[str, str]:
    """Directive -> what it allows."""
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {part.split()[0]: " ".join(part.split()[1:]) for part in parts}


def assert_guarded(answer: HttpResponseBase, where: str) -> None:
    policy = policy_of(answer)
    assert "unsafe" not in answer.headers["Content-Security-Policy"], where
    assert policy["default-src"] == "'none'", where
    assert {policy[name] for name in ("script-src", "style-src", "font-src", "connect-src")} == {"'self'"}, (
        where
    )
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'", where
    assert policy["form-action"] == "'self'", where
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    assert answer.headers["X-Frame-Options"] == "DENY", where
    assert answer.headers["Referrer-Policy"] == "same-origin", where
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", where
    for power in ("camera", "geolocation", "microphone", "payment"):
        assert f"{power}=()" in answer.headers["Permissions-Policy"], where


def test_every_answer_is_guarded(client: Client, figures: Figures) -> None:
    addresses = [_address(pattern) for pattern in PAGES] + ACCOUNTS + ["/nowhere/", "/api/worth", "/health/"]
    for browser in (client, Client()):
        for address in addresses:
            assert_guarded(browser.get(address), address)
            assert_guarded(browser.post(address), address)


def test_files_of_the_pages_are_guarded_too(client: Client) -> None:
    sheet = re.search(r'href="(/static/web/careworth[^"]+)"', client.get("/profile/").content.decode())
    assert sheet is not None
    answer = client.get(sheet[1])
    assert answer.status_code == 200
    assert_guarded(answer, sheet[1])
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()


def test_no_page_needs_what_the_policy_forbids(client: Client, figures: Figures) -> None:
    for browser in (client, Client()):
        for address in [_address(pattern) for pattern in PAGES] + ACCOUNTS:
            answer = browser.get(address)
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                assert INLINE.findall(answer.content.decode()) == [], address


def test_what_people_see_is_kept_by_no_cache(client: Client, figures: Figures) -> None:
    for address in ("/", "/people/", "/audit/", "/accounts/login/", "/reports/"):
        assert client.get(address).headers["Cache-Control"].startswith(("no-store", "max-age=0"))


def test_a_report_runs_nothing_and_knows_no_session(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CAREWORTH_DATA", tmp_path)
    made = ReportMade.objects.create(title="r", language="en", version=0, digest="", headline="")
    folder = place.report_folder(made.pk)
    folder.mkdir(parents=True)
    (folder / "report.json").write_text("{}")
    (folder / "report.html").write_text("<script>alert(1)</script>")
    answer = client.get(reverse("report", args=[made.pk]))
    policy = policy_of(answer)
    assert policy["default-src"] == "'none'"
    assert not {"script-src", "connect-src", "form-action"} & set(policy)
    assert set(policy["sandbox"].split()) == {"allow-popups", "allow-downloads"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_browsers_keep_to_https_where_people_use_it(client: Client) -> None:
    assert "Strict-Transport-Security" not in client.get("/profile/").headers
    with override_settings(**some_settings(("SECURE_",), **HTTPS)):
        for address in ("/profile/", "/nowhere/", "/api/worth"):
            answer = client.get(address, secure=True)
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def _cookies(browser: Client, owner: Person, secure: bool) -> dict[str, Morsel[str]]:
    browser.get("/accounts/login/", secure=secure)
    browser.post("/accounts/login/", {"login": owner.email, "password": PASSWORD}, secure=secure)
    browser.post("/language/", {"language": "ur"}, secure=secure)
    return dict(browser.cookies.items())


def test_no_script_reads_a_cookie_and_no_other_site_sends_one(owner: Person) -> None:
    cookies = _cookies(Client(), owner, secure=False)
    assert set(cookies) == {"sessionid", "csrftoken", "django_language"}
    for name, cookie in cookies.items():
        assert cookie["httponly"] is True, name
        assert cookie["samesite"] == "Lax", name


def test_cookies_are_for_https_where_people_use_it(owner: Person) -> None:
    names = ("SESSION_", "CSRF_COOKIE", "LANGUAGE_COOKIE")
    with override_settings(**some_settings(names, **HTTPS)):
        cookies = _cookies(Client(), owner, secure=True)
    assert len(cookies) == 3
    assert all(cookie["secure"] is True for cookie in cookies.values())


def test_an_https_address_is_the_only_host(monkeypatch: pytest.MonkeyPatch) -> None:
    read = some_settings(("ALLOWED_", "CSRF_TRUSTED"), **HTTPS)
    assert "care.example.com" in read["ALLOWED_HOSTS"]
    assert not {"*", ".example.com"} & set(read["ALLOWED_HOSTS"])
    assert read["CSRF_TRUSTED_ORIGINS"] == ["https://care.example.com"]


def test_an_unknown_host_is_refused(client: Client, browser_of: Callable[[Person], Client]) -> None:
    with override_settings(ALLOWED_HOSTS=some_settings(("ALLOWED_",))["ALLOWED_HOSTS"]):
        assert client.get("/profile/", headers={"host": "evil.example"}).status_code == 400
        assert client.get("/profile/", headers={"host": "localhost"}).status_code == 200
