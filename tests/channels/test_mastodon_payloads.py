from datetime import UTC, datetime
from typing import Any

import pytest

from careworth.channels import mastodon
from careworth.channels._problem import PayloadProblem
from careworth.terms import IncomingMessage

STATUS: dict[str, Any] = {
    "id": "117000000000000002",
    "created_at": "2025-03-13T08:05:09.250Z",
    "in_reply_to_id": "117000000000000001",
    "spoiler_text": "",
    "visibility": "public",
    "language": "de",
    "content": '<p><a href="https://s.example/@shop">@<span>shop</span></a> Wo ist mein Paket?</p>',
    "reblog": None,
    "account": {"acct": "anna@other.example", "bot": False, "url": "https://other.example/@anna"},
    "mentions": [{"acct": "shop", "url": "https://s.example/@shop"}],
}


def test_status() -> None:
    assert mastodon.status(STATUS) == IncomingMessage(
        channel="mastodon",
        external_id="117000000000000002",
        author="anna@other.example",
        sent_at=datetime(2025, 3, 13, 8, 5, 9, 250_000, tzinfo=UTC),
        text="@shop Wo ist mein Paket?",
        parent_external_id="117000000000000001",
        language="de",
    )


def test_only_direct_statuses_are_private() -> None:
    private = {
        visibility: mastodon.status(STATUS | {"visibility": visibility}).private
        for visibility in ("public", "unlisted", "private", "direct")
    }
    assert private == {"public": False, "unlisted": False, "private": False, "direct": True}


def test_content_warning_is_part_of_what_was_written() -> None:
    assert mastodon.status(STATUS | {"spoiler_text": "Ärger"}).text == "Ärger\n\n@shop Wo ist mein Paket?"
    assert mastodon.status(STATUS | {"spoiler_text": "Ärger", "content": ""}).text == "Ärger"


def test_accounts_of_programs_are_automatic() -> None:
    assert mastodon.status(STATUS | {"account": {"acct": "greeter", "bot": True}}).automatic


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": None}, "missing-id"),
        ({"id": 117000000000000002}, "bad-id"),
        ({"reblog": {"id": "1"}}, "reblog"),
        ({"account": None}, "missing-author"),
        ({"account": "anna"}, "missing-author"),
        ({"created_at": None}, "missing-date"),
        ({"created_at": "2025-03-13"}, "bad-date"),
        ({"content": None}, "missing-text"),
        ({"content": ["x"]}, "bad-text"),
    ],
)
def test_why_a_status_cannot_be_a_message(change: dict[str, Any], expected: str) -> None:
    with pytest.raises(PayloadProblem) as caught:
        mastodon.status(STATUS | change)
    assert caught.value.reason == expected


def test_account_of_the_server_itself_has_two_names() -> None:
    own = {"account": {"acct": "shop", "url": "https://s.example/@shop"}}
    assert mastodon.names_of_author(own) == ["shop", "shop@s.example"]
    assert mastodon.names_of_author(STATUS) == ["anna@other.example"]
    assert mastodon.names_of_author({"account": {"acct": "shop", "url": "http://[bad"}}) == ["shop"]
    assert mastodon.names_of_author({}) == []


def test_addressed() -> None:
    assert mastodon.addressed(STATUS) == ["shop", "shop@s.example"]
    unmarked = STATUS | {
        "mentions": [],
        "content": "<p>@shop and @help@far.example, see https://a.example/@no</p>",
    }
    assert mastodon.addressed(unmarked) == ["shop", "help@far.example"]
    assert mastodon.addressed({"content": None}) == []
