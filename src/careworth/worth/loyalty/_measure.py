"""One of the seven measures, answered or with the table that it lacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from careworth.worth.loyalty._study import FEWEST, Finding, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class LoyaltyMeasure:
    """``words`` say it in a sentence or two; the first finding is the headline.

    ``missing`` is None, or a sentence that names the table without which there is no answer.
    """

    name: str
    title: str
    words: str
    findings: tuple[Finding, ...] = ()
    stages: tuple[Finding, ...] = ()
    """The headline by stage of the customer's life; ``name`` is the stage."""
    counts: Mapping[str, float] = field(default_factory=dict)
    """Plain counts that are no effects, such as sales that name social as their source."""
    missing: str | None = None

    def finding(self, name: str) -> Finding | None:
        return next((one for one in self.findings if one.name == name), None)


def lacking(name: str, title: str, *tables: str, why: str = "") -> LoyaltyMeasure:
    """The measure without an answer, and why."""
    named = " and ".join(f"'{table}'" for table in tables)
    text = (
        why
        or f"The table{'s' if len(tables) > 1 else ''} {named} {'are' if len(tables) > 1 else 'is'} missing"
    )
    return LoyaltyMeasure(name=name, title=title, words=f"{text}.", missing=f"{text}.")


def few(name: str, title: str, study: Study) -> LoyaltyMeasure:
    """Too few to compare: how many there are."""
    exposed = int(study.exposed.sum())
    why = (
        f"{exposed:,} exposed and {len(study.exposed) - exposed:,} comparable customers are too few for this "
        f"measure, which needs {FEWEST} of each"
    )
    return lacking(name, title, why=why)
