"""M1: who stays and for how long, or buys again, and what that is worth, by stage of life."""

from careworth.causal import Check
from careworth.causal.effect import nothing
from careworth.worth.loyalty._cohort import Bools
from careworth.worth.loyalty._known import tenure
from careworth.worth.loyalty._measure import LoyaltyMeasure, few, lacking
from careworth.worth.loyalty._stages import STAGES, span
from careworth.worth.loyalty._study import Finding, Study
from careworth.worth.loyalty._words import brings, money, of_hundred

_FEWEST_OF_A_STAGE = 100
"""Exposed customers: with fewer, beside some forty covariates, intervals held the truth too seldom
(benchmarks/loyalty_coverage.py: 19 false alarms of 100 among new customers)."""

NAME, TITLE = "m1_retention", "Retention and value"


def retention(study: Study) -> LoyaltyMeasure:
    """Customers under contract, of whom it is known when they left, and apart from them the others."""
    bound, free = (_of(study, rows) for rows in (~study.cohort.at_will, study.cohort.at_will))
    findings: list[Finding] = []
    words: list[str] = []
    for part, tell in ((bound, _staying), (free, _buying)):
        if part is not None:
            found, said = tell(part)
            findings += found
            words += said
    if free is not None and not findings:
        return lacking(NAME, TITLE, "purchases")
    if not findings:
        return few(NAME, TITLE, study)
    stages = () if bound is None else _stages(bound)
    return LoyaltyMeasure(
        name=NAME, title=TITLE, words=" ".join(words), findings=tuple(findings), stages=stages
    )


def _of(study: Study, rows: Bools) -> Study | None:
    """The study of these episodes; None where they are too few to compare."""
    if not rows.any():
        return None
    part = study if rows.all() else study.where(rows)
    return part if part.comparable else None


def _staying(study: Study) -> tuple[list[Finding], list[str]]:
    days = study.cohort.clock.horizon
    share = study.headline("retained_share", f"share still a customer after {days} days", "share", "stayed")
    findings = [
        study.headline("per_customer_months", f"months retained within {days} days", "months", "months"),
        share,
    ]
    words = [of_hundred(share, f"more of 100 customers stay for {days} days", "fewer of 100 customers stay")]
    if "margin" in study.outcomes:
        worth = study.headline("money_per_customer", "margin of the months retained", "money", "margin")
        findings.append(worth)
        words.append(money(worth, "worth", "a loss of"))
    return findings, words


def _buying(study: Study) -> tuple[list[Finding], list[str]]:
    """Nothing without a table of purchases."""
    if "bought again" not in study.outcomes:
        return [], []
    days, who = study.cohort.clock.horizon, "customers who buy at will"
    again = study.headline(
        "repeat_share", f"share who buy again within {days} days, {who}", "share", "bought again"
    )
    worth = study.finding(
        "purchase_money_per_customer", f"margin of purchases, {who}", "money", "purchase margin"
    )
    more = f"more of 100 {who} buy again within {days} days"
    words = [
        of_hundred(again, more, f"fewer of 100 {who} buy again"),
        brings(worth, f"What they buy in these {days} days"),
    ]
    if "value ahead" not in study.outcomes:
        unknown = "What they will buy after that is not known: no model of how they buy could be learned."
        return [again, worth], [*words, unknown]
    ahead = study.finding(
        "value_ahead_per_customer",
        f"margin expected of the {days} days after these, {who}",
        "money",
        "value ahead",
    )
    later = f"What is to be expected of the {days} days after these, by their purchases until then,"
    return [again, worth, ahead], [*words, brings(ahead, later)]


def _stages(study: Study) -> tuple[Finding, ...]:
    age = tenure(study.cohort)
    return tuple(
        _stage(study.where(study.rows & (age >= low) & (age < high)), name)
        for name, (low, high) in STAGES.items()
    )


def _stage(part: Study, name: str) -> Finding:
    text = f"months retained, {name} customers ({span(name)})"
    exposed = int(part.exposed.sum())
    if exposed >= _FEWEST_OF_A_STAGE and part.comparable:
        return part.finding(name, text, "months", "months")
    controls = len(part.exposed) - exposed
    reason = (
        f"{exposed:,} exposed and {controls:,} comparable customers of this stage are too few to be told "
        f"apart: it takes {_FEWEST_OF_A_STAGE} exposed. With fewer there are hardly more customers than "
        "things to adjust for, and intervals held the truth too seldom."
    )
    effect = nothing(
        reason,
        estimand="effect on the treated",
        design="doubly robust",
        method="none",
        n_treated=exposed,
        n_control=controls,
        checks=(Check(name="customers", passed=False, value=float(exposed), text=reason),),
        assumptions=(),
    )
    return Finding(name=name, text=text, unit="months", effect=effect)
