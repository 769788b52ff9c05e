from fractions import Fraction
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_sample import TEXT

from careworth.errors import InputError
from careworth.plan import (
    RULES,
    Component,
    Outcome,
    Plan,
    Rule,
    check_plan,
    complete,
    parse_plan,
    prior,
    value_matrix,
)


def rules(text: str) -> set[str]:
    return {f"{one.kind}:{one.rule}" for one in check_plan(parse_plan(text), ("x",))}


def test_a_plan_that_keeps_every_rule() -> None:
    findings = check_plan(parse_plan(TEXT), ("x",))
    assert findings == () and complete(findings)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('goals = ["nps", "fast"]', 'goals = ["nps"]', "error:no-strategy"),
        ('strategies = ["experts"]', "strategies = []", "error:orphan"),
        ('strategies = ["experts"]', "strategies = []", "error:no-tactic"),
        ('objectives = ["loyalty", "praise"]', 'objectives = ["loyalty"]', "error:no-goal"),
        ('objectives = ["loyalty", "praise"]', 'objectives = ["glory"]', "error:unknown"),
        ("target = 59\n", "", "error:no-target"),
        ("baseline = 0.4\n", "", "error:no-baseline"),
        ('unit = "points"\n', "", "error:no-unit"),
        ("due = 2026-12-31\nvalues", "values", "error:no-due"),
        ("due = 2026-12-31\nvalues", "due = 2025-12-31\nvalues", "error:due-first"),
        ("values = [{ on = 2026-02-01, value = 52.5 }]\n", "", "warning:not-live"),
        ('measure = "answered_within_1h"', 'measure = "likes"', "error:no-measure"),
        ('unit = "share"', 'unit = "minutes"', "error:unit"),
        ('goals = ["fast"]\nchannel', "channel", "error:component-goals"),
        ('owner = "Ben"\n', "", "warning:no-owner"),
        ("page = 0.7", "page = 0.6", "error:shares-sum"),
        ("forum = 0.3", "ears = 0.3", "error:shares-names"),
        ("web = 0.4", "web = 0.5", "error:units-sum"),
        ('stages = ["loyalty"]', "", "gap:stage"),
        ('kind = "customer_community"', 'kind = "mass_network"', "gap:collaboration"),
        ('kind = "listening_post"', 'kind = "mass_network"', "gap:listening"),
        ('channel = "x"\nbrand', 'channel = "mastodon"\nbrand', "gap:channel"),
        (
            'kind = "listening_post"\n',
            'kind = "listening_post"\nchannel = "x"\nbrand = "@care"\n',
            "duplicate:same-account",
        ),
    ],
)
def test_each_rule_is_told_when_it_is_broken(old: str, new: str, rule: str) -> None:
    assert old in TEXT
    assert rule in rules(TEXT.replace(old, new, 1))


def test_two_components_with_one_purpose_are_duplicates() -> None:
    text = TEXT + '[components.second]\nkind = "customer_community"\npurpose = "Customers  help each other"\n'
    assert "duplicate:same-purpose" in rules(text)


def test_more_than_five_objectives_are_a_warning() -> None:
    many = "".join(f'[objectives.o{number}]\ntext = "x"\n' for number in range(4))
    assert "warning:many-objectives" in rules(TEXT + many)
    assert "warning:many-objectives" not in rules(TEXT + many.split("[objectives.o3]")[0])


def test_the_matrix_by_hand() -> None:
    matrix = value_matrix(parse_plan(TEXT))
    cells = {(cell.component, cell.value): cell for cell in matrix.cells}
    assert cells["page", "sales"].amount == pytest.approx(700.07)
    assert cells["page", "sales"].prior is None
    assert cells["ears", "leads"].amount == 33
    assert (cells["forum", "service"].amount, cells["forum", "service"].prior) == (None, 3)
    assert matrix.total == pytest.approx(1099.1)
    assert matrix.by_stage == pytest.approx({"purchase": 1000.1 + 49.5, "research": 49.5})
    assert matrix.by_unit == pytest.approx({"retail": 600.06, "web": 400.04, "not assigned": 99})
    assert (matrix.direct, matrix.assisted) == (1000.1, 99)


def test_rules_of_attribution_stand_side_by_side() -> None:
    plan = parse_plan(TEXT)
    found = {rule: value_matrix(plan, rule).by_component for rule in RULES}
    assert found["first"] == pytest.approx({"forum": 0, "page": 1000.1, "ears": 99})
    assert found["last"] == pytest.approx({"forum": 1099.1, "page": 0, "ears": 0})
    assert found["equal"] == pytest.approx({"forum": 533.05, "page": 533.05, "ears": 33})


def test_the_prior_is_that_of_its_source() -> None:
    assert [
        prior("social_crm", "insight"),
        prior("mass_network", "service"),
        prior("brand_profile", "leads"),
    ] == [3, 0, 2]


def test_shares_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(InputError, match=r"shares of orders add to 0\.9"):
        value_matrix(parse_plan(TEXT.replace("page = 0.7", "page = 0.6")))


PARTS = st.lists(st.integers(1, 9), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    outcomes=st.lists(
        st.tuples(
            st.floats(-1e6, 1e6), PARTS, PARTS, st.sampled_from(["sales", "leads", "insight"]), st.booleans()
        ),
        max_size=5,
    ),
    rule=st.sampled_from(RULES),
)
def test_every_group_adds_up_to_the_total(
    outcomes: list[tuple[float, list[int], list[int], str, bool]], rule: Rule
) -> None:
    def shares(parts: list[int], names: str) -> dict[str, float]:
        return {names[place]: float(Fraction(part, sum(parts))) for place, part in enumerate(parts)}

    plan = Plan(
        "OGST",
        components={name: Component("brand_profile") for name in "abc"},
        outcomes={
            str(place): Outcome(
                value, amount, tuple("abc"[: len(by)]), "x", direct, shares(by, "abc"), shares(units, "uvw")
            )  # type: ignore[arg-type]
            for place, (amount, by, units, value, direct) in enumerate(outcomes)
        },
    )
    matrix = value_matrix(plan, rule)
    whole = pytest.approx(fsum(amount for amount, *_ in outcomes), abs=1e-6)
    assert matrix.total == whole
    for group in (matrix.by_component, matrix.by_value, matrix.by_stage, matrix.by_unit):
        assert fsum(group.values()) == whole
    assert fsum(cell.amount for cell in matrix.cells if cell.amount is not None) == whole
    assert matrix.direct + matrix.assisted == whole
