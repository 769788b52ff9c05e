"""A small made-up company with a known effect, in the shape of the records; independent of the simulator.

Self-selection: younger and more engaged customers write on social. Confounding: severe troubles make people
leave and make them write. Immortal time: the answer takes days, and who leaves before it was never exposed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from careworth.facts.engines import DuckDBEngine

DAY = 86_400_000_000
START = int(np.datetime64("2023-01-01", "us").astype(np.int64))
LENGTH = 3 * 365
UNTIL = datetime(2025, 12, 31, tzinfo=UTC)

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Company:
    tables: dict[str, pa.Table]
    truth: dict[str, float]
    """Realised effects on the exposed, in the names of the findings."""

    def engine(self, *without: str) -> DuckDBEngine:
        """An engine over the tables; ``without``: tables that the company does not have."""
        engine = DuckDBEngine({})
        for name, table in self.tables.items():
            engine.run(f"drop view if exists {name}")
            engine.register(name, table.slice(0, 0) if name in without else table)
        return engine


@dataclass(frozen=True)
class Dice:
    """What happens to each customer (n,), with care and without."""

    ids: Array
    age: Array
    engaged: Array
    plan: Array
    unit: Array
    joined: Array
    margin: Array
    zero: Array
    severity: Array
    kind: Array
    wrote: Array
    delay: Array
    left: tuple[Array, Array]
    """Days at which they leave: without care, with it."""
    calls: tuple[Array, Array]
    buys: tuple[Array, Array]
    posts: tuple[Array, Array]
    likes: tuple[Array, Array]
    helps: tuple[Array, Array]
    bought_at: Array
    """Days after the trouble at which those who start a service do."""

    @property
    def cared(self) -> Array:
        """Answered within a week, and before they left."""
        return self.wrote & (self.delay <= 7) & (self.zero + self.delay < self.left[0])

    @property
    def counted(self) -> Array:
        return self.cared & (self.zero < LENGTH - 367)

    def real(self, pair: tuple[Array, Array]) -> Array:
        """What did happen."""
        return np.where(self.cared, pair[1], pair[0])


def rolled(seed: int, n: int, effect: float) -> Dice:
    rng = np.random.default_rng(seed)
    age, engaged = rng.normal(45, 14, n), rng.gamma(2.0, 1.0, n)
    plan = rng.choice(["basic", "plus", "pro"], n, p=[0.5, 0.3, 0.2])
    joined = rng.uniform(-900, 300, n)
    zero = np.maximum(joined, 0) + rng.uniform(20, 460, n)
    severity = rng.integers(1, 6, n).astype(float)
    lean = -1.6 - 0.04 * (age - 45) + 0.35 * (engaged - 2) + 0.6 * (severity - 3)
    delay = np.where(rng.random(n) < 0.15, np.inf, rng.exponential(1.5, n))
    hazard = 0.0011 * np.exp(0.3 * (severity - 3) - 0.15 * (engaged - 2) + 0.3 * (plan == "basic"))
    stay = rng.exponential(1 / hazard)
    # The same draw with and without care: care lowers the hazard from the answer on.
    start = np.minimum(delay, stay)
    rate = np.exp(-0.2 + 0.2 * (severity - 3) - 0.1 * engaged)
    calls, more = rng.poisson(rate), rng.poisson(0.3 * abs(effect), n)
    shares = [rng.random(n) for _ in range(4)]
    keen = 0.02 * np.clip(engaged, 0, 5)

    def pair(draw: Array, base: Array | float, shift: float) -> tuple[Array, Array]:
        return draw < base, draw < base + shift * effect

    return Dice(
        ids=np.array([f"c{i:06d}" for i in range(n)]),
        age=age,
        engaged=engaged,
        plan=plan,
        unit=rng.choice(["north", "south"], n),
        joined=joined,
        margin=np.round(np.exp(rng.normal(2.5, 0.3, n)) * (1 + (plan == "pro")), 2),
        zero=zero,
        severity=severity,
        kind=rng.choice(["billing", "delivery", "outage"], n, p=[0.5, 0.3, 0.2]),
        wrote=rng.random(n) < 1 / (1 + np.exp(-lean)),
        delay=delay,
        left=(zero + stay, zero + start + (stay - start) * np.exp(0.45 * effect)),
        calls=(calls, calls + more),
        buys=pair(shares[0], 0.06 + keen, 0.06),
        posts=pair(shares[1], 0.05 + keen, 0.08),
        likes=pair(shares[2], 0.2 + keen, 0.1),
        helps=pair(shares[3], 0.2 + keen, 0.08),
        bought_at=rng.uniform(8, 300, n),
    )


def company(seed: int, customers: int = 6000, *, effect: float = 1.0, wrong: float = 0.0) -> Company:
    """``effect`` 0: care changes nothing. ``wrong``: share of links that name another customer."""
    dice = rolled(seed, customers, effect)
    rng = np.random.default_rng(seed + 10**6)
    owner = np.where(rng.random(customers) < wrong, rng.permutation(customers), np.arange(customers))
    tables = {**_standing(dice), **_social(dice, owner, wrong), **_happened(dice, rng)}
    return Company({name: pa.table(columns) for name, columns in tables.items()}, _truth(dice))


def _truth(dice: Dice) -> dict[str, float]:
    who, month = dice.counted, 30.4375
    years, halves = ([np.minimum(left - dice.zero, days) for left in dice.left] for days in (365, 180))
    stayed = [(left - dice.zero >= 365).astype(float) for left in dice.left]
    saved = [half >= 180 for half in halves]
    served = [
        buys * np.maximum(year - dice.bought_at, 0) for buys, year in zip(dice.buys, years, strict=True)
    ]
    money = [
        (dice.margin * year + 4.0 * service) / month - 6.0 * calls
        for year, service, calls in zip(years, served, dice.calls, strict=True)
    ]

    def gain(pair: Any, among: Array = who) -> float:
        return float((np.asarray(pair[1], dtype=float) - pair[0])[among].mean())

    return {
        "per_customer_months": gain(years) / month,
        "retained_share": gain(stayed),
        "contacts_per_customer": gain(dice.calls),
        "visit_share": gain(dice.helps),
        "save_share": gain(saved, who & (dice.severity >= 4)),
        "share_rate": gain(dice.posts),
        "recommend_share": gain(dice.likes),
        "bought_share": gain(dice.buys),
        "total": gain(money),
    }


def _standing(dice: Dice) -> dict[str, Any]:
    n = len(dice.ids)
    left = dice.real(dice.left)
    return {
        "customers": {
            "customer": dice.ids,
            "joined_at": moments(dice.joined),
            "left_at": moments(left, left > LENGTH),
            "margin_month": dice.margin,
            "plan": dice.plan,
            "unit": dice.unit,
            "contract": np.ones(n, dtype=bool),
            "test": np.zeros(n, dtype=bool),
        },
        "traits": {
            "customer": np.r_[dice.ids, dice.ids],
            "name": np.repeat(["age", "engagement"], n),
            "known_at": moments(np.r_[dice.joined, dice.joined]),
            "number": np.r_[dice.age, dice.engaged],
            "label": pa.nulls(2 * n, pa.string()),
        },
    }


def _social(dice: Dice, owner: Array, wrong: float) -> dict[str, Any]:
    opened = dice.zero + np.where(np.isfinite(dice.delay), dice.delay, 1.0) * 0.4
    who = dice.wrote & (opened < dice.left[0])
    n, handles = int(who.sum()), np.char.add("@", dice.ids[who])
    answered = moments((dice.zero + dice.delay)[who], ~np.isfinite(dice.delay[who]))
    return {
        "identities": {
            "channel": np.full(n, "x"),
            "contact": handles,
            "customer": dice.ids[owner[who]],
            "probability": np.full(n, 1 - 0.9 * wrong),
        },
        "conversations": {
            "channel": np.full(n, "x"),
            "contact": handles,
            "opened_at": moments(opened[who]),
            "opened_by_customer": np.ones(n, dtype=bool),
            "first_response_at": answered,
            "first_reply_at": answered,
            "last_message_at": moments(opened[who] + 1),
        },
    }


def _happened(dice: Dice, rng: np.random.Generator) -> dict[str, Any]:
    ids, zero = dice.ids, dice.zero
    calls = dice.real(dice.calls)
    helps, buys, posts = (dice.real(pair) for pair in (dice.helps, dice.buys, dice.posts))
    n = int(calls.sum())
    called = np.repeat(zero, calls) + rng.uniform(0.1, 364, n)
    looked = zero[helps] + rng.uniform(0.1, 170, int(helps.sum()))
    risky = dice.severity >= 4
    return {
        "troubles": {"customer": ids, "at": moments(zero), "kind": dice.kind, "severity": dice.severity},
        "care_contacts": {
            "customer": np.r_[np.repeat(ids, calls), ids[helps]],
            "channel": np.r_[np.full(n, "phone"), np.full(len(looked), "help")],
            "at": moments(np.r_[called, looked]),
            "kind": np.r_[np.repeat(dice.kind, calls), dice.kind[helps]],
            "cost": pa.array(np.r_[np.full(n, 6.0), np.zeros(len(looked))]),
            "solved": np.ones(n + len(looked), dtype=bool),
            "severity": pa.nulls(n + len(looked), pa.float64()),
        },
        "subscriptions": {
            "customer": ids[buys],
            "service": np.full(int(buys.sum()), "extra"),
            "started_at": moments((zero + dice.bought_at)[buys]),
            "ended_at": moments(zero[buys], np.ones(int(buys.sum()), dtype=bool)),
            "margin_month": np.full(int(buys.sum()), 4.0),
            "attributed": np.where(rng.random(int(buys.sum())) < 0.1, "social", "shop"),
        },
        "shares": {
            "customer": ids[posts],
            "at": moments(zero[posts] + rng.uniform(8, 80, int(posts.sum()))),
            "sentiment": rng.choice([-1, 1], int(posts.sum())),
            "reach": rng.integers(10, 900, int(posts.sum())),
        },
        "surveys": {
            "customer": ids,
            "at": moments(zero + 60),
            "kind": np.full(len(ids), "nps"),
            "score": np.where(dice.real(dice.likes), 9.0, 5.0),
            "test": np.zeros(len(ids), dtype=bool),
        },
        "at_risk": {
            "customer": ids[risky],
            "at": moments(zero[risky]),
            "kind": np.full(int(risky.sum()), "complaint"),
        },
        "process_changes": {
            "change": ["p1"],
            "at": moments(np.array([400.0])),
            "kinds": ["billing"],
            "from_social": [True],
            "title": ["clearer bills"],
        },
    }


def moments(days: Array, absent: Array | None = None) -> pa.Array:
    """Days since the start of the company as moments."""
    values = np.where(np.isfinite(days), days, 0.0)
    stamps = (START + values * DAY).astype(np.int64)
    return pa.array(stamps, mask=absent).cast(pa.timestamp("us", tz="UTC"))
