"""M7: requests that a change of a process made unnecessary."""

import numpy as np
import pyarrow as pa
import pytest

from careworth.causal import Effect
from careworth.causal.checks import detectable
from careworth.worth.loyalty import LoyaltyMeasure, measure_loyalty
from careworth.worth.loyalty._avoided import avoided
from careworth.worth.loyalty._requests import Requests
from loyalty_company import UNTIL, Company, company, moments

Counts = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def asked(changed: Counts, others: Counts, start: int, askers: Counts | None = None) -> Effect:
    """The effect on counts (parts, weeks) of requests, each of a customer of its own, or of ``askers``."""
    counts = np.stack([others, changed])
    kind, part, week = (np.repeat(place, counts.ravel()) for place in map(np.ravel, np.indices(counts.shape)))
    people = np.arange(len(kind)) if askers is None else askers
    found = Requests(
        person=people,
        week=week,
        part=part,
        kind=kind,
        kinds=("other", "changed"),
        first=0,
        weeks=counts.shape[2],
        cost=None,
    )
    return avoided(found, kind == 1, start)


def series(before: int, weeks: int, after: int, more: int) -> Counts:
    return np.repeat([before, after], [weeks, more])[None]


def test_what_the_untouched_kinds_lead_to_expect_less_what_came() -> None:
    """10 a week beside 100 become 12 beside 200: 20 were to be expected, 8 a week did not come."""
    effect = asked(series(10, 40, 12, 20), series(100, 40, 200, 20), 40)
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
        came = np.where(np.arange(100) < 60, wanted, rng.binomial(wanted, 2 / 3))
        held.append(holds(asked(came[None], others[None], 60), (wanted - came)[60:].mean()))
    assert 0.91 <= np.mean(held) <= 0.99


def holds(effect: Effect, a_week: float) -> bool:
    assert effect.low is not None
    assert effect.high is not None
    return effect.low <= a_week * 30.4375 / 7 <= effect.high


def test_troubles_that_become_more_do_not_look_like_a_change() -> None:
    """Customers with a trouble behind them ask less about the changed kind; from week 50 on there are more of
    them. Nothing was changed: taken together, requests would seem to have been avoided."""
    few, many = np.repeat([20, 20], [50, 50]), np.repeat([5, 40], [50, 50])
    changed, others = np.stack([few, many]), np.stack([5 * few, 25 * many])
    apart = asked(changed, others, 60)
    assert apart.value == pytest.approx(0, abs=1e-9)
    together = asked(changed.sum(axis=0)[None], others.sum(axis=0)[None], 60)
    assert together.low is not None
    assert together.low > 0


def test_customers_who_ask_again_make_the_interval_wider() -> None:
    """Four requests of each customer tell as much as one."""
    y, c = series(12, 40, 12, 20), series(100, 40, 100, 20)
    alone = asked(y, c, 40)
    again = asked(y, c, 40, np.arange(int(y.sum() + c.sum())) // 4)
    assert again.value == alone.value
    assert again.se is not None
    assert alone.se is not None
    assert again.se == pytest.approx(2 * alone.se, rel=0.02)


def test_intervals_hold_where_customers_ask_again() -> None:
    """Each customer asks about one thing in bursts; two in five requests of one kind stop coming."""
    held = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        n = 800
        times = rng.poisson(2.0, n)
        person = np.repeat(np.arange(n), times)
        week = np.clip(np.repeat(rng.integers(0, 100, n), times) + rng.integers(0, 20, len(person)), 0, 99)
        kind = np.repeat(rng.random(n) < 0.25, times)
        spared = kind & (week >= 60) & (rng.random(len(person)) < 0.4)
        rows = ~spared
        found = Requests(
            person=person[rows],
            week=week[rows],
            part=np.zeros(int(rows.sum()), dtype=np.int64),
            kind=kind[rows].astype(np.int64),
            kinds=("other", "changed"),
            first=0,
            weeks=100,
            cost=None,
        )
        held.append(holds(avoided(found, kind[rows], 60), spared.sum() / 40))
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
