import sys
from datetime import date
from math import factorial
from typing import Any

import numpy as np
import pytest
from maturity_facts import all_at

from careworth.errors import InputError
from careworth.maturity import Change, Money, Peer, Present, Standing, assess, simulate_queue, what_if
from careworth.maturity._queue import Service

FLAT = np.ones(168)


def erlang_c(rate: float, servers: int) -> float:
    """Probability to wait in M/M/c; rate in services per server-time."""
    top = rate**servers / factorial(servers) * servers / (servers - rate)
    return top / (sum(rate**k / factorial(k) for k in range(servers)) + top)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (4, 0.8)])
def test_the_queue_agrees_with_erlang(servers: int, load: float) -> None:
    """M/M/c: mean wait C x handling / (c - a); share within t: 1 - C exp(-(c - a) t / handling)."""
    handling, offered = 6.0, servers * load
    arrivals = FLAT * offered * 60 / handling
    staff = np.full(168, servers)
    found = simulate_queue(arrivals, staff, handling, weeks=30, within=(10,), seed=3)
    waiting = erlang_c(offered, servers)
    assert found.mean_wait == pytest.approx(waiting * handling / (servers - offered), rel=0.12)
    within = 1 - waiting * np.exp(-(servers - offered) * 10 / handling)
    assert found.within[10] == pytest.approx(within, abs=0.02)
    assert found.occupancy == pytest.approx(load)


def test_whoever_writes_at_night_waits_for_the_morning() -> None:
    staff = np.where(np.arange(168) % 24 == 9, 50, 0)
    arrivals = np.where(np.arange(168) % 24 == 1, 3.0, 0.0)
    found = simulate_queue(arrivals, staff, 1.0, within=(60 * 7, 60 * 8))
    assert found.within[60 * 7] < 0.1 and found.within[60 * 8] == 1
    assert 420 < found.mean_wait < 480


@pytest.mark.parametrize(
    ("staff", "handling", "told"),
    [
        (np.zeros(168, int), 5, "Nobody is on duty"),
        (np.ones(168, int), 0, "handling time"),
        (np.ones(3, int), 5, "168"),
    ],
)
def test_impossible_queues_are_refused(
    staff: "np.ndarray[tuple[int], np.dtype[np.int64]]", handling: float, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        simulate_queue(FLAT, staff, handling)


def present() -> Present:
    return Present(FLAT * 10, np.full(168, 1), 5.7, 0.6)


def test_more_people_answer_sooner_and_cost_more() -> None:
    change = Change(more_agents=1, money=Money("EUR", 20, (1, 2, 3)), levels={"training": 4})
    result = what_if(assess(all_at(1, 3)), change, present())
    assert result.now.answered_in_time is not None and result.then.answered_in_time is not None
    assert result.then.answered_in_time.low > result.now.answered_in_time.high
    assert (result.now.staffed_hours_week, result.then.staffed_hours_week) == (168, 336)
    assert result.cost_month == pytest.approx(168 * 52 / 12 * 20)
    gained = result.then.answered_in_time.value - result.now.answered_in_time.value
    assert result.worth_month is not None and result.net_month is not None
    assert result.worth_month.value == pytest.approx(gained * 10 * 168 * 52 / 12 * 2)
    assert result.net_month.value == pytest.approx(result.worth_month.value - result.cost_month)
    assert (result.now.quadrant, result.now.investment) == ("Contender", 25)
    assert result.then.investment is not None and result.then.investment > 25


def test_without_a_change_nothing_changes() -> None:
    result = what_if(assess(all_at(1, 3)), Change(money=Money("EUR", 20)), present())
    assert result.now == result.then and result.cost_month == 0


def test_the_present_is_simulated_once_for_all_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    simulated: list[int] = []

    def counted(*args: Any, **kwargs: Any) -> Service:
        simulated.append(kwargs["seed"])
        return simulate_queue(*args, **kwargs)

    monkeypatch.setattr(sys.modules["careworth.maturity.what_if"], "simulate_queue", counted)
    facts = Present(FLAT * 10, np.full(168, 2), 5.9, 0.6)
    found = [what_if(assess(all_at(1, 3)), Change(more_agents=more), facts, runs=2) for more in (1, 2, 1)]
    assert len(simulated) == 2 + 2 * 2, "the present, and each of two changes"
    assert found[0] == found[2] and found[0].now == found[1].now and found[0].then != found[1].then


def test_without_facts_only_the_score_is_told() -> None:
    result = what_if(assess(all_at(1, 3)), Change(levels={"training": 4}), None)
    assert result.then.answered_in_time is None and "No facts" in result.notes[0]
    assert result.then.investment != result.now.investment


def test_hours_that_are_no_span_are_refused() -> None:
    with pytest.raises(InputError, match="no span of a day"):
        what_if(assess(all_at(1, 3)), Change(hours=(20, 8)), present())


def _peer(name: str, *points: float) -> Peer:
    days = [date(2025, 1, 1), date(2026, 1, 1)]
    return Peer(name, tuple(Standing(day, one, one) for day, one in zip(days, points, strict=False)))


def test_standing_still_while_others_climb_is_falling_behind() -> None:
    own = [Standing(date(2025, 1, 1), 50, 50)]
    peers = (_peer("B", 40, 70), _peer("C", 30, 60), _peer("D", 80, 80))
    profile = assess(all_at(2, 2), earlier=own, peers=peers, on=date(2026, 1, 1))
    for position in profile.positions:
        assert (position.rank_before, position.rank) == (2, 4)
        assert position.falling_behind and position.change == 0 and position.peers_change == 30
    still = assess(all_at(2, 2), earlier=own, peers=(_peer("B", 40, 40),), on=date(2026, 1, 1))
    assert not any(position.falling_behind for position in still.positions)


def test_one_day_is_no_path() -> None:
    profile = assess(all_at(2, 2), peers=(_peer("B", 40),), on=date(2026, 1, 1))
    assert profile.positions[0].rank == 1
    assert profile.positions[0].falling_behind is None and profile.positions[0].reason
