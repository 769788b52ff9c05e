"""What the source did not say but the words do."""

from typing import Any

import pyarrow as pa
import pytest

from careworth.errors import InputError
from careworth.intake._normalise import STAGED, canonical_brand, normalise
from careworth.intake.formats import INCOMING

USUAL = {
    "channel": "x",
    "external_id": "1",
    "author": "ann",
    "sent_at": 0,
    "text": "",
    "private": False,
    "automatic": False,
}


def normalised(*rows: dict[str, Any], brands: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    batch = pa.RecordBatch.from_pylist([USUAL | row for row in rows], schema=INCOMING)
    found = normalise(batch, brands)
    assert found.schema == STAGED
    return found.to_pylist()


def test_who_wrote_an_outbound_message_is_its_brand() -> None:
    rows = normalised(
        {"inbound": False, "author": "Acme"},
        {"inbound": False, "author": "agent7", "brand": "Acme"},
        {"inbound": True, "author": "ann"},
        {"inbound": True, "brand": "Acme"},
    )
    assert [row["brand"] for row in rows] == ["Acme", "Acme", None, "Acme"]


def test_agents_sign_what_the_brand_wrote_and_nothing_else() -> None:
    rows = normalised(
        {"inbound": False, "text": "We are on it. ^AB"},
        {"inbound": False, "text": "We are on it. ^AB", "agent": "Kartika"},
        {"inbound": True, "text": "Nobody answers! ^AB", "agent": "Kartika"},
        {"inbound": False, "text": "We are on it."},
    )
    assert [row["agent"] for row in rows] == ["AB", "Kartika", None, None]


def test_only_the_brand_sends_people_elsewhere() -> None:
    text = "Please send us a DM or call 0800 123456"
    rows = normalised({"inbound": False, "text": text}, {"inbound": True, "text": text})
    assert [row["asks_private"] for row in rows] == [True, False]
    assert [row["sends_elsewhere"] for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("@Acme help", "Acme"),
        ("help me @acme.", "acme"),
        ("(@acme) @beta", "acme"),
        ("@acme's fault", "acme"),
        ("@acme-", "acme"),
        ("thanks@acme nobody", None),
        ("@@acme", None),
        ("@user@mastodon.example!", "user@mastodon.example"),
        ("@acme.bsky.social, help", "acme.bsky.social"),
        ("nobody", None),
    ],
)
def test_the_account_a_contact_addresses(text: str, mention: str | None) -> None:
    inbound, outbound, told = normalised(
        {"inbound": True, "text": text},
        {"inbound": False, "text": text},
        {"inbound": True, "text": text, "brand": "x"},
    )
    assert inbound["mention"] == mention
    assert (outbound["mention"], told["mention"]) == (None, None)


def test_an_account_is_a_brand_whatever_its_capitals() -> None:
    brand = pa.array([None, None, "Beta", None], pa.string())
    mention = pa.array(["ACME", "ann", "acme", None], pa.string())
    found = canonical_brand(brand, mention, pa.array(["Acme", "Beta"]))
    assert found.to_pylist() == ["Acme", None, "Beta", None]
    assert canonical_brand(brand, mention, pa.array([], pa.string())).to_pylist() == brand.to_pylist()


def test_who_is_ours_is_told_by_name_where_the_source_does_not_say() -> None:
    rows = [{"author": "Acme"}, {"author": "@acme"}, {"author": "ann"}, {"author": "acme", "inbound": True}]
    found = normalised(*rows, brands=frozenset({"acme"}))
    assert [row["inbound"] for row in found] == [False, False, True, True]
    with pytest.raises(InputError, match="do not say which of them the brand wrote") as caught:
        normalised(*rows)
    assert "--brand" in caught.value.hint
