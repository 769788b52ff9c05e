"""Who was treated is known through links that may be wrong: what that does to an effect.

A wrong link puts an untreated row among the treated and, mostly, a treated row among the controls. Both pull
the groups together: the effect that is seen is the true one times P(treated | said to be) less P(treated |
said not to be), Aigner (1973), Journal of Econometrics 1, equation 9.
"""

from dataclasses import dataclass, replace

from numpy.typing import ArrayLike

from careworth.causal._arrays import numbers
from careworth.causal.effect import About, Check, Effect, nothing, shown
from careworth.errors import InputError

LEAST_SEEN = 0.9
"""An effect of which more than a tenth is lost to wrong links is not the effect."""

LEAST_KNOWN = 0.5
"""Where more than half of an effect is lost, undoing it would rest on the probabilities alone."""

ASSUMPTION = (
    "The link probabilities are right, and whether a link is wrong has nothing to do with the outcome or "
    "with how much the treatment did."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """How sure it is who was treated."""

    right: float
    """Share of the rows said to be treated that were."""
    missed: float
    """Share of the rows said to be controls that were treated in truth."""

    @classmethod
    def of(cls, certainty: ArrayLike, n_control: int, *, unlinked: float = 0.0) -> "Linkage":
        """From the probability of each treated row's link (m,), between 0 and 1.

        Whoever a wrong link should have named counts as one of the ``n_control`` controls, and so do
        ``unlinked`` more who were treated but could not be linked to anybody.
        """
        p = numbers(certainty, "The link probability")
        if p.size == 0 or p.min() < 0 or p.max() > 1:
            raise InputError("Link probabilities lie between 0 and 1, one for each treated row.")
        if n_control < 1 or unlinked < 0:
            raise InputError("There is at least one control, and no fewer than 0 who could not be linked.")
        lost = float((1 - p).sum()) + unlinked
        return cls(right=float(p.mean()), missed=min(lost / n_control, 1.0))

    @property
    def seen(self) -> float:
        """The share of the true effect that shows."""
        return self.right - self.missed


def linkage_check(effect: Effect, found: Linkage | None) -> Check:
    """How much of the effect wrong links hide; no opinion without link probabilities.

    The value is the share of the effect that shows.
    """
    if found is None:
        return Check(
            name="identity links",
            passed=None,
            value=None,
            text="How sure the links are was not given; wrong ones make an effect look smaller than it is.",
        )
    mended = undiluted(effect, found)
    text = (
        f"{found.right:.1%} of the treated and {1 - found.missed:.1%} of the controls are what they are said "
        "to be"
    )
    if mended.value is None or mended.low is None or mended.high is None:
        text += f", so {max(found.seen, 0.0):.0%} of an effect shows; there is no number to correct."
    else:
        text += (
            f", so {found.seen:.0%} of the effect shows; undone, it is {shown(mended.value)} "
            f"({shown(mended.low)} to {shown(mended.high)})."
        )
    return Check(name="identity links", passed=found.seen >= LEAST_SEEN, value=found.seen, text=text)


def undiluted(effect: Effect, found: Linkage) -> Effect:
    """The effect with what wrong links hide of it put back: value and interval divided by the share seen."""
    about = About(
        estimand=effect.estimand,
        design=effect.design,
        method=f"{effect.method}, wrong links undone",
        n_treated=effect.n_treated,
        n_control=effect.n_control,
        checks=effect.checks,
        assumptions=(*effect.assumptions, ASSUMPTION),
        level=effect.level,
    )
    if effect.value is None or effect.low is None or effect.high is None or effect.se is None:
        return nothing(str(effect.reason), **about)
    if found.seen < LEAST_KNOWN:
        return nothing(
            f"Only {max(found.seen, 0.0):.0%} of an effect shows through links as unsure as these.", **about
        )
    return replace(
        effect,
        value=effect.value / found.seen,
        low=effect.low / found.seen,
        high=effect.high / found.seen,
        se=effect.se / found.seen,
        method=about["method"],
        assumptions=about["assumptions"],
    )
