"""Floors of quality on real messages that no model was trained on; docs/labels.md has the figures."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from careworth.enrich.labels import Labeller
from careworth.enrich.quality import quality_of


def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(table: list[dict[str, str]], name: str) -> pa.Array:
    return pa.array([row[name] for row in table])


def test_requests(shared_data: Path) -> None:
    table = rows(shared_data / "care-complaint-labels/complaints_set1.csv.gz")
    truth = np.array([row["final_complaint"] == "1" for row in table])
    assert quality_of(truth, Labeller.load().label(column(table, "text")).request).macro_f1 > 0.77


def test_sentiment(shared_data: Path) -> None:
    table = rows(shared_data / "airline-sentiment/airline_tweets.csv.gz")
    said = np.array(Labeller.load().label(column(table, "text")).sentiment)
    assert (said == np.array([row["airline_sentiment"] for row in table])).mean() > 0.73


@pytest.mark.parametrize(
    ("source", "language", "least"),
    [
        ("UMSAB", "ar", 0.98),
        ("UMSAB", "de", 0.93),
        ("UMSAB", "en", 0.99),
        ("UMSAB", "es", 0.97),
        ("UMSAB", "fr", 0.98),
        ("UMSAB", "it", 0.95),
        ("UMSAB", "pt", 0.98),
        ("NusaX", "en", 0.98),
        ("NusaX", "id", 0.97),
        ("UrduSentimentCorpus", "ur", 0.98),
    ],
)
def test_languages(shared_data: Path, source: str, language: str, least: float) -> None:
    table = [
        row
        for row in rows(shared_data / "multilingual-sentiment/sentiment_train.csv.gz")
        if row["source"] == source
        and row["lang"] == language
        and (source != "UMSAB" or row["split"] == "val")
    ]
    said = np.array(Labeller.load().label(column(table, "text")).language)
    assert (said == language).mean() > least
