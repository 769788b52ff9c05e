"""M7: requests that a change of a process made unnecessary."""

import numpy as np
import pyarrow as pa
import pytest

from careworth.causal.checks import detectable
from careworth.worth.loyalty import LoyaltyMeasure, measure_loyalty
from careworth.worth.loyalty._process import avoided
from loyalty_company import UNTIL, Company, company, moments


def test_what_the_untouched_kinds_lead_to_expect_less_what_came() -> None:
    """10 a week beside 100 become 12 beside 200: 20 were to be expected, 8 a week did not come."""
    y, c = np.r_[np.full(40, 10.0), np.full(20, 12.0)], np.r_[np.full(40, 100.0), np.full(20, 200.0)]
    effect = avoided(y, c, 40)
    assert effect.value == pytest.approx(8 * 30.4375 / 7)
    variance = 0.1 * 4000 + 0.01 * 4000 + 400**2 * (1 / 400 + 1 / 4000)
    assert effect.se == pytest.approx(np.sqrt(variance) / 20 * 30.4375 / 7)
    assert effect.check("minimum detectable effect").value == pytest.approx(detectable(effect.se or 0.0))


def test_intervals_hold_the_requests_that_were_avoided() -> None:
    """Seasons move all kinds alike; a third of the requests of one kind stop coming."""
    held = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        season = 1 + 0.4 * np.sin(np.arange(100) / 8)
        wanted, others = rng.poisson(12 * season), rng.poisson(60 * season)
        came = np.where(np.arange(100) < 60, wanted, rng.binomial(wanted, 2 / 3)).astype(float)
        truth = (wanted - came)[60:].mean() * 30.4375 / 7
        effect = avoided(came, others.astype(float), 60)
        assert effect.low is not None
        assert effect.high is not None
        held.append(effect.low <= truth <= effect.high)
    assert 0.91 <= np.mean(held) <= 0.99


def changed(day: float, kinds: str = "billing", from_social: bool = True) -> LoyaltyMeasure:
    made: Company = company(1, 1500)
    made.tables["process_changes"] = pa.table(
        {
            "change": ["p1"],
            "at": moments(np.array([day])),
            "kinds": [kinds],
            "from_social": [from_social],
            "title": ["clearer bills"],
        }
    )
    return measure_loyalty(made.engine(), until=UNTIL).measure("m7_process")


@pytest.mark.parametrize(
    ("day", "kinds", "reason"),
    [
        (30.0, "billing", "too few weeks of records before"),
        (1090.0, "billing", "fewer than 8 weeks of records after"),
        (400.0, "parking", "no requests of the kinds parking"),
        (400.0, "billing,delivery,outage", "No other kind of request"),
    ],
)
def test_what_cannot_be_known_has_a_reason_and_no_number(day: float, kinds: str, reason: str) -> None:
    effect = changed(day, kinds).findings[0].effect
    assert effect.value is None
    assert reason in str(effect.reason)


def test_a_change_that_is_not_of_the_social_team_is_not_its_doing() -> None:
    measure = changed(400.0, from_social=False)
    assert measure.findings == ()
    assert measure.words == "No change of a process came from the social team."
