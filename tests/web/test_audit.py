"""The audit log: who did what, from where, and how it is taken away."""

import csv
import io
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import waitress
from django.conf import settings
from django.test import Client
from house_people import PASSWORD

from careworth.desk import actions, jobs
from careworth.desk.models import AuditEntry, Job, Person, Role
from careworth.web.server import in_front


def test_the_log_says_where_a_deed_came_from(owner: Person) -> None:
    browser = Client(REMOTE_ADDR="192.0.2.7")
    browser.post("/accounts/login/", {"login": owner.email, "password": PASSWORD})
    browser.post("/profile/", {"name": "Sinta", "language": "en"})
    assert set(AuditEntry.objects.values_list("deed", "address")) == {
        ("signed in", "192.0.2.7"),
        ("changed their profile", "192.0.2.7"),
    }
    assert "192.0.2.7" in browser.get("/audit/").content.decode()


def test_failing_to_sign_in_is_noted_with_its_address(owner: Person) -> None:
    Client(REMOTE_ADDR="2001:db8::5").post("/accounts/login/", {"login": owner.email, "password": "wrong"})
    assert AuditEntry.objects.get(deed="failed to sign in").address == "2001:db8::5"


def test_what_the_server_does_by_itself_has_no_address(client: Client, owner: Person) -> None:
    client.get("/audit/", REMOTE_ADDR="192.0.2.7")
    Job.objects.create(kind=Job.Kind.IMPORT, order={"folder": "none", "files": []}, started_by=owner)
    assert jobs.run_next()
    assert AuditEntry.objects.get(deed="work ended").address is None


def test_what_is_no_address_is_left_out(owner: Person) -> None:
    browser = Client(REMOTE_ADDR="a-socket")
    browser.force_login(owner)
    browser.post("/profile/", {"name": "Sinta", "language": "en"})
    assert AuditEntry.objects.get(deed="changed their profile").address is None


@contextmanager
def _listening() -> Iterator[str]:
    """A real server as ``careworth serve`` starts it, which says from whom it takes a request to come."""

    def tell(environ: dict[str, str], start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Type", "application/json")])
        names = ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_X_FORWARDED_FOR")
        return [json.dumps({name: environ.get(name) for name in names}).encode()]

    server = waitress.create_server(tell, host="127.0.0.1", port=0, **in_front())
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}/"
    finally:
        with suppress(OSError):  # a trigger of its own may have closed the server, and with it the trigger
            server.trigger.pull_trigger(server.close)
        thread.join(5)


@pytest.mark.parametrize(
    ("proxy", "taken"), [("", "127.0.0.1"), ("192.0.2.99", "127.0.0.1"), ("127.0.0.1", "203.0.113.4")]
)
def test_only_the_named_proxy_says_who_asks(proxy: str, taken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CAREWORTH_PROXY", proxy)
    monkeypatch.setattr(settings, "CAREWORTH_URL", "https://care.example.com")
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.4", "X-Forwarded-Proto": "http"}
    with _listening() as address:
        answer = urllib.request.urlopen(urllib.request.Request(address, headers=forged), timeout=10)
        told = json.load(answer)
    assert told["REMOTE_ADDR"] == taken, (
        "what the asker claims before the proxy's own entry counts for nothing"
    )
    assert told["wsgi.url_scheme"] == "https"


def test_the_log_is_taken_away_whole(client: Client, owner: Person) -> None:
    actions.note(owner, "invited", "=cmd|'/c calc'!A0", role="viewer")
    answer = client.get("/audit.csv", REMOTE_ADDR="192.0.2.7")
    assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["deed"] for row in rows] == ["signed in", "invited", "took the audit log away"]
    assert rows[1]["about"] == "'=cmd|'/c calc'!A0", "a spreadsheet must not run it"
    assert json.loads(rows[1]["detail"]) == {"role": "viewer"}
    assert (rows[2]["email"], rows[2]["address"]) == (owner.email, "192.0.2.7")
    assert len(rows) == AuditEntry.objects.count()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AGENT, Role.VIEWER, Role.EXECUTIVE])
def test_the_log_is_not_for_everybody(
    role: Role, person: Callable[..., Person], browser_of: Callable[[Person], Client]
) -> None:
    assert browser_of(person(role)).get("/audit.csv").status_code == 403
    assert not AuditEntry.objects.filter(deed="took the audit log away").exists()
