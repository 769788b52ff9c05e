"""Guessing is slowed down: by account, by address, and so that a mailbox is not flooded."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from house_people import PASSWORD

from careworth.desk.models import Person, Role


def attempt(person: str, password: str, address: str) -> int:
    browser = Client(REMOTE_ADDR=address)
    return browser.post("/accounts/login/", {"login": person, "password": password}).status_code


def test_one_account_from_many_addresses(owner: Person) -> None:
    for guess in range(5):
        attempt(owner.email, f"guess {guess}", f"198.51.100.{guess}")
    assert attempt(owner.email, PASSWORD, "203.0.113.9") == 200, (
        "the right password is not even looked at now"
    )


def test_many_accounts_from_one_address(owner: Person, person: Callable[..., Person]) -> None:
    for guess in range(11):
        attempt(f"somebody{guess}@example.com", "guess", "198.51.100.1")
    assert attempt(owner.email, PASSWORD, "198.51.100.1") == 200
    assert attempt(owner.email, PASSWORD, "203.0.113.9") == 302, "others are not kept out"


@pytest.mark.parametrize(("language", "said"), [("en", "Wait a few minutes"), ("ur", "چند منٹ انتظار کریں")])
def test_who_asks_too_often_is_told_to_wait(owner: Person, language: str, said: str) -> None:
    browser = Client(REMOTE_ADDR="198.51.100.1", headers={"Accept-Language": language})
    answers = [
        browser.post("/accounts/login/", {"login": "a@example.com", "password": "x"}) for _ in range(31)
    ]
    assert answers[29].status_code == 200
    assert answers[30].status_code == 429
    assert said in answers[30].content.decode()


def test_what_an_address_claims_to_be_changes_nothing(owner: Person) -> None:
    for guess in range(11):
        browser = Client(REMOTE_ADDR="198.51.100.1", headers={"X-Forwarded-For": f"192.0.2.{guess}"})
        browser.post("/accounts/login/", {"login": f"x{guess}@example.com", "password": "guess"})
    assert attempt(owner.email, PASSWORD, "198.51.100.1") == 200


def test_a_mailbox_is_not_flooded(owner: Person, person: Callable[..., Person]) -> None:
    for at in range(8):
        Client(REMOTE_ADDR=f"198.51.100.{at}").post("/accounts/password/reset/", {"email": owner.email})
    assert len(mail.outbox) == 5
    other = person(Role.VIEWER)
    Client(REMOTE_ADDR="203.0.113.9").post("/accounts/password/reset/", {"email": other.email})
    assert len(mail.outbox) == 6


def test_knowing_the_password_is_not_punished(owner: Person) -> None:
    assert [attempt(owner.email, PASSWORD, "198.51.100.1") for _ in range(8)] == [302] * 8
