"""The seven measures on a made-up company whose truth is known, and what holds for any company."""

from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from careworth.worth.loyalty import Loyalty, measure_loyalty
from loyalty_company import UNTIL, company, rolled

FINDINGS = {
    "per_customer_months": "m1_retention",
    "retained_share": "m1_retention",
    "contacts_per_customer": "m2_operating_cost",
    "visit_share": "m3_self_help",
    "share_rate": "m5_rants",
    "bought_share": "m6_cross_sell",
}


@cache
def answer(seed: int = 1, effect: float = 1.0) -> Loyalty:
    return measure_loyalty(company(seed, 4000, effect=effect).engine(), until=UNTIL)


@pytest.mark.parametrize("name", FINDINGS)
def test_the_truth_lies_near_the_estimate(name: str) -> None:
    finding = answer().measure(FINDINGS[name]).finding(name)
    assert finding is not None
    assert finding.effect.value is not None
    assert finding.effect.se is not None
    truth = company(1, 4000).truth[name]
    assert abs(finding.effect.value - truth) < 3 * finding.effect.se
    (matched,) = finding.others
    assert matched.value is not None
    assert matched.se is not None
    assert abs(matched.value - truth) < 3.5 * matched.se


def test_the_naive_comparison_is_wrong_where_this_one_is_right() -> None:
    """Ever answered against never, counted from the trouble on: who lived to be answered has lived longer,
    and whose trouble was severe wrote more often."""
    dice, known = rolled(1, 12_000, 1.0), company(1, 12_000)
    truth = known.truth["per_customer_months"]
    kept = np.minimum(dice.real(dice.left) - dice.zero, 365) / 30.4375
    naive = kept[dice.cared].mean() - kept[~dice.cared].mean()
    ours = measure_loyalty(known.engine(), until=UNTIL).measure("m1_retention").findings[0].effect
    assert ours.low is not None
    assert ours.high is not None
    assert ours.low <= truth <= ours.high
    assert naive < ours.low


def test_no_effect_is_found_where_there_is_none() -> None:
    answers = [measure_loyalty(company(seed, 2000, effect=0.0).engine(), until=UNTIL) for seed in range(3)]
    found = [one.measure(measure).finding(name) for one in answers for name, measure in FINDINGS.items()]
    assert all(one is not None for one in found)
    false = [one for one in found if one is not None and not one.effect.low <= 0 <= one.effect.high]
    assert len(false) <= 4


def test_parts_and_units_add_up_to_the_total_and_overlap_is_taken_out() -> None:
    total = answer().total
    assert total is not None
    assert total.money is not None
    assert sum(part.counted for part in total.parts) == pytest.approx(total.money[1], rel=1e-9)
    assert sum(unit.counted for unit in total.units) == pytest.approx(total.money[1], rel=1e-9)
    assert sum(unit.customers for unit in total.units) == total.customers
    money = total.customers_money["money"].to_numpy()
    assert len(money) == total.customers
    assert money.sum() == pytest.approx(total.money[1], rel=1e-9)
    saves = next(part for part in total.parts if part.name == "m4_saves")
    assert saves.gross != 0
    assert saves.counted == 0


def test_care_that_makes_customers_ask_more_is_told_to_cost_more() -> None:
    measure = answer().measure("m2_operating_cost")
    saving = measure.finding("money_per_customer")
    assert saving is not None
    assert saving.effect.high is not None
    assert saving.effect.high < 0
    assert "extra cost" in measure.words
    assert "this measure is negative" in measure.words


def test_every_headline_carries_its_checks() -> None:
    names = [check.name for check in answer().measure("m1_retention").findings[0].effect.checks]
    assert names == [
        "balance",
        "overlap",
        "minimum detectable effect",
        "second estimator",
        "Rosenbaum bound",
        "robustness value",
        "E-value",
        "leave one out",
        "placebo outcome",
        "placebo time",
        "negative control",
        "identity links",
        "repeated looks",
    ]


def test_attributed_sales_stand_apart_from_what_care_caused() -> None:
    measure = answer().measure("m6_cross_sell")
    assert measure.counts["attributed_sales"] > 0
    assert "counted apart" in measure.words


@pytest.mark.parametrize(
    ("table", "measure"),
    [
        ("care_contacts", "m2_operating_cost"),
        ("at_risk", "m4_saves"),
        ("subscriptions", "m6_cross_sell"),
        ("process_changes", "m7_process"),
    ],
)
def test_a_missing_table_costs_its_measure_and_no_other(table: str, measure: str) -> None:
    found = measure_loyalty(company(1, 2000).engine(table), until=UNTIL)
    assert table in (found.measure(measure).missing or "")
    assert found.measure("m1_retention").missing is None
    assert found.total is not None


def test_customers_who_buy_at_will_are_not_in_retention() -> None:
    known = company(1, 3000)
    table = known.tables["customers"]
    at_will = np.arange(table.num_rows) % 3 > 0
    contract = pa.array(at_will)
    place = table.column_names.index("contract")
    known.tables["customers"] = table.set_column(place, "contract", contract)
    found = measure_loyalty(known.engine(), until=UNTIL)
    effect = found.measure("m1_retention").findings[0].effect
    assert effect.n_treated < 0.75 * found.exposed
    assert "buy at will" in " ".join(found.notes)


def test_wrong_links_are_told() -> None:
    """A stranger is exposed by a wrong link only with a trouble of his own: most of what 3 in 10 wrong links
    do is to hide exposed customers among the controls."""
    found = measure_loyalty(company(1, 2000, wrong=0.3).engine(), until=UNTIL)
    check = found.measure("m1_retention").findings[0].effect.check("identity links")
    assert check.value is not None
    assert 0.8 < check.value < 0.95


def test_the_same_seed_gives_the_same_figures() -> None:
    first, second = (measure_loyalty(company(2, 1500).engine(), until=UNTIL).as_dict() for _ in range(2))
    assert first == second


def test_stages_of_life_are_told_from_a_hundred_exposed_on() -> None:
    large = measure_loyalty(company(1, 8000).engine(), until=UNTIL)
    stages = {stage.name: stage.effect.n_treated for stage in large.measure("m1_retention").stages}
    assert set(stages) == {"new", "growing", "mature"}
    assert 0.98 * large.exposed <= sum(stages.values()) <= large.exposed
    small = {stage.name: stage.effect for stage in answer().measure("m1_retention").stages}
    assert small["new"].value is None
    assert f"{small['new'].n_treated} exposed" in (small["new"].reason or "")
    assert min(small[name].n_treated for name in ("growing", "mature")) >= 98
    assert all(small[name].value is not None for name in ("growing", "mature"))
