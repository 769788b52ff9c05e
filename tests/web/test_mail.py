"""Mail by a real server on the loopback, with the settings that an installation has."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from house_people import PASSWORD
from house_settings import some_settings

from careworth.desk import briefings
from careworth.desk.models import Briefing, Dispatch, Figures, Person, ReportMade

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it never leaves us


@dataclass(frozen=True)
class Received:
    sender: str
    recipients: list[str]
    message: EmailMessage


class PostOffice:
    """Takes in mail of who knows the password."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.server = Controller(
            self,
            hostname="127.0.0.1",
            port=port,
            authenticator=self.knows,
            auth_required=True,
            auth_require_tls=False,
        )

    def knows(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        right = (given.login, given.password) == (b"care@example.com", b"p@ss/word")
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("gone@"):
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content or b"", policy=default)
        assert isinstance(message, EmailMessage)
        self.received.append(Received(envelope.mail_from or "", envelope.rcpt_tos, message))
        return "250 OK"


@pytest.fixture
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    office.server.start()
    url = f"smtp://care%40example.com:p%40ss%2Fword@127.0.0.1:{office.server.port}"
    mail = {"CAREWORTH_MAIL": url, "CAREWORTH_MAIL_FROM": "Care <care@example.com>"}
    with override_settings(**some_settings(("EMAIL_", "DEFAULT_FROM"), **mail)):
        yield office
    office.server.stop()


def link_in(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://testserver(/\S+)", body.get_content())
    assert found is not None
    return found[1]


def test_a_password_is_reset_by_real_mail(owner: Person, post: PostOffice) -> None:
    browser = Client()
    assert browser.post("/accounts/password/reset/", {"email": owner.email}).status_code == 302
    (mail,) = post.received
    assert mail.recipients == [owner.email]
    assert mail.sender == "care@example.com" and mail.message["From"] == "Care <care@example.com>"
    form = browser.get(link_in(mail.message))["Location"]
    fresh = "another long phrase"
    assert browser.post(form, {"password1": fresh, "password2": fresh}).status_code == 302
    again = Client()
    assert again.get(link_in(mail.message)).status_code == 200, "the link says that it is used up"
    assert not again.post(form, {"password1": PASSWORD, "password2": PASSWORD}).has_header("Location")
    assert not _lets_in(owner, PASSWORD)
    assert _lets_in(owner, fresh)


def _lets_in(person: Person, password: str) -> bool:
    answer = Client().post("/accounts/login/", {"login": person.email, "password": password})
    return answer.status_code == 302


def test_the_mail_is_in_the_language_of_who_asks(owner: Person, post: PostOffice) -> None:
    Client(headers={"Accept-Language": "it"}).post("/accounts/password/reset/", {"email": owner.email})
    Client(headers={"Accept-Language": "ur"}).post("/accounts/password/reset/", {"email": owner.email})
    subjects = [str(one.message["Subject"]) for one in post.received]
    assert "password" in subjects[0].lower() and "Reset" not in subjects[0]
    assert re.search(r"[\u0600-\u06ff]", subjects[1])


def test_an_invitation_arrives(client: Client, owner: Person, post: PostOffice) -> None:
    client.post("/people/", {"email": "new@example.com", "role": "viewer"})
    (mail,) = post.received
    assert mail.recipients == ["new@example.com"]
    said = {"name": "New", "password": PASSWORD}
    assert Client().post(link_in(mail.message), said)["Location"] == "/"
    assert Person.objects.filter(email="new@example.com").exists()


@pytest.mark.parametrize(
    ("language", "direction", "said"),
    [
        ("ur", "rtl", "خدمت کی قدر کیا تھی"),
        ("id", "ltr", "Berapa nilai layanan"),
        ("it", "ltr", "Quanto è valso il servizio"),
    ],
)
def test_everybody_on_the_list_gets_page_and_pdf_in_the_language_that_was_chosen(
    language: str,
    direction: str,
    said: str,
    figures: Figures,
    owner: Person,
    post: PostOffice,
    company: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "facts").symlink_to(company / "facts")
    monkeypatch.setattr(settings, "CAREWORTH_DATA", tmp_path)  # reports go there
    now = timezone.now()
    Briefing.objects.create(
        title="Care, this week",
        every=Briefing.Every.WEEK,
        recipients="board@example.com\ngone@example.com",
        language=language,
        next_at=now - timedelta(minutes=1),
        made_by=owner,
    )
    assert briefings.send_due(now) == 1
    assert briefings.send_due(now) == 0, "nobody gets it twice"
    (received,) = post.received
    mail = received.message
    assert received.recipients == ["board@example.com"] and mail["Subject"] == "Care, this week"
    page = mail.get_body(("html",))
    assert page is not None
    text = page.get_content()
    assert f'<html lang="{language}" dir="{direction}">' in text and said in text
    (pdf,) = [part for part in mail.iter_attachments() if part.get_content_type() == "application/pdf"]
    assert pdf.get_content().startswith(b"%PDF")
    plain = mail.get_body(("plain",))
    assert plain is not None and "The service is worth" not in plain.get_content()
    assert ReportMade.objects.get().language == language
    problems = dict(Dispatch.objects.values_list("recipient", "problem"))
    assert problems["board@example.com"] == "" and "nobody here" in problems["gone@example.com"]


def test_an_invitation_holds_when_the_mail_does_not_go_out(client: Client, owner: Person) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{closed.getsockname()[1]}"
        with override_settings(**some_settings(("EMAIL_",), CAREWORTH_MAIL=url)):
            answer = client.post("/people/", {"email": "new@example.com", "role": "viewer"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "The mail could not be sent" in page
    link = re.search(r"http://testserver(/join/[\w-]+/)", page)
    assert link is not None
    assert Client().post(link[1], {"name": "New", "password": PASSWORD})["Location"] == "/"


@pytest.mark.parametrize(("language", "said"), [("en", "Something went wrong"), ("ur", "کچھ غلط ہو گیا")])
def test_what_nobody_foresaw_has_a_page_of_its_own(owner: Person, language: str, said: str) -> None:
    browser = Client(raise_request_exception=False, headers={"Accept-Language": language})
    url = "smtp://127.0.0.1:1"
    with override_settings(**some_settings(("EMAIL_",), CAREWORTH_MAIL=url)):
        answer = browser.post("/accounts/password/reset/", {"email": owner.email})
    assert answer.status_code == 500
    assert said in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
