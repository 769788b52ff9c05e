"""What the JSON API takes and gives, as shapes of which OpenAPI is made.

Times are minutes, shares 0 to 1, money in units of its currency. ``None`` with a ``reason`` stands for what
cannot be known.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from careworth.maturity import Path, Position, Score
from careworth.plan import Finding, GoalStatus, Place

Language: TypeAlias = Literal["en", "id", "it", "ur"]
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]
Text = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]*$")]
Note = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class Given(BaseModel):
    """What a program sends: exactly these fields, of exactly these types.

    Not ninja's ``Schema``: that reads attributes too, so any text had a title, the method of every ``str``.
    """

    model_config = ConfigDict(extra="forbid", strict=True)


class Problem(Schema):
    """Why nothing was done."""

    detail: str


class Wrong(Schema):
    """A part of what was sent that is not as it must be; ``loc`` is the way to it."""

    type: str
    loc: list[str | int]
    msg: str


class Invalid(Schema):
    """What is wrong with what was sent: a sentence, or every part that is not as it must be."""

    detail: str | list[Wrong]


class Row(Schema):
    """The value of a measure with its interval (95 %); a summary may add figures of its own."""

    model_config = ConfigDict(extra="allow")
    n: int
    value: float | None
    low: float | None
    high: float | None
    reason: str | None


class ChannelRow(Row):
    channel: str | None


class MonthRow(Row):
    month: date | None


class OfFacts(Schema):
    """``version`` of the facts; ``stale`` when facts, inputs or settings have changed since."""

    version: int
    stale: bool


class Ends(Schema):
    low: float
    mid: float
    high: float


class Driver(Schema):
    """A stated figure, and the worth of a year at the ends of its range."""

    text: str
    at_low: float
    at_high: float


class Step(Schema):
    action: str
    why: str
    owner: str
    by: date


class Aim(Schema):
    measure: str
    value: float
    by: date


class Worth(Schema):
    currency: str
    year: Ends | None
    positive: float | None
    guess_share: float | None
    drivers: list[Driver]
    actions: list[Step]
    goals: list[Aim]


class WorthOut(OfFacts):
    """``before`` and ``now`` are the halves of the record; ``worth`` is None until inputs were stated."""

    first: date | None
    last: date | None
    worth: Worth | None
    service: dict[str, Row]
    before: dict[str, Row]
    now: dict[str, Row]


class MeasuresOut(OfFacts):
    measures: dict[str, Row]


class MeasureOut(OfFacts):
    definition: str
    text: str
    unit: str
    whole: Row
    channels: list[ChannelRow]
    months: list[MonthRow]


class Account(Schema):
    channel: str | None
    brand: str | None
    conversations: int
    first: datetime | None
    last: datetime | None


class SourcesOut(OfFacts):
    audit: dict[str, Any]
    accounts: list[Account]
    batches: list[dict[str, Any]]


class LoyaltyOut(OfFacts):
    """What ``careworth loyalty --json`` prints; docs/loyalty.md says what it means."""

    until: str
    horizon_days: int
    grace_days: int
    time_zero: str
    exposed: int
    controls: int
    left_out: dict[str, int]
    measures: dict[str, dict[str, Any]]
    total: dict[str, Any] | None
    notes: list[str]


class InputsOut(Schema):
    text: str | None


class InputsIn(Given):
    text: Annotated[Text, Field(max_length=200_000)]


class Saved(Schema):
    id: int


class GivenLevel(Schema):
    level: int
    evidence: str
    by: str
    department: str


class Item(Schema):
    """``basis``: measured, answered or unknown. ``measured`` tells level, value and steps where there are."""

    id: str
    axis: Literal["investment", "innovation"]
    text: str
    weight: int
    level: int | None
    low: float
    high: float
    basis: Literal["measured", "answered", "unknown"]
    answered: int | None
    answers: list[GivenLevel]
    disagreement: int
    measured: dict[str, Any] | None
    gap: int | None
    finished: bool


class RoadMapStep(Schema):
    kind: Literal["published", "item"]
    id: str
    text: str
    items: list[str]
    source: str
    gain: float
    effort: float
    gain_per_effort: float


class MaturityOut(Schema):
    investment: Score
    innovation: Score
    quadrant: str | None
    also_called: list[str]
    reason: str | None
    probabilities: dict[str, float]
    border: bool
    border_below: float
    formula: str
    items: list[Item]
    roadmap: list[RoadMapStep]
    path: Path
    positions: list[Position]


class AnswerIn(Given):
    """``level`` is None where the person does not know."""

    level: Annotated[int, Field(ge=0, le=4)] | None = None
    evidence: Annotated[Note, Field(max_length=2000)] = ""


class AnswersIn(Given):
    department: Annotated[Note, Field(max_length=120)] = ""
    answers: dict[str, AnswerIn]


class Kept(Schema):
    kept: int


class PlanOut(Schema):
    text: str
    goals: list[GoalStatus]
    places: list[Place]
    findings: list[Finding]


class PlanIn(Given):
    text: Annotated[Text, Field(max_length=400_000)]


class ReportOut(Schema):
    id: int
    title: str
    language: str
    version: int
    digest: str
    headline: str
    made_at: datetime


class ReportIn(Given):
    title: Annotated[Text, Field(max_length=200)]
    language: Language = "en"


class JobOut(Schema):
    """``done``: records or steps so far. ``problem`` and ``hint`` say why it failed and how to mend it."""

    id: int
    kind: str
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    done: int
    result: dict[str, Any]
    problem: str
    hint: str
