"""Customers without a contract: whether they buy again, for how much, and what is to be expected of them."""

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from careworth.report.language import speaking, translated, translated_sentences, words_of
from careworth.worth.loyalty import Loyalty, measure_loyalty
from loyalty_company import LENGTH, UNTIL, Array, Company, company, moments, rolled

CUSTOMERS = 4000
MARGIN = 5.0
MORE = 1.6
"""What care multiplies the rate of buying with, from the trouble on."""


def bought(effect: float = 1.0, seed: int = 1, margin: bool = True) -> tuple[Company, dict[str, float]]:
    """The made-up company with nobody under contract, its purchases, and what care did to them.

    Customers buy at a rate of their own, and each stops for good after so many purchases as chance wants.
    """
    known, dice = company(seed, CUSTOMERS, effect=effect), rolled(seed, CUSTOMERS, effect)
    rng = np.random.default_rng(seed + 77)
    since, more = np.maximum(dice.joined, 0.0), MORE**effect
    rate = rng.gamma(2.0, 3.0 / 365, CUSTOMERS)
    most = rng.geometric(rng.beta(1.0, 12.0, CUSTOMERS).clip(1e-3))
    who = np.repeat(np.arange(CUSTOMERS), rng.poisson(rate * more * (LENGTH - since)))
    when = since[who] + rng.random(len(who)) * (LENGTH - since)[who]
    paid = rng.gamma(6.0, MARGIN / 6.0, len(who))
    order = np.lexsort((when, who))
    who, when = who[order], when[order]
    would = rng.random(len(who)) < 1 / more
    after = when >= dice.zero[who]
    arms = [first(who, would, most), first(who, would | after, most)]
    real = np.where(dice.cared[who], arms[1], arms[0])
    known.tables["purchases"] = pa.table(
        {
            "customer": dice.ids[who[real]],
            "at": moments(when[real]),
            "amount": 3 * paid[real],
            "margin": pa.array(paid[real]) if margin else pa.nulls(int(real.sum()), pa.float64()),
            "attributed": pa.nulls(int(real.sum()), pa.string()),
        }
    )
    year = after & (when < dice.zero[who] + 365)
    times = [np.bincount(who[arm & year], minlength=CUSTOMERS) for arm in arms]
    money = [np.bincount(who[arm & year], weights=paid[arm & year], minlength=CUSTOMERS) for arm in arms]
    truth = {
        "repeat_share": float(((times[1] > 0) * 1.0 - (times[0] > 0))[dice.counted].mean()),
        "purchase_money_per_customer": float((money[1] - money[0])[dice.counted].mean()),
    }
    return without_contract(known), truth


def first(who: Array, happen: Array, most: Array) -> Array:
    """Of the purchases that would happen, sorted by customer and time, each customer's first so many."""
    until = np.cumsum(happen)
    begins = np.searchsorted(who, who)
    before = np.where(begins > 0, until[begins - 1], 0)
    return happen & (until - before <= most[who])


def without_contract(known: Company) -> Company:
    table = known.tables["customers"]
    place = table.column_names.index("contract")
    nobody = pa.array(np.zeros(table.num_rows, dtype=bool))
    known.tables["customers"] = table.set_column(place, "contract", nobody)
    return known


@cache
def answer(effect: float = 1.0) -> tuple[Loyalty, dict[str, float]]:
    known, truth = bought(effect)
    return measure_loyalty(known.engine(), until=UNTIL), truth


@pytest.mark.parametrize("name", ["repeat_share", "purchase_money_per_customer"])
def test_what_they_buy_lies_near_the_truth(name: str) -> None:
    found, truth = answer()
    finding = found.measure("m1_retention").finding(name)
    assert finding is not None
    assert finding.effect.value is not None
    assert finding.effect.se is not None
    assert abs(finding.effect.value - truth[name]) < 3 * finding.effect.se


def test_what_is_to_be_expected_of_them_grows_less_than_what_they_bought() -> None:
    """The model takes a customer's rate for one that never changes, so the purchases before the trouble, in
    which care had no hand, hold it back; but it does grow."""
    found, truth = answer()
    ahead = found.measure("m1_retention").finding("value_ahead_per_customer")
    assert ahead is not None
    assert ahead.effect.low is not None
    assert ahead.effect.low > 0
    assert ahead.effect.value is not None
    assert ahead.effect.value < truth["purchase_money_per_customer"]
    assert ahead.unit == "money"
    words = found.measure("m1_retention").words
    assert "What they buy in these 365 days brings" in words
    assert "What is to be expected of the 365 days after these" in words


def test_care_that_does_nothing_changes_nothing_of_it() -> None:
    measure = answer(0.0)[0].measure("m1_retention")
    for name in ("repeat_share", "purchase_money_per_customer", "value_ahead_per_customer"):
        finding = measure.finding(name)
        assert finding is not None
        assert finding.effect.value is not None
        assert finding.effect.se is not None
        assert abs(finding.effect.value) < 3 * finding.effect.se


def test_who_buys_at_will_is_neither_retained_nor_saved() -> None:
    found = answer()[0]
    names = [finding.name for finding in found.measure("m1_retention").findings]
    assert names == ["repeat_share", "purchase_money_per_customer", "value_ahead_per_customer"]
    assert found.measure("m1_retention").stages == ()
    assert "too few" in (found.measure("m4_saves").missing or "")
    assert "whether they buy again" in " ".join(found.notes)


@pytest.mark.parametrize("language", ["id", "it", "ur"])
def test_what_is_said_of_them_is_said_in_every_language(language: str) -> None:
    with speaking(words_of(language)):
        for effect in (1.0, 0.0):
            found = answer(effect)[0]
            measure = found.measure("m1_retention")
            told = translated_sentences(measure.words)
            assert re.search("[Bb]uy|[Bb]rings|What|likely|customer", told) is None, told
            assert all(translated(finding.text) != finding.text for finding in measure.findings)
            assert all(translated(note) != note for note in found.notes)
        few = measure_loyalty(company(1, 1000).engine(), until=UNTIL).measure("m1_retention").stages[0]
        assert few.effect.reason is not None
        assert translated(few.effect.reason) != few.effect.reason


def test_without_purchases_the_table_is_named() -> None:
    found = measure_loyalty(without_contract(company(1, 2000)).engine(), until=UNTIL)
    assert "'purchases'" in (found.measure("m1_retention").missing or "")


def test_without_margins_nothing_is_expected_of_them() -> None:
    known, _ = bought(margin=False)
    measure = measure_loyalty(known.engine(), until=UNTIL).measure("m1_retention")
    assert measure.finding("value_ahead_per_customer") is None
    assert measure.finding("repeat_share") is not None
