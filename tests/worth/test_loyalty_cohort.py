"""Who is in the cohort, from when, and what may be known of them: told by hand, customer by customer."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from careworth.errors import InputError
from careworth.facts.engines import DuckDBEngine
from careworth.worth.loyalty import Clock, Cohort, cohort_of, measure_loyalty, records_of
from careworth.worth.loyalty._known import known
from loyalty_company import UNTIL, company, moments

PEOPLE = ("answered", "waited", "ignored", "silent", "gone", "later", "test", "again")


def engine(**tables: dict[str, Any]) -> DuckDBEngine:
    """Tables of a company of a few customers, all there since day 0."""
    n = len(PEOPLE)
    left = np.array([np.inf, np.inf, np.inf, np.inf, 101.5, np.inf, np.inf, np.inf])
    known: dict[str, dict[str, Any]] = {
        "customers": {
            "customer": list(PEOPLE),
            "joined_at": moments(np.zeros(n)),
            "left_at": moments(left, ~np.isfinite(left)),
            "margin_month": np.full(n, 10.0),
            "plan": ["basic"] * n,
            "unit": ["north"] * n,
            "contract": [True] * n,
            "test": [name == "test" for name in PEOPLE],
        },
        "identities": {
            "channel": ["x"] * n,
            "contact": [f"@{name}" for name in PEOPLE],
            "customer": list(PEOPLE),
            "probability": np.full(n, 0.9),
        },
        "conversations": conversations(
            ("answered", 101.0, 102.0),
            ("waited", 101.0, 120.0),
            ("ignored", 101.0, None),
            ("again", 50.0, 51.0),
        ),
        "troubles": troubles(*((name, 100.0) for name in PEOPLE if name != "later"), ("later", 1000.0)),
        "at_risk": {"customer": pa.nulls(0, pa.string()), "at": moments(np.empty(0)), "kind": pa.nulls(0)},
    }
    found = DuckDBEngine({})
    for name, columns in {**known, **tables}.items():
        found.run(f"drop view if exists {name}")
        found.register(name, pa.table(columns))
    return found


def conversations(*rows: tuple[str, float, float | None]) -> dict[str, Any]:
    answered = np.array([np.inf if at is None else at for _, _, at in rows])
    told = moments(answered, ~np.isfinite(answered))
    opened = np.array([at for _, at, _ in rows])
    return {
        "channel": ["x"] * len(rows),
        "contact": [f"@{name}" for name, _, _ in rows],
        "opened_at": moments(opened),
        "opened_by_customer": [True] * len(rows),
        "first_response_at": told,
        "first_reply_at": told,
        "last_message_at": moments(opened + 1),
    }


def troubles(*rows: tuple[str, float]) -> dict[str, Any]:
    return {
        "customer": [name for name, _ in rows],
        "at": moments(np.array([at for _, at in rows])),
        "kind": ["billing"] * len(rows),
        "severity": np.ones(len(rows)),
    }


def cohort(found: DuckDBEngine, **clock: int) -> Cohort:
    return cohort_of(records_of(found, UNTIL), "troubles", Clock(**clock))


def parts(found: Cohort) -> dict[str, str]:
    return dict(zip(found.rows["customer"].to_pylist(), found.rows["part"].to_pylist(), strict=True))


def test_the_window_of_grace_decides_the_group() -> None:
    found = cohort(engine())
    unanswered = "wrote and got no answer in time"
    assert parts(found) == {
        "answered": "exposed",
        "waited": unanswered,
        "ignored": unanswered,
        "silent": "control",
    }
    assert found.left_out == {
        "left before the groups could be told apart": 1,
        "met the social team before": 1,
        "not yet followed for long enough": 1,
        unanswered: 2,
    }


def test_a_longer_grace_makes_who_waited_exposed() -> None:
    assert parts(cohort(engine(), grace=21))["waited"] == "exposed"


def test_a_sign_within_the_quiet_days_starts_no_second_trouble() -> None:
    found = cohort(engine(troubles=troubles(("silent", 100.0), ("silent", 120.0), ("silent", 151.0))))
    zero = found.rows["zero"].to_numpy()
    assert found.rows["customer"].to_pylist() == ["silent", "silent"]
    assert (zero[1] - zero[0]) / 86_400e6 == 51


def test_an_unlikely_link_is_nobodys() -> None:
    links = {
        "channel": ["x", "x"],
        "contact": ["@answered", "@answered"],
        "customer": ["answered", "silent"],
        "probability": [0.4, 0.45],
    }
    assert set(parts(cohort(engine(identities=links))).values()) == {"control"}


def test_only_what_was_known_before_the_trouble_is_a_covariate() -> None:
    contacts = {
        "customer": ["silent"] * 4,
        "channel": ["phone"] * 4,
        "at": moments(np.array([20.0, 99.0, 100.0, 130.0])),
        "kind": ["billing"] * 4,
        "cost": np.arange(4.0),
        "solved": [True] * 4,
    }
    found = cohort(engine(care_contacts=contacts))
    row = found.rows["customer"].to_pylist().index("silent")
    assert found.known("care_contacts", "count(*)")[row] == 2
    assert found.known("care_contacts", "count(*)", days=30)[row] == 1
    assert found.after("care_contacts", "sum(r.cost)")[row] == 5
    assert found.after("care_contacts", "count(*)", days=30)[row] == 1
    assert np.isnan(found.known("care_contacts", "count(*)")[row - 1])


def test_the_trouble_behind_a_step_towards_leaving_is_a_covariate_of_saves() -> None:
    """Who has it worse writes and leaves more often; the step itself does not say how bad it was."""
    told = {**troubles(("silent", 90.0), ("silent", 100.0), ("answered", 100.0)), "severity": [1.0, 5.0, 2.0]}
    steps = {"customer": ["answered", "silent"], "at": moments(np.full(2, 100.5)), "kind": ["complaint"] * 2}
    found = cohort_of(records_of(engine(troubles=told, at_risk=steps), UNTIL), "at_risk", Clock())
    covariates = known(found)
    severity = covariates.x[:, covariates.names.index("severity of the last trouble")]
    assert dict(zip(found.rows["customer"].to_pylist(), severity.tolist(), strict=True)) == {
        "answered": 2.0,
        "silent": 5.0,
    }


def test_without_a_table_of_troubles_the_first_sign_starts_the_clock() -> None:
    contacts = {
        "customer": ["silent"],
        "channel": ["phone"],
        "at": moments(np.array([100.0])),
        "kind": ["billing"],
        "severity": [2.0],
    }
    none = {name: values[:0] for name, values in troubles(("silent", 1.0)).items()}
    found = cohort_of(records_of(engine(troubles=none, care_contacts=contacts), UNTIL), "seen", Clock())
    assert parts(found)["answered"] == "exposed"
    assert parts(found)["silent"] == "control"


def test_a_control_must_have_been_there_when_an_exposed_was_answered() -> None:
    """The only exposed was answered 2 days after the trouble: who left after 1.5 is compared with nobody."""
    assert "gone" not in parts(cohort(engine()))
    left = np.full(len(PEOPLE), np.inf)
    left[PEOPLE.index("gone")] = 102.5
    customers = {
        "customer": list(PEOPLE),
        "joined_at": moments(np.zeros(len(PEOPLE))),
        "left_at": moments(left, ~np.isfinite(left)),
        "margin_month": np.full(len(PEOPLE), 10.0),
        "plan": ["basic"] * len(PEOPLE),
        "unit": ["north"] * len(PEOPLE),
        "contract": [True] * len(PEOPLE),
        "test": [False] * len(PEOPLE),
    }
    assert parts(cohort(engine(customers=customers)))["gone"] == "control"


def test_too_few_customers_are_told_and_not_compared() -> None:
    answer = measure_loyalty(engine(), until=UNTIL)
    assert (answer.exposed, answer.controls, answer.total) == (1, 1, None)
    assert answer.measure("m1_retention").missing == (
        "1 exposed and 1 comparable customers are too few for this measure, which needs 30 of each."
    )


@pytest.mark.parametrize("table", ["customers", "identities", "conversations"])
def test_without_customers_handles_or_conversations_nothing_can_be_said(table: str) -> None:
    with pytest.raises(InputError, match=f"{table} has no rows"):
        measure_loyalty(company(1, 200).engine(table), until=UNTIL)


def test_a_grace_beyond_the_horizon_is_refused() -> None:
    with pytest.raises(InputError, match="does not fit"):
        measure_loyalty(engine(), until=UNTIL, clock=Clock(horizon=7, grace=7))
