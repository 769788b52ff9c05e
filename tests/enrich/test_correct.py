"""Corrected counts of requests."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careworth.enrich.correct import corrected_share
from careworth.enrich.labels import Labeller
from careworth.enrich.quality import Quality, quality_of
from careworth.errors import InputError


def test_a_known_example() -> None:
    """23 of 150 cows positive, sensitivity 96 %, specificity 89 %: 5.1 of 100 cows have brucellosis.

    From the manual of the R package epiR, function epi.prev, which takes both as known without error.
    """
    share = corrected_share(23, 150, Quality(960_000, 40_000, 890_000, 110_000))
    assert share.value == pytest.approx(0.051, abs=5e-4)
    assert share.reported == pytest.approx(23 / 150)
    assert share.low == 0
    assert share.high == pytest.approx(0.13, abs=0.01)


@given(st.integers(0, 400), st.integers(1, 400))
def test_a_classifier_without_error_changes_nothing(called: int, more: int) -> None:
    messages = called + more
    share = corrected_share(called, messages, Quality(10**9, 0, 10**9, 0))
    assert share.value == pytest.approx(called / messages, abs=1e-6)


counts = st.integers(0, 300)


@given(counts, counts, counts, counts, st.integers(0, 500), st.integers(0, 500))
def test_value_inside_interval_inside_nought_and_one(
    a: int, b: int, c: int, d: int, called: int, more: int
) -> None:
    share = corrected_share(called, called + more, Quality(a, b, c, d))
    if share.value is None or share.low is None or share.high is None:
        assert share.reason
        assert share.value is share.low is share.high is None
    else:
        assert 0 <= share.low <= share.value <= share.high <= 1
        assert not share.reason


@pytest.mark.parametrize("truth", [0.05, 0.37, 0.7])
def test_the_interval_holds_its_level(truth: float) -> None:
    rng = np.random.default_rng(11)
    held = []
    for _ in range(1500):
        found, left = int(rng.binomial(150, 0.8)), int(rng.binomial(200, 0.9))
        called = int(rng.binomial(2000, truth * 0.8 + (1 - truth) * 0.1))
        share = corrected_share(called, 2000, Quality(found, 150 - found, left, 200 - left))
        assert share.low is not None and share.high is not None
        held.append(share.low <= truth <= share.high)
    assert 0.93 < np.mean(held) < 0.985


@settings(deadline=None, max_examples=25, derandomize=True)
@given(
    truth=st.floats(0.03, 0.9),
    found=st.floats(0.7, 0.98),
    left=st.floats(0.7, 0.98),
    labelled=st.integers(150, 800),
    messages=st.integers(500, 20_000),
    known_share=st.floats(0.2, 0.6),
)
def test_holds_whatever_the_classifier_and_however_far_the_share_has_moved(
    truth: float, found: float, left: float, labelled: int, messages: int, known_share: float
) -> None:
    """The share among labelled messages (``known_share``) is not that of the messages counted (``truth``).

    300 streams each; at a true level of 95 % fewer than 90 % would be five standard errors away, and Lang
    and Reiczigel report levels down to 93 %.
    """
    rng = np.random.default_rng(labelled * messages)
    yes = round(labelled * known_share)
    shares = []
    for _ in range(300):
        right, alone = int(rng.binomial(yes, found)), int(rng.binomial(labelled - yes, left))
        of_yes = int(rng.binomial(messages, truth))
        called = int(rng.binomial(of_yes, found) + rng.binomial(messages - of_yes, 1 - left))
        quality = Quality(right, yes - right, alone, labelled - yes - alone)
        shares.append(corrected_share(called, messages, quality))
    told = [share for share in shares if share.low is not None and share.high is not None]
    assert len(told) > 290
    assert np.mean([share.low <= truth <= share.high for share in told]) >= 0.89
    reported = truth * found + (1 - truth) * (1 - left)
    middle = float(np.median([share.value for share in told if share.value is not None]))
    spread = float(np.median([share.high - share.low for share in told]))
    assert abs(middle - truth) < max(0.15 * spread, 0.01)
    assert abs(reported - truth) < 0.02 or abs(middle - truth) < abs(reported - truth)


@pytest.mark.parametrize("truth", [0.05, 0.15, 0.4, 0.6])
def test_the_shipped_model_on_a_real_stream_whose_share_moves(shared_data: Path, truth: float) -> None:
    """Errors measured on one half of real messages, counts corrected on the other half at another share.

    Only the share moves: the messages of each answer stay like those the errors were measured on. Drawn
    without putting back: else the half they are drawn from would add an error of its own.
    """
    with gzip.open(shared_data / "care-complaint-labels/complaints_set1.csv.gz", "rt", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    answer = np.array([row["final_complaint"] == "1" for row in rows])
    said = Labeller.load().label([row["text"] for row in rows]).request
    rng = np.random.default_rng(7)
    inside, raw, corrected = [], [], []
    for _ in range(200):
        known = rng.random(len(rows)) < 0.5
        yes, no = np.flatnonzero(~known & answer), np.flatnonzero(~known & ~answer)
        drawn = ((yes, truth), (no, 1 - truth))
        stream = np.concatenate([rng.choice(of, round(500 * part), replace=False) for of, part in drawn])
        share = corrected_share(int(said[stream].sum()), len(stream), quality_of(answer[known], said[known]))
        assert share.value is not None and share.low is not None and share.high is not None
        inside.append(share.low <= truth <= share.high)
        raw.append(said[stream].mean())
        corrected.append(share.value)
    assert np.mean(inside) > 0.9
    assert abs(np.mean(corrected) - truth) < 0.015
    if truth < 0.3:  # at large shares what was missed and what was called in error nearly cancel
        assert abs(np.mean(raw) - truth) > max(0.05, 4 * abs(np.mean(corrected) - truth))


def test_uncorrected_counts_would_be_wrong_and_corrected_ones_are_not() -> None:
    share = corrected_share(310, 1000, Quality(160, 40, 180, 20))
    assert share.value == pytest.approx(0.3)  # 0.3 * 0.8 + 0.7 * 0.1 = 0.31
    assert share.value is not None and share.low is not None and share.high is not None
    assert share.low < 0.3 < share.high


@pytest.mark.parametrize(
    ("called", "messages", "quality", "reason"),
    [
        (0, 0, Quality(8, 2, 9, 1), "no messages"),
        (5, 10, Quality(5, 5, 5, 5), "no better than chance"),
        (5, 10, Quality(0, 0, 5, 5), "no labelled messages"),
    ],
)
def test_no_value_and_why(called: int, messages: int, quality: Quality, reason: str) -> None:
    share = corrected_share(called, messages, quality)
    assert share.value is None
    assert reason in share.reason


@pytest.mark.parametrize(
    ("called", "messages", "level"), [(-1, 10, 0.95), (11, 10, 0.95), (1, 10, 0.0), (1, 10, 1.0)]
)
def test_counts_that_cannot_be(called: int, messages: int, level: float) -> None:
    with pytest.raises(InputError):
        corrected_share(called, messages, Quality(8, 2, 9, 1), level=level)


def test_quality_counts() -> None:
    truth = np.array([True, True, True, False, False])
    said = np.array([True, True, False, False, True])
    quality = quality_of(truth, said)
    assert quality == Quality(2, 1, 1, 1)
    assert quality.sensitivity == pytest.approx(2 / 3)
    assert quality.specificity == 0.5
    assert quality.accuracy == 0.6
    assert quality.macro_f1 == pytest.approx((4 / 6 + 2 / 4) / 2)
