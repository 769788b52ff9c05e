import numpy as np
import pytest
from causal_cases import straight

from careworth.causal import difference_in_means, weighted_effect
from careworth.causal.checks import Linkage, linkage_check, undiluted
from careworth.errors import InputError


def confused(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]:
    """An experiment with effect 3 whose treated were found through links of which a quarter is wrong."""
    rng = np.random.RandomState(seed)
    d = rng.random_sample(rows) < 0.3
    y = rng.standard_normal(rows) + 3 * d
    treated = np.flatnonzero(d)
    certainty = np.where(rng.random_sample(len(treated)) < 0.5, 0.95, 0.55)
    wrong = rng.random_sample(len(treated)) > certainty
    said = d.copy()
    said[treated[wrong]] = False
    named = rng.choice(np.flatnonzero(~d), wrong.sum(), replace=False)
    said[named] = True
    p = np.concatenate([certainty[~wrong], certainty[wrong]])
    return y, said, p, treated, 3.0


def test_wrong_links_dilute_an_effect_and_their_probabilities_undo_it() -> None:
    y, said, p, _, truth = confused(20_000, 171)
    seen = difference_in_means(y, said)
    assert seen.high is not None and seen.high < truth - 0.5
    found = Linkage.of(p, int((~said).sum()))
    mended = undiluted(seen, found)
    assert mended.low is not None and mended.high is not None
    assert mended.low < truth < mended.high
    assert mended.se == pytest.approx(seen.se / found.seen)
    assert "wrong links undone" in mended.method
    assert any("link probabilities" in line for line in mended.assumptions)


def test_the_check_says_how_much_shows() -> None:
    y, said, p, _, _ = confused(4000, 172)
    effect = difference_in_means(y, said)
    found = Linkage.of(p, int((~said).sum()))
    check = linkage_check(effect, found)
    assert check.passed is False
    assert check.value == pytest.approx(p.mean() - (1 - p).sum() / (~said).sum())
    assert "of the effect shows" in check.text
    sure = Linkage.of(np.full(len(p), 0.99), int((~said).sum()))
    assert linkage_check(effect, sure).passed is True
    assert linkage_check(effect, None).passed is None


def test_links_too_unsure_give_no_number() -> None:
    world = straight(500, 173)
    effect = weighted_effect(world.y, world.d, world.x)
    lost = undiluted(effect, Linkage(right=0.6, missed=0.2))
    assert lost.value is None and "40%" in str(lost.reason)
    check = linkage_check(effect, Linkage(right=0.6, missed=0.2))
    assert check.passed is False and "no number to correct" in check.text


def test_those_who_could_not_be_linked_count_among_the_controls() -> None:
    found = Linkage.of(np.full(10, 0.9), 100, unlinked=4)
    assert found.right == pytest.approx(0.9)
    assert found.missed == pytest.approx(0.05)


@pytest.mark.parametrize("p", [[], [0.5, 1.2], [-0.1]])
def test_what_is_no_probability_is_refused(p: list[float]) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        Linkage.of(np.array(p), 10)
    with pytest.raises(InputError, match="at least one control"):
        Linkage.of([0.9], 0)
