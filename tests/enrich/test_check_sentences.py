"""Our own labelled sentences in ten languages: floors under docs/labels.md, and rules that must be right."""

import csv
from pathlib import Path

import numpy as np
import pytest

from careworth.enrich.labels import Labeller, Labels

PATH = Path(__file__).resolve().parents[2] / "scripts/labels_data/check.tsv"
BRANDS = ["Lumora", "Kestrel Air"]
LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "id", "it", "pt", "ur")
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    with PATH.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def labels(rows: Rows) -> Labels:
    return Labeller.load().label([row["text"] for row in rows], brands=BRANDS)


def column(rows: Rows, name: str) -> np.ndarray:
    return np.array([row[name] for row in rows])


def test_none_of_them_was_trained_on(rows: Rows) -> None:
    trained = "\n".join(path.read_text("utf-8") for path in PATH.parent.glob("*.txt"))
    assert not [row["text"] for row in rows if row["text"].split(" ", 1)[-1].lower() in trained.lower()]


def test_every_language_has_its_share(rows: Rows) -> None:
    assert {name: int((column(rows, "language") == name).sum()) >= 20 for name in LANGUAGES} == dict.fromkeys(
        LANGUAGES, True
    )
    assert set(column(rows, "language")) == set(LANGUAGES)


def test_personal_data(rows: Rows, labels: Labels) -> None:
    assert [kinds or "" for kinds in labels.personal.to_pylist()] == column(rows, "personal").tolist()


def test_names_without_the_handle(rows: Rows, labels: Labels) -> None:
    assert labels.names_brand.tolist() == (column(rows, "names_brand") == "yes").tolist()


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_in_each_language(rows: Rows, labels: Labels, language: str) -> None:
    here = (column(rows, "language") == language) & (column(rows, "part") == "development")
    right = np.array(labels.kind.to_pylist())[here] == column(rows, "kind")[here]
    assert right.mean() > 0.75


@pytest.mark.parametrize(
    ("part", "name", "least"),
    [
        ("development", "language", 0.96),
        ("development", "kind", 0.91),
        ("development", "sentiment", 0.87),
        ("check", "language", 0.97),
        ("check", "kind", 0.75),
        ("check", "sentiment", 0.73),
    ],
)
def test_floors(rows: Rows, labels: Labels, part: str, name: str, least: float) -> None:
    here = column(rows, "part") == part
    said = np.array(getattr(labels, name).to_pylist())
    assert (said[here] == column(rows, name)[here]).mean() > least


def test_urgent(rows: Rows, labels: Labels) -> None:
    part, urgent = column(rows, "part"), column(rows, "urgent") == "yes"
    said = labels.urgent_probability >= 0.5
    assert said[(part == "development") & urgent].mean() > 0.8
    assert said[(part == "check") & urgent].mean() > 0.4
    assert said[np.isin(part, ["development", "check"]) & ~urgent].mean() < 0.01


def test_dangers_written_before_their_training_sentences(rows: Rows, labels: Labels) -> None:
    part = column(rows, "part")
    said = labels.urgent_probability >= 0.5
    assert said[part == "danger"].mean() > 0.4
    assert said[part == "unseen"].mean() > 0.4
    assert said[np.isin(part, ["near", "request"])].mean() < 0.04
    assert not (said & ~labels.request).any()
    others, chance = np.isin(part, ["near", "request"]), labels.urgent_probability
    for dangers in ("danger", "unseen"):
        assert (chance[part == dangers][:, None] > chance[others]).mean() > 0.8


@pytest.mark.parametrize("language", LANGUAGES)
def test_requests_in_each_language(rows: Rows, labels: Labels, language: str) -> None:
    here = (column(rows, "language") == language) & np.isin(column(rows, "part"), ["request", "near"])
    truth = column(rows, "kind")[here] == "service"
    said = labels.request[here]
    assert truth.sum() >= 10 and (~truth).sum() >= 8
    assert said[truth].mean() >= 0.5
    assert said[~truth].mean() < 0.3


def test_requests_in_all_languages(rows: Rows, labels: Labels) -> None:
    here = np.isin(column(rows, "part"), ["request", "near"])
    assert (labels.request == (column(rows, "kind") == "service"))[here].mean() > 0.78


def test_urgent_needs_on_subjects_it_never_saw_come_before_other_requests(rows: Rows, labels: Labels) -> None:
    here = (column(rows, "part") == "check") & (column(rows, "kind") == "service")
    urgent, chance = column(rows, "urgent")[here] == "yes", labels.urgent_probability[here]
    assert (chance[urgent][:, None] > chance[~urgent]).mean() > 0.85
