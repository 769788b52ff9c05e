"""What the brand's replies do. All texts are made up."""

import csv
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.enrich.moves import agent_signatures, asks_private, sends_elsewhere


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Thanks for waiting ^AB", "AB"),
        ("Terima kasih sudah menunggu. ^Kartika", "Kartika"),
        ("Please try again. -Ann", "Ann"),
        ("We will look into it. -KC", "KC"),
        ("Happy to help! *TJ", "TJ"),
        ("Let us know how it goes /JB", "JB"),
        ("Please restart the box.-RM", "RM"),
        ("Glad you liked it! - Chloe", "Chloe"),
        ("more detail please ~RD", "RD"),
        ("More here: https://t.co/abcDEF123 ^SL", "SL"),
        ("Please write to us. ^MK https://t.co/abcDEF123", "MK"),
        ("first part of the answer ^VH 1/2", "VH"),
        ("second part of it 2/2 ^VH", "VH"),
        ("in a moment. ^TN (2/2)", "TN"),
        ("We are here for you. -S M", "S M"),
        ("Thank you. ^LR.", "LR"),
        ("شکریہ ^AK", "AK"),
        ("Merci pour votre patience 🙂 /BX", "BX"),
        ("it is on its way.--JV", "JV"),
        ("see the page https://t.co/abcDEF123 - Noah", "Noah"),
        ("You can reach us on the web *Ann Marie", "Ann Marie"),
        # words that merely follow a hyphen, paths, fractions, times, thanks
        ("Is your phone on Wi-Fi", None),
        ("Please try a modem/router reboot", None),
        ("Read https://example.org/help/FAQ", None),
        ("We are open from 9 AM - 5 PM", None),
        ("This is part 1/2", None),
        ("We follow up -Thanks", None),
        ("Talk to you on Mon-Fri", None),
        ("Nobody signed this", None),
        ("^AB wrote this long ago and then went on", None),
        ("either and/OR", None),
        ("", None),
    ],
)
def test_signatures(text: str, who: str | None) -> None:
    assert agent_signatures(pa.array([text])).to_pylist() == [who]


@pytest.mark.parametrize(
    "text",
    [
        "Please DM us your order number",
        "Send us a direct message and we will look into it",
        "Let's continue in DM",
        "Check your DMs for the next step",
        "Could you private message your address?",
        "Here: https://twitter.com/messages/compose?recipient_id=1",
        "Kami tunggu infonya via DM ya kak",
        "Silakan kirim DM nomor pelanggan Anda",
        "Scrivici in DM con il numero del contratto",
        "Inviaci un messaggio privato",
        "ہمیں ڈی ایم کریں",
        "Apna number inbox karein",
        "Escríbenos por mensaje directo",
        "Envie uma mensagem direta com o seu CPF",
        "Envoyez-nous un message privé",
        "Schick uns bitte eine Direktnachricht",
        "أرسل لنا رسالة خاصة",
        "कृपया हमें डीएम करें",
    ],
)
def test_asks_to_go_on_in_private(text: str) -> None:
    assert asks_private(pa.array([text])).to_pylist() == [True]


@pytest.mark.parametrize(
    "text",
    [
        "We received your DM and will answer there soon",
        "We have replied to your DM",
        "Thank you for the DM",
        "Try a private window of the browser",
        "Which version do you have?",
        "The office opens at 9 am, closes at 6 pm",
    ],
)
def test_does_not_ask_to_go_on_in_private(text: str) -> None:
    assert asks_private(pa.array([text])).to_pylist() == [False]


@pytest.mark.parametrize(
    "text",
    [
        "Please call us at 1-800-555-0199",
        "Give us a call when you can",
        "Please email us at help@example.com",
        "You can visit your nearest store with the receipt",
        "Please fill out this form: https://example.org/f",
        "Send us a note here: https://example.org/n",
        "Please contact our billing team",
        "Contact us here: https://example.org/c",
        "Silakan hubungi call center kami",
        "Silakan datang ke gerai terdekat",
        "Chiami il nostro servizio clienti",
        "ہیلپ لائن پر کال کریں",
        "Llámanos al 900 123 456",
        "Ligue para a nossa central",
        "Appelez le 3900",
        "Ruf bitte unsere Hotline an",
        "कृपया हेल्पलाइन पर कॉल करें",
    ],
)
def test_sends_elsewhere(text: str) -> None:
    assert sends_elsewhere(pa.array([text])).to_pylist() == [True]


@pytest.mark.parametrize(
    "text",
    [
        "Please DM us your email address and phone number",
        "Reach out to us via DM here: https://t.co/abcDEF123",
        "Follow these steps: https://example.org/steps",
        "We will call you tomorrow",
        "Are you near your phone?",
        "Which store did you visit?",
    ],
)
def test_stays_here(text: str) -> None:
    assert sends_elsewhere(pa.array([text])).to_pylist() == [False]


RULES = (agent_signatures, asks_private, sends_elsewhere)


@settings(deadline=None, max_examples=12)
@given(st.lists(st.one_of(st.none(), st.text(max_size=60)), max_size=8))
def test_one_answer_a_text_and_each_on_its_own(texts: list[str | None]) -> None:
    for rule in RULES:
        whole = rule(pa.array(texts, pa.string())).to_pylist()
        single = [rule(pa.array([text], pa.string())).to_pylist()[0] for text in texts]
        assert whole == single


def test_a_text_that_is_not_there() -> None:
    nothing = pa.array([None], pa.string())
    assert [rule(nothing).to_pylist()[0] for rule in RULES] == [None, False, False]


def test_columns_in_chunks() -> None:
    chunks = pa.chunked_array([["ok ^AB"], ["please DM us"], ["call us"]])
    assert agent_signatures(chunks).to_pylist() == ["AB", None, None]
    assert asks_private(chunks).to_pylist() == [False, True, False]
    assert sends_elsewhere(chunks).to_pylist() == [False, False, True]


def test_private_invitations_that_people_tagged(shared_data: Path) -> None:
    with (shared_data / "care-topic-labels/twcs-AppleSupport-100-outbound.csv").open(
        encoding="utf-8"
    ) as file:
        rows = list(csv.DictReader(file))
    said = asks_private(pa.array([row["text"] for row in rows])).to_pylist()
    assert said == [float(row["Request DM"] or 0) > 0 for row in rows]
