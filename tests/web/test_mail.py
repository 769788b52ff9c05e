"""Mail by a real server on the loopback, with the settings that an installation has."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.test import Client, override_settings
from house_people import PASSWORD
from house_settings import some_settings

from careworth.desk.models import Person

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
