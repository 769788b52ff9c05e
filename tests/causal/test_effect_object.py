import json

import pytest

from careworth.causal import Check, Effect
from careworth.causal.effect import estimated, interval, nothing, shown
from careworth.errors import InputError

LOOK = Check(name="balance", passed=True, value=0.02, text="The groups look alike.")
FAULT = Check(name="overlap", passed=False, value=3.0, text="Nobody to compare with.")
ABOUT = {
    "estimand": "effect on the treated",
    "design": "matching",
    "method": "1:1",
    "n_treated": 10,
    "n_control": 20,
    "checks": (LOOK, FAULT),
    "assumptions": ("Chance decided.",),
}


def test_an_effect_without_checks_cannot_be_built() -> None:
    with pytest.raises(InputError, match="needs checks"):
        estimated(1.0, 0.5, **ABOUT | {"checks": ()})
    with pytest.raises(InputError, match="needs checks"):
        nothing("No reason at all.", **ABOUT | {"checks": ()})


def test_an_effect_without_a_value_says_why_and_has_no_interval() -> None:
    assert nothing("Too few.", **ABOUT).reason == "Too few."
    with pytest.raises(InputError, match="needs a reason"):
        nothing("", **ABOUT)
    with pytest.raises(InputError, match="no interval either"):
        Effect(value=None, low=0.0, high=1.0, se=None, reason="Too few.", **ABOUT)


@pytest.mark.parametrize(
    ("value", "low", "high", "se"),
    [(1.0, None, 2.0, 0.1), (1.0, 0.0, 2.0, None), (3.0, 0.0, 2.0, 0.1), (float("nan"), 0.0, 2.0, 0.1)],
)
def test_a_value_comes_with_an_interval_that_holds_it(
    value: float, low: float | None, high: float, se: float | None
) -> None:
    with pytest.raises(InputError):
        Effect(value=value, low=low, high=high, se=se, **ABOUT)


def test_zero_is_a_value() -> None:
    effect = estimated(0.0, 0.5, **ABOUT)
    assert effect.value == 0.0
    assert effect.reason is None


def test_failed_checks_stand_beside_the_number() -> None:
    effect = estimated(1.0, 0.5, **ABOUT)
    assert effect.failed == (FAULT,)
    assert effect.check("balance") is LOOK
    assert effect.with_checks(FAULT).checks == (LOOK, FAULT, FAULT)
    with pytest.raises(InputError, match="no check called 'placebo'"):
        effect.check("placebo")


def test_an_effect_becomes_json() -> None:
    loaded = json.loads(json.dumps(estimated(1.0, 0.5, **ABOUT).as_dict()))
    assert loaded["checks"][1]["passed"] is False
    assert loaded["level"] == 0.95


def test_intervals_are_those_of_the_tables() -> None:
    # Standard normal 97.5 % point 1.959964; Student's t with 10 degrees of freedom 2.228139.
    assert interval(1.0, 1.0) == pytest.approx((1 - 1.959964, 1 + 1.959964), abs=1e-6)
    assert interval(0.0, 2.0, df=10) == pytest.approx((-4.456278, 4.456278), abs=1e-5)


@pytest.mark.parametrize(
    ("value", "text"),
    [(15204.7, "15,205"), (1505.4, "1,505"), (0.0316, "0.03160"), (-2.5, "-2.500"), (0.0, "0")],
)
def test_numbers_in_sentences(value: float, text: str) -> None:
    assert shown(value) == text
