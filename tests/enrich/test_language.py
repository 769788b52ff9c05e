"""Language, script and direction. All sentences are made up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.enrich.labels import Labeller, Labels


@pytest.fixture(scope="module")
def labeller() -> Labeller:
    return Labeller.load()


SENTENCES = [
    ("the parcel was supposed to be here on tuesday and nobody tells me anything", "en", "Latn", False),
    ("paket saya seharusnya tiba hari selasa tetapi tidak ada yang memberi kabar", "id", "Latn", False),
    ("میرا پارسل منگل کو آنا تھا مگر کوئی کچھ نہیں بتاتا", "ur", "Arab", True),
    ("mera parcel mangal ko aana tha magar koi kuch nahi batata, bohat afsos hai", "ur", "Latn", False),
    ("il pacco doveva arrivare martedì e nessuno mi dice niente", "it", "Latn", False),
    ("el paquete tenía que llegar el martes y nadie me dice nada", "es", "Latn", False),
    ("a encomenda devia ter chegado na terça e ninguém me diz nada", "pt", "Latn", False),
    ("le colis devait arriver mardi et personne ne me dit rien", "fr", "Latn", False),
    ("das paket sollte am dienstag kommen und keiner sagt mir etwas", "de", "Latn", False),
    ("كان من المفترض أن تصل الشحنة يوم الثلاثاء ولا أحد يخبرني بشيء", "ar", "Arab", True),
    ("मेरा पार्सल मंगलवार को आना था पर कोई कुछ नहीं बताता", "hi", "Deva", False),
    ("bhai mera parcel kab aayega, bahut dino se wait kar raha hu", "hi", "Latn", False),
    (
        "saya nak tahu kenapa talian telefon saya terputus, dah tiga hari tak boleh guna",
        "ms",
        "Latn",
        False,
    ),
    # known to pycld2 only
    ("het pakket zou dinsdag komen en niemand vertelt mij iets", "nl", "Latn", False),
    ("paket salı günü gelecekti ve kimse bana bir şey söylemiyor", "tr", "Latn", False),
    ("посылка должна была прийти во вторник и никто мне ничего не говорит", "ru", "Zzzz", False),
    ("החבילה הייתה אמורה להגיע ביום שלישי ואף אחד לא אומר לי כלום", "he", "Hebr", True),
    ("荷物は火曜日に届くはずでしたが誰も何も教えてくれません", "ja", "Zzzz", False),
]


@pytest.mark.parametrize(("text", "language", "script", "rtl"), SENTENCES)
def test_sentences(labeller: Labeller, text: str, language: str, script: str, rtl: bool) -> None:
    labels = labeller.label([text])
    assert labels.language[0].as_py() == language
    assert labels.script[0].as_py() == script
    assert bool(labels.rtl[0]) is rtl
    assert labels.language_probability[0] > 0.5


@pytest.mark.parametrize("text", ["", "12345", "😂😂", "@someone", "https://example.org/a", "?!", "ok"])
def test_too_little_to_say(labeller: Labeller, text: str) -> None:
    assert labeller.label([text]).language[0].as_py() == "und"


def test_handles_and_links_say_nothing_about_the_language(labeller: Labeller) -> None:
    bare = "mi paquete no llegó y nadie responde"
    dressed = f"@wonderful_company_support {bare} https://example.org/the/english/help/pages"
    assert labeller.label([bare, dressed]).language.to_pylist() == ["es", "es"]


def test_urdu_in_presentation_forms(labeller: Labeller) -> None:
    assert labeller.label(["ﻣﯿﺮﺍ ﻓﻮﻥ ﮐﻞ ﺳﮯ ﺑﻨﺪ ﮨﮯ"]).language[0].as_py() == "ur"


def test_direction_is_that_of_most_letters(labeller: Labeller) -> None:
    texts = ["خدمة العملاء لا ترد على الرسائل router", "my router says خطأ and nothing works at all"]
    assert labeller.label(texts).rtl.tolist() == [True, False]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.text(max_size=50), max_size=8))
def test_any_text_has_an_answer(texts: list[str]) -> None:
    labels: Labels = Labeller.load().label(texts)
    assert len(labels) == len(texts) == len(labels.language_probability)
    assert np.isfinite(labels.language_probability).all()
    assert labels.language.null_count == 0
