import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careworth.causal._pairs import NONE, apart, local_variance, nearest, pair_off

SCORES = st.lists(st.integers(0, 40).map(lambda v: v / 8), min_size=1, max_size=25)


def plain_pairs(treated: list[float], control: list[float], caliper: float) -> list[int]:
    """Highest score first; among the controls still free the nearest, the lower of two as near."""
    free = sorted(range(len(control)), key=lambda j: (control[j], j))
    found = [NONE] * len(treated)
    for i in sorted(range(len(treated)), key=lambda i: -treated[i]):
        near = [j for j in free if abs(control[j] - treated[i]) <= caliper]
        if near:
            gap = min(abs(control[j] - treated[i]) for j in near)
            best = [j for j in near if abs(control[j] - treated[i]) == gap]
            low = [j for j in best if control[j] <= treated[i]]
            found[i] = low[-1] if low else best[0]
            free.remove(found[i])
    return found


@given(SCORES, SCORES, st.sampled_from([0.0, 0.25, 1.0, 9.0]))
def test_pairs_are_those_of_the_slow_search(
    treated: list[float], control: list[float], caliper: float
) -> None:
    found = pair_off(np.array(treated), np.array(control), caliper)
    assert found.tolist() == plain_pairs(treated, control, caliper)


@given(SCORES, SCORES, st.integers(1, 4), st.sampled_from([0.0, 0.3, 9.0]))
def test_the_nearest_are_as_near_as_those_of_the_slow_search(
    treated: list[float], control: list[float], k: int, caliper: float
) -> None:
    k = min(k, len(control))
    found = nearest(np.array(treated), np.array(control), k, caliper)
    for score, row in zip(treated, found, strict=True):
        gaps = sorted(abs(c - score) for c in control)[:k]
        got = sorted(abs(control[j] - score) for j in row if j != NONE)
        assert got == [gap for gap in gaps if gap <= caliper]
        assert len({j for j in row if j != NONE}) == len(got)


@given(SCORES, st.data())
def test_strata_are_never_crossed(scores: list[float], data: st.DataObject) -> None:
    strata = data.draw(st.lists(st.integers(0, 5), min_size=len(scores), max_size=len(scores)))
    moved = apart(np.array(scores), np.array(strata), 0.5)
    for i, a in enumerate(moved):
        for j, b in enumerate(moved):
            if strata[i] != strata[j]:
                assert abs(a - b) > 0.5
            else:
                assert abs(a - b) == pytest.approx(abs(scores[i] - scores[j]))


def test_the_local_variance_is_of_the_nearest_neighbour() -> None:
    found = local_variance(np.array([0.0, 10.0, 1.0]), np.array([5.0, 1.0, 3.0]))
    assert found.tolist() == [2.0, 2.0, 2.0]
