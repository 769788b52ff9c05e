"""Kinds of request: the shipped taxonomy and a company's own."""

from pathlib import Path

import pytest

from careworth.enrich._clean import as_column
from careworth.enrich._topics import OTHER, load_taxonomy
from careworth.enrich.labels import Labeller
from careworth.errors import MappingError


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("you lost my suitcase again", "loss"),
        ("I can't log in, the password link is dead", "account"),
        ("why was I charged twice?", "billing"),
        ("my train is delayed by two hours", "delay"),
        ("no internet in the whole street", "outage"),
        ("the app crashes when I open it", "fault"),
        ("how do I cancel my subscription?", "cancellation"),
        ("wrong size, how can it be exchanged? my order", "order"),
        ("your agent was so rude", "staff"),
        ("what time do you open?", "information"),
        ("tagihan saya dobel bulan ini", "billing"),
        ("میرا بل غلط آیا ہے", "billing"),
        ("il mio bagaglio è smarrito", "loss"),
        ("el vuelo está retrasado", "delay"),
        ("não consigo lembrar a senha", "account"),
        ("je veux résilier mon abonnement", "cancellation"),
        ("das wlan ist ausgefallen", "outage"),
        ("التطبيق يعلق كل يوم", "fault"),
        ("मेरा बिल बहुत ज्यादा है", "billing"),
        ("hmm", OTHER),
    ],
)
def test_shipped_kinds(text: str, topic: str) -> None:
    assert load_taxonomy().find(as_column([text]))[0].to_pylist() == [topic]


def test_parts_of_words_do_not_count() -> None:
    names, _ = load_taxonomy().find(as_column(["the billboard is late", "Rechnungshof", "restored"]))
    assert names.to_pylist() == ["delay", OTHER, OTHER]


def test_several_kinds_are_less_sure_than_one() -> None:
    _, sure = load_taxonomy().find(as_column(["my bill", "my bill, the app, your agent and the delay"]))
    assert sure[0] > sure[1] > 0


OWN = """
version = 3
[[topic]]
name = "roaming"
words.en = ["abroad", "roam*"]
words.ur = ["بیرون ملک"]
[[topic]]
name = "rest"
sure = 0.2
words.en = ["please"]
"""


def test_a_company_edits_its_own(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(OWN, encoding="utf-8")
    labeller = Labeller.load(topics=path)
    texts = ["please help, no data when I'm ROAMING", "please help me now", "بیرون ملک نیٹ بند ہے، مدد کریں"]
    labels = labeller.label(texts)
    assert labels.topic.to_pylist() == ["roaming", "rest", "roaming"]
    assert labels.topic_probability[1] == pytest.approx(0.2)
    before = labels.models["topic"]
    path.write_text(OWN.replace("abroad", "overseas"), encoding="utf-8")
    assert Labeller.load(topics=path).label(texts).models["topic"] != before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "version = 1",
        "not toml at all [",
        OWN.replace("0.2", "7"),
        'version = 1\n[[topic]]\nname = "a"\nwords = 1',
    ],
)
def test_what_is_no_taxonomy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError, match="not a taxonomy"):
        load_taxonomy(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MappingError):
        load_taxonomy(tmp_path / "none.toml")
