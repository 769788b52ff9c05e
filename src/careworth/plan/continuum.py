"""Where a component lies between social CRM and mass media, from who writes to whom.

    position = company–customer x (1 − identified) / 3  +  customer–customer x 2/3  +  one-to-many

with the shares of the three kinds of edges; 0 is social CRM, 1/3 collaboration, 2/3 community, 1 mass media.
No source gives a formula: this one is the project's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from careworth.errors import EngineError
from careworth.facts.dialects import quoted
from careworth.facts.engines import Engine
from careworth.plan.model import Component, Plan

PLACES = ((0.0, "social CRM"), (1 / 3, "collaboration"), (2 / 3, "community"), (1.0, "mass media"))
_RESAMPLES = 500
_FEWEST = 30

_EDGES = """
select company, customers, broadcast, count(*) as n
from (
    select m.conversation,
           count(case when p.message is null and m.inbound or m.inbound <> p.inbound then 1 end) as company,
           count(case when m.inbound and p.inbound and m.author <> p.author then 1 end) as customers,
           count(case when not m.inbound and m.parent is null then 1 end) as broadcast
    from messages m
    join conversations c on c.conversation = m.conversation
    left join messages p on p.message = m.parent
    where {where}
    group by m.conversation
) counted
group by company, customers, broadcast
order by company, customers, broadcast
"""
_IDENTIFIED = """
select count(*) as contacts, count(i.contact) as identified
from (select distinct c.channel, c.contact from conversations c where c.contact is not null and {where}) k
left join (select distinct channel, contact from identities where probability >= 0.5) i
  on i.channel = k.channel and i.contact = k.contact
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``position`` from 0 to 1, interval by bootstrap over conversations (95 %); or None and a reason."""

    component: str
    position: float | None = None
    low: float | None = None
    high: float | None = None
    nearest: str | None = None
    company_customer: float | None = None
    customer_customer: float | None = None
    one_to_many: float | None = None
    identified: float | None = None
    conversations: int = 0
    reason: str | None = None


def places(engine: Engine, plan: Plan, seed: int = 1) -> tuple[Place, ...]:
    """Every component of a plan; those that are tied to no channel have a reason instead."""
    return tuple(_place(engine, name, one, seed) for name, one in plan.components.items())


def _place(engine: Engine, name: str, component: Component, seed: int) -> Place:
    if component.channel is None:
        return Place(component=name, reason="it is tied to no channel, so nobody can see who writes to whom")
    where = f"c.channel = {quoted(component.channel)}"
    if component.brand is not None:
        where += f" and c.brand = {quoted(component.brand)}"
    rows = engine.query(engine.dialect.render(_EDGES.replace("{where}", where))).to_pylist()
    edges = np.array([[row["company"], row["customers"], row["broadcast"]] for row in rows], dtype=float)
    counts = np.array([row["n"] for row in rows], dtype=np.int64)
    total = int(counts.sum())
    if total < _FEWEST:
        return Place(
            component=name, conversations=total, reason=f"only {total} conversations, fewer than {_FEWEST}"
        )
    known = _identified(engine, where)
    return _measured(name, edges, counts, known, np.random.default_rng(seed))


def _identified(engine: Engine, where: str) -> Mapping[str, Any] | None:
    """Contacts and how many of them are linked to a customer; None where no links are recorded."""
    try:
        row: dict[str, Any] = engine.query(_IDENTIFIED.replace("{where}", where)).to_pylist()[0]
    except EngineError:  # facts that were stored before records of customers could be
        return None
    return row if row["contacts"] else None


def _measured(
    name: str,
    edges: NDArray[np.float64],
    counts: NDArray[np.int64],
    known: Mapping[str, Any] | None,
    random: np.random.Generator,
) -> Place:
    total = int(counts.sum())
    share = known["identified"] / known["contacts"] if known is not None else 0.0
    drawn = random.multinomial(total, counts / total, _RESAMPLES) @ edges
    shares_known = (
        random.binomial(known["contacts"], share, _RESAMPLES) / known["contacts"]
        if known is not None
        else np.zeros(_RESAMPLES)
    )
    whole = counts @ edges
    if whole.sum() == 0:
        return Place(component=name, conversations=total, reason="its messages answer nobody")
    filled = drawn.sum(axis=1) > 0
    draws = _position(drawn[filled], shares_known[filled])
    position = float(_position(whole[None, :], np.array([share]))[0])
    parts = whole / whole.sum()
    return Place(
        component=name,
        position=position,
        low=float(np.quantile(draws, 0.025)),
        high=float(np.quantile(draws, 0.975)),
        nearest=min(PLACES, key=lambda place: abs(place[0] - position))[1],
        company_customer=float(parts[0]),
        customer_customer=float(parts[1]),
        one_to_many=float(parts[2]),
        identified=share if known is not None else None,
        conversations=total,
    )


def _position(edges: NDArray[np.float64], identified: NDArray[np.float64]) -> NDArray[np.float64]:
    parts = edges / edges.sum(axis=1, keepdims=True)
    position: NDArray[np.float64] = parts[:, 0] * (1 - identified) / 3 + parts[:, 1] * 2 / 3 + parts[:, 2]
    return position
