"""What a batch of labels is, and labels of made-up messages in all languages."""

import zipfile
from dataclasses import replace
from importlib import resources

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.enrich._clean import as_column
from careworth.enrich._model import shipped_models
from careworth.enrich.labels import Labeller
from careworth.enrich.train import shipped_log_odds

SERVICE = [
    "@acme my internet has been down since yesterday, can someone help?",
    "worst airline ever, three hours late and nobody tells us anything",
    "how do i change the address on my account?",
    "internet saya mati dari kemarin, tolong dibantu min",
    "mera net kal se band hai, koi jawab nahi deta",
    "میرا بل غلط آیا ہے، براہ کرم چیک کریں",
    "il treno è in ritardo di due ore e nessuno dice niente, vergogna",
    "me cobraron dos veces, ¿cómo pido el reembolso?",
    "meu pedido não chegou e ninguém responde",
    "mon colis est perdu, pouvez-vous m'aider svp ?",
    "seit gestern kein internet, wann kommt der techniker?",
    "الشحنة متأخرة أسبوع ومحد يرد على الرسائل",
    "मेरे खाते से पैसे कट गए, कृपया मदद करें",
]
MARKETING = [
    "Win two tickets with @acme, follow and retweet to enter http://example.org/a",
    "thanks @acme for the great service, you made my day!",
    "acme shares rise after earnings http://example.org/b",
    "terima kasih acme, pelayanannya mantap",
    "shukriya acme, masla hal ho gaya",
    "grazie acme, servizio fantastico",
    "gracias acme, excelente servicio",
    "acme bringt neues tablet heraus http://example.org/c",
]


@pytest.fixture(scope="module")
def labeller() -> Labeller:
    return Labeller.load()


@pytest.mark.parametrize("text", SERVICE)
def test_asks_for_service(labeller: Labeller, text: str) -> None:
    labels = labeller.label([text])
    assert labels.request[0]
    assert labels.kind[0].as_py() == "service"
    assert labels.tier[0] == 1
    assert labels.topic[0].as_py() is not None


@pytest.mark.parametrize("text", MARKETING)
def test_is_talk_of_the_brand(labeller: Labeller, text: str) -> None:
    labels = labeller.label([text])
    assert not labels.request[0]
    assert labels.kind[0].as_py() == "marketing"
    assert labels.tier[0] == 2
    assert labels.topic[0].as_py() is None
    assert labels.topic_probability[0] == 0


@pytest.mark.parametrize(
    "text", ["good morning everyone", "lol i am so tired", "aaj mausam bohat acha hai yaar"]
)
def test_is_noise(labeller: Labeller, text: str) -> None:
    assert labeller.label([text]).kind[0].as_py() == "noise"


def test_sentiment(labeller: Labeller) -> None:
    said = labeller.label(
        ["i love it, thank you so much!", "what time do you open on sunday?", "this is awful, never again"]
    )
    assert said.sentiment.to_pylist() == ["positive", "neutral", "negative"]


def test_urgency_orders_the_first_tier(labeller: Labeller) -> None:
    texts = ["someone is using my card right now, block it, urgent!", "my parcel is two days late"]
    labels = labeller.label(texts)
    assert labels.tier.tolist() == [1, 1]
    assert labels.urgent_probability[0] > 0.5 > labels.urgent_probability[1]


TEXTS = st.lists(st.one_of(st.text(max_size=60), st.sampled_from(SERVICE + MARKETING)), max_size=6)


@settings(deadline=None, max_examples=15)
@given(TEXTS)
def test_a_label_does_not_depend_on_the_batch(texts: list[str]) -> None:
    labeller = Labeller.load()
    batch = labeller.label(texts)
    for i, text in enumerate(texts):
        alone = labeller.label([text])
        for name in ("language", "kind", "sentiment", "topic", "personal", "script"):
            assert getattr(alone, name)[0] == getattr(batch, name)[i]
        for name in ("request_probability", "tier1_probability", "sentiment_probability"):
            np.testing.assert_allclose(getattr(alone, name)[0], getattr(batch, name)[i], atol=1e-5)


@settings(deadline=None, max_examples=20)
@given(TEXTS)
def test_probabilities_are_probabilities(texts: list[str]) -> None:
    labels = Labeller.load().label(texts)
    for name in labels.__slots__:
        column = getattr(labels, name)
        if name.endswith("probability") and isinstance(column, np.ndarray):
            assert column.shape == (len(texts),)
            assert ((column >= 0) & (column <= 1)).all(), name
    assert (labels.tier1_probability >= labels.request_probability - 1e-6).all()
    assert (labels.request == (labels.request_probability >= 0.5)).all()


def test_no_texts(labeller: Labeller) -> None:
    labels = labeller.label([])
    assert len(labels) == 0
    assert labels.personal.to_pylist() == []


def test_columns_of_any_kind(labeller: Labeller) -> None:
    chunked = pa.chunked_array([["please help"], [None, "thanks"]])
    assert (
        labeller.label(chunked).kind.to_pylist()
        == labeller.label(["please help", "", "thanks"]).kind.to_pylist()
    )


def test_every_label_says_what_gave_it(labeller: Labeller) -> None:
    labels = labeller.label(["x"])
    assert set(labels.models) == {
        "language",
        "request",
        "kind",
        "tier",
        "sentiment",
        "topic",
        "names_brand",
        "personal",
    }
    assert labels.version == "ngrams-pycld2:4+ngrams:4+rules:2+taxonomy:1"


def test_the_models_are_small_and_hold_no_objects() -> None:
    with resources.files("careworth.enrich").joinpath("models/labels.npz").open("rb") as file:
        assert len(file.read()) < 30e6
        file.seek(0)
        assert all(name.endswith(".npy") for name in zipfile.ZipFile(file).namelist())
        file.seek(0)
        arrays = np.load(file, allow_pickle=False)
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_a_shift_belongs_to_its_language(labeller: Labeller) -> None:
    models = labeller.models
    known = sorted(models.shifts)
    assert set(known) == {"ar", "de", "en", "es", "fr", "hi", "id", "it", "pt", "ur"}
    said = models.shift(np.array([*known[::-1], "und", "nl"]))
    np.testing.assert_allclose(said, [*(models.shifts[name] for name in known[::-1]), 0, 0], atol=1e-6)
    assert models.shift(np.zeros(0, "<U8")).shape == (0,)


def test_own_training_starts_from_what_is_shipped(labeller: Labeller) -> None:
    odds = shipped_log_odds(as_column(SERVICE + MARKETING))
    said = labeller.label(SERVICE + MARKETING).request_probability
    np.testing.assert_allclose(1 / (1 + np.exp(-labeller.models.bent(odds))), said, atol=1e-4)


SEVERAL = [
    "@acme my internet is down since yesterday, please help!",
    "@acme the battery you sold me is on fire, send help now",
    "what time do you open on sunday?",
    "love the new stickers, thank you @acme",
    "rain again, staying in with a book",
]


def test_an_urgent_need_is_never_less_likely_a_request() -> None:
    models = shipped_models()
    odds = np.array([[-3.0, 0, 2.5, 0, 0, 0], [1.0, 0, -4.0, 0, 0, 0]], np.float32)
    np.testing.assert_allclose(models.request(odds, np.array(["xx", "xx"])), [2.5, 1.0])


def test_a_bend_says_how_sure_and_not_what() -> None:
    labeller = Labeller.load()
    straight = replace(labeller, models=replace(labeller.models, bend=(1.0, 1.0))).label(SEVERAL)
    bent = replace(labeller, models=replace(labeller.models, bend=(0.5, 0.5))).label(SEVERAL)
    assert bent.request.tolist() == straight.request.tolist()
    assert {True, False} == set(bent.request.tolist())
    towards = np.abs(bent.request_probability - 0.5) < np.abs(straight.request_probability - 0.5)
    assert towards.all()
