import json
from collections.abc import Mapping

import numpy as np
import pytest
from causal_cases import apart, straight

from careworth.causal import DESIGNS, effect_of, report_lines
from careworth.errors import InputError, UnknownName

Table = dict[str, np.ndarray]


def table_of(rows: int = 400, seed: int = 111) -> Table:
    world = straight(rows, seed)
    return {
        "customer_id": np.arange(rows),
        "care": world.d.astype(int),
        "spend": world.y,
        **{f"x{j}": world.x[:, j] for j in range(4)},
    }


def given(**changes: object) -> Table:
    return table_of() | {name: np.asarray(value) for name, value in changes.items()}


@pytest.mark.parametrize("design", [d for d in DESIGNS if d not in {"auto", "doubly-robust"}])
def test_every_design_reports_estimators_of_another_kind(design: str) -> None:
    table = table_of(1500)
    report = effect_of(table, "care", "spend", design=design)
    assert report.covariates == ("x0", "x1", "x2", "x3")
    assert report.design == design
    names = [check.name for check in report.effect.checks]
    assert {"balance", "robustness value", "E-value", "leave one out", "placebo outcome"} <= set(names)
    assert names.count("second estimator") == len(report.others) >= 1
    assert len({other.method for other in (report.effect, *report.others)}) == 1 + len(report.others)


def test_the_default_is_doubly_robust_with_trees() -> None:
    report = effect_of(table_of(), "care", "spend", ["x0", "x1"], seed=3)
    assert report.design == "doubly-robust"
    assert "boosted" in report.effect.method
    assert report.seed == 3
    assert {other.design for other in report.others} == {"weighting", "matching"}
    assert report.raw.design == "raw comparison"
    assert {check.name for check in report.raw.checks} == {"balance", "overlap"}


def test_the_report_becomes_json_and_lines() -> None:
    report = effect_of(table_of(), "care", "spend", design="linear")
    loaded = json.loads(json.dumps(report.as_dict()))
    assert loaded["effect"]["value"] == report.effect.value
    assert loaded["rows"] == 400
    lines = report_lines(report)
    assert lines[0].startswith("spend by care: ")
    assert any("FAILED" in line and "balance" in line for line in lines)  # of the raw comparison


def test_no_value_is_said_in_words() -> None:
    world = apart(300, 112)
    table = {"d": world.d, "y": world.y, **{f"x{j}": world.x[:, j] for j in range(3)}}
    report = effect_of(table, "d", "y", design="linear")
    assert report.effect.value is None
    assert "no value. Treated and control rows do not overlap" in report_lines(report)[0]
    assert report.effect.failed


def test_an_experiment_needs_no_covariates() -> None:
    table = {name: table_of()[name] for name in ("care", "spend")}
    report = effect_of(table, "care", "spend", design="experiment", share=0.4)
    assert report.others == ()
    assert report.effect.check("sample ratio").passed is not None
    with pytest.raises(InputError, match="no covariates that vary"):
        effect_of(table, "care", "spend")


def test_text_covariates_count_by_level() -> None:
    plan = np.array(["basic", "plus", "pro"])[np.arange(400) % 3]
    region = np.array(["north", "south"], dtype=object)[np.arange(400) % 2]
    report = effect_of(given(plan=plan, region=region), "care", "spend", design="linear")
    rows = [row["covariate"] for row in report.effect.check("balance").table]
    assert {"plan=basic", "plan=plus", "plan=pro", "region=south"} <= set(rows)
    assert "region=north" not in rows


def test_a_placebo_outcome_tests_the_comparison() -> None:
    honest = np.random.RandomState(113).standard_normal(400)
    report = effect_of(given(before=honest), "care", "spend", design="linear", placebo_outcomes=["before"])
    assert "before" not in report.covariates
    assert report.effect.check("placebo outcome").passed is True
    biased = honest + table_of()["care"]
    failed = effect_of(given(before=biased), "care", "spend", design="linear", placebo_outcomes=["before"])
    assert failed.effect.check("placebo outcome").passed is False
    with pytest.raises(InputError, match="is a covariate"):
        effect_of(
            given(before=honest), "care", "spend", ["x0", "before"], "linear", placebo_outcomes=["before"]
        )
    with pytest.raises(UnknownName, match="'later'"):
        effect_of(table_of(), "care", "spend", ["x0"], "linear", placebo_outcomes=["later"])


BAD: dict[str, tuple[Mapping[str, object], str]] = {
    "treatment constant": ({"care": np.ones(400)}, "is 1 in every row"),
    "treatment of three values": ({"care": np.arange(400) % 3}, "other than 0 and 1"),
    "treatment in words": ({"care": ["yes", "no"] * 200}, "'care' is not numeric"),
    "treatment missing": ({"care": np.r_[np.nan, np.ones(399)]}, "1 missing or infinite"),
    "outcome in words": ({"spend": ["12 dollars"] * 400}, "'spend' is not numeric"),
    "outcome constant": ({"spend": np.zeros(400)}, "is 0 in every row"),
    "outcome missing": ({"spend": np.r_[np.nan, np.arange(399.0)]}, "1 missing or infinite"),
    "outcome with None": ({"spend": np.array([None, *range(399)], dtype=object)}, "1 missing or infinite"),
    "covariate infinite": ({"x0": np.r_[np.inf, np.arange(399.0)]}, "'x0' has 1 missing"),
    "covariate short": ({"x0": np.arange(399.0)}, "'x0' has shape"),
    "covariate a date": ({"x0": np.arange(400).astype("datetime64[D]")}, "neither number nor text"),
    "covariate a name": ({"x0": [f"person {i}" for i in range(400)]}, "400 different values"),
    "covariate with missing text": ({"x0": np.array(["a", None] * 200, dtype=object)}, "missing values"),
    "covariate the outcome": ({"x0": 3 - 2 * straight(400, 111).y}, "x0 is nearly the same as the outcome"),
    "covariate nearly the outcome": (
        {"x0": straight(400, 111).y + 0.05 * straight(400, 5).x[:, 0]},
        "x0 is nearly the same as the outcome",
    ),
    "covariate the outcome and some noise": (
        {"x0": straight(400, 111).y + 0.3 * straight(400, 5).x[:, 0]},
        "x0 is nearly the same as the outcome",
    ),
    "covariate a curve of the outcome": (
        {"x0": np.exp(2 * straight(400, 111).y)},
        "x0 is nearly the same as the outcome",
    ),
    "covariates that never vary": (
        {f"x{j}": np.full(400, 7.0) for j in range(4)},
        "no covariates that vary",
    ),
    "covariate the treatment": ({"x0": 5 + 2 * straight(400, 111).d}, "x0 tells treated and control"),
    "covariate beyond a threshold": (
        {"x0": straight(400, 5).x[:, 0] + 20 * straight(400, 111).d},
        "x0 tells treated and control",
    ),
    "covariate the source": (
        {"x0": np.where(straight(400, 111).d, "list A", np.array(["list B", "list C"])[np.arange(400) % 2])},
        "tells treated and control",
    ),
    "ids twice": ({"customer_id": np.r_[7, np.arange(399)]}, "1 rows repeat an earlier customer_id"),
}


@pytest.mark.parametrize("case", BAD)
def test_tables_that_cannot_be_used_are_refused_with_a_sentence(case: str) -> None:
    changes, words = BAD[case]
    with pytest.raises(InputError, match=words) as refused:
        effect_of(given(**changes), "care", "spend")
    assert refused.value.code == "input"


def test_a_table_given_twice_is_refused_with_and_without_ids() -> None:
    twice = {name: np.tile(column, 2) for name, column in table_of().items()}
    with pytest.raises(InputError, match="400 rows repeat an earlier customer_id"):
        effect_of(twice, "care", "spend")
    with pytest.raises(InputError, match="come at least twice"):
        effect_of({name: twice[name] for name in twice if name != "customer_id"}, "care", "spend")
    counts = np.random.RandomState(114).poisson(2.0, 800)
    coarse = {"care": twice["care"], "orders": counts, "kind": np.arange(800) % 3}
    assert effect_of(coarse, "care", "orders", design="linear").effect.value is not None


def test_names_that_are_not_there_are_refused() -> None:
    for arguments in (("care", "sales"), ("cared", "spend"), ("care", "spend", ["x9"])):
        with pytest.raises(UnknownName, match="no column"):
            effect_of(table_of(), *arguments)
    with pytest.raises(UnknownName, match="no design 'magic'"):
        effect_of(table_of(), "care", "spend", design="magic")
    with pytest.raises(InputError, match="same column"):
        effect_of(table_of(), "care", "care")
    with pytest.raises(InputError, match="cannot be a covariate as well"):
        effect_of(table_of(), "care", "spend", ["x0", "spend"])
    with pytest.raises(InputError, match="repeat an earlier x1"):
        effect_of(given(x1=np.arange(400) % 200), "care", "spend", ["x0"], unit="x1")


def test_one_treated_row_has_no_effect() -> None:
    one = np.zeros(400)
    one[3] = 1
    for design in DESIGNS:
        effect = effect_of(given(care=one), "care", "spend", design=design).effect
        assert effect.value is None, design
        assert effect.reason


def test_a_column_of_groups_is_a_covariate_though_called_an_id() -> None:
    report = effect_of(given(team_id=np.arange(400) % 7), "care", "spend", design="linear")
    assert "team_id" in report.covariates
    assert "customer_id" not in report.covariates
