"""The batch scorer against a slow plain one."""

import re
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.enrich import _grams
from careworth.enrich._clean import as_column, plain
from careworth.enrich._grams import BITS, LETTERS, PLACES, SIZES, bytes_of, grams_of, steps, summed
from careworth.enrich._words import words_of

WEIGHTS = np.random.default_rng(5).normal(size=(LETTERS, 3)).astype(np.float32)
TEXTS = st.lists(st.text(max_size=40), max_size=12)


def place_of(gram: bytes) -> int:
    """The published hash of one n-gram, with Python's whole numbers."""
    rolling = 0
    for letter in gram:
        rolling = (rolling * 16777619 + letter + 1) % 2**32
    mixed = (rolling ^ len(gram) * 0x9E3779B1 % 2**32) * 0x85EBCA6B % 2**32
    mixed ^= mixed >> 15
    return mixed * 0xC2B2AE35 % 2**32 >> 32 - BITS


def slow_sum(text: bytes) -> np.ndarray:
    grams = [text[i : i + size] for size in SIZES for i in range(len(text) - size + 1)]
    total = sum((WEIGHTS[place_of(gram)].astype(float) for gram in grams), np.zeros(3))
    return total / max(len(grams), 1) ** 0.5


@settings(deadline=None)
@given(TEXTS)
def test_equal_to_the_slow_sum_text_by_text(texts: list[str]) -> None:
    column = pa.array(texts, pa.large_string())
    expected = np.array([slow_sum(text.encode()) for text in texts]).reshape(-1, 3)
    np.testing.assert_allclose(summed(grams_of(column), WEIGHTS), expected, atol=1e-4)


@settings(deadline=None)
@given(TEXTS, st.integers(0, 5))
def test_a_slice_of_a_column_is_read_where_it_lies(texts: list[str], cut: int) -> None:
    column = pa.array(texts, pa.large_string())
    part = column.slice(min(cut, len(column)))
    np.testing.assert_array_equal(
        summed(grams_of(part), WEIGHTS), summed(grams_of(column), WEIGHTS)[len(texts) - len(part) :]
    )


@settings(max_examples=30, deadline=None)
@given(TEXTS, st.integers(1, 50))
def test_pieces_hold_every_text_once(texts: list[str], step: int) -> None:
    column = pa.array(texts, pa.large_string())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_grams, "_STEP", step)
        assert [text for piece in steps(column) for text in piece.to_pylist()] == texts


WORD = re.compile(rb"[a-z0-9'@~#\x80-\xff]+")


def slow_hash(word: bytes) -> int:
    return sum((letter + 1) * 2_654_435_769**i for i, letter in enumerate(word)) % 2**32


@settings(deadline=None)
@given(TEXTS)
def test_words_and_pairs_equal_the_slow_ones(texts: list[str]) -> None:
    column = pa.array(texts, pa.large_string())
    words, of_words, pairs, of_pairs = words_of(*bytes_of(column))
    expected = [[slow_hash(word) for word in WORD.findall(text.encode())] for text in texts]
    assert words.tolist() == [one for text in expected for one in text]
    assert of_words.tolist() == [len(text) for text in expected]
    beside = [(a * 0x9E3779B1 ^ b) % 2**32 for text in expected for a, b in pairwise(text)]
    assert [hashed % 2**32 for hashed in pairs.tolist()] == beside
    assert of_pairs.tolist() == [max(len(text) - 1, 0) for text in expected]


def test_a_head_of_words_adds_what_words_weigh() -> None:
    column = pa.array([" not happy ", " happy "], pa.large_string())
    letters = np.zeros((PLACES, 1), np.float32)
    letters[:LETTERS] = WEIGHTS[:, :1]
    words = letters.copy()
    grams = grams_of(column)
    words[grams.places[3]] += 2
    both = summed(grams, words) - summed(grams, letters)
    np.testing.assert_allclose(summed(grams, letters), summed(grams, WEIGHTS[:, :1]), atol=1e-6)
    np.testing.assert_allclose(both[:, 0], [4 / 3**0.5, 2], atol=1e-5)


def test_every_place_can_be_reached() -> None:
    column = pa.array([f"{number:x} and a bit more" for number in range(40_000)], pa.large_string())
    hits = np.bincount(np.concatenate(list(grams_of(column).places)), minlength=1 << BITS)
    hits = hits[:LETTERS]
    assert np.count_nonzero(hits) > 40_000
    halves = hits.reshape(2, -1)
    assert 0.8 < np.count_nonzero(halves[0]) / np.count_nonzero(halves[1]) < 1.25


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Hi @acme_Care, see https://t.co/aB1", " hi @, see ~ "),
        ("  two\n\nlines\t12 of 345 ", " two lines 0 of 0 "),
        ("ﻧﺌﯽ", " نئی "),
        ("", "  "),
    ],
)
def test_the_plain_form(text: str, form: str) -> None:
    assert plain(as_column([text])).to_pylist() == [form]


def test_a_null_is_an_empty_text() -> None:
    assert as_column(pa.array([None, "a"])).to_pylist() == ["", "a"]
