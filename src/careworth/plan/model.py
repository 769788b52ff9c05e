"""A plan: objectives, goals, strategies and tactics as a graph; the ecosystem; what its parts brought.

The words are those of OGST: the *goal* is the number. One goal may serve several objectives, one strategy
several goals, one tactic several strategies.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

Kind = Literal[
    "social_crm",
    "listening_post",
    "collaborative_tools",
    "customer_community",
    "brand_profile",
    "mass_network",
]
Value = Literal["awareness", "leads", "sales", "service", "advocacy", "insight"]
Stage = Literal["research", "purchase", "loyalty"]
Convention = Literal["OGST", "GSOT"]

KINDS: tuple[Kind, ...] = (
    *("social_crm", "listening_post", "collaborative_tools"),
    *("customer_community", "brand_profile", "mass_network"),
)
VALUES: tuple[Value, ...] = ("awareness", "leads", "sales", "service", "advocacy", "insight")
STAGES: tuple[Stage, ...] = ("research", "purchase", "loyalty")
CONVENTIONS: tuple[Convention, ...] = ("OGST", "GSOT")

Number = Annotated[float, msgspec.Meta(ge=-1e15, le=1e15)]
"""Neither endless nor no number."""
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Objective(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to be achieved, in words."""

    text: str


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a goal stood at on a day, for goals that no measure of ours follows."""

    on: date
    value: Number


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A number to be reached by a day. ``measure`` is of the catalogue, narrowed by channel or brand."""

    text: str
    objectives: tuple[str, ...] = ()
    unit: str | None = None
    baseline: Number | None = None
    baseline_on: date | None = None
    target: Number | None = None
    due: date | None = None
    measure: str | None = None
    channel: str | None = None
    brand: str | None = None
    values: tuple[Reading, ...] = ()

    @property
    def rising(self) -> bool | None:
        """Whether more is better, as target and baseline say; None where either is missing."""
        if self.target is None or self.baseline is None:
            return None
        return self.target >= self.baseline


class Strategy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A pattern that stands behind several tactics; it changes seldom."""

    text: str
    goals: tuple[str, ...] = ()


class Tactic(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A tool and what is done with it; it changes often."""

    text: str
    strategies: tuple[str, ...] = ()
    owner: str = ""


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the ecosystem. ``channel`` and ``brand`` tie it to the facts."""

    kind: Kind
    purpose: str = ""
    owner: str = ""
    departments: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    objectives: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    channel: str | None = None
    brand: str | None = None


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Value that was measured once: an amount, the components that touched it in order, and whose it is.

    ``shares`` splits it over the components as stated; ``units`` over business units. Either adds to 1.
    """

    value: Value
    amount: Number
    components: tuple[str, ...]
    source: str
    direct: bool = False
    shares: dict[str, Share] = {}
    units: dict[str, Share] = {}


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A whole plan; ``currency`` is that of all outcomes. ``convention`` is how files name the words."""

    convention: Convention
    title: str = ""
    currency: str = ""
    objectives: dict[str, Objective] = {}
    goals: dict[str, Goal] = {}
    strategies: dict[str, Strategy] = {}
    tactics: dict[str, Tactic] = {}
    components: dict[str, Component] = {}
    outcomes: dict[str, Outcome] = {}
