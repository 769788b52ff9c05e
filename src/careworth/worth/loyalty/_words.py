"""Effects in words: "about 3 more of 100 stay, likely between 1 and 5"."""

from careworth.worth.loyalty._study import Finding


def amount(value: float) -> str:
    """A number for a sentence: no more digits than help, thousands marked."""
    size = abs(value)
    places = 0 if size >= 100 or value == round(value) else 1 if size >= 1 else 2
    return f"{value:,.{places}f}"


def of_hundred(finding: Finding, more: str, fewer: str) -> str:
    """A difference of shares, such as ``more`` = "more of 100 stay", ``fewer`` = "fewer of 100 stay"."""
    return _told(finding, 100.0, more, fewer)


def of_each(finding: Finding, more: str, fewer: str) -> str:
    """A difference per customer, such as "more contacts a customer"."""
    return _told(finding, 1.0, more, fewer)


def _told(finding: Finding, scale: float, more: str, fewer: str) -> str:
    effect = finding.effect
    if effect.value is None or effect.low is None or effect.high is None:
        return f"No figure: {effect.reason}"
    value, low, high = (scale * end for end in (effect.value, effect.low, effect.high))
    if low <= 0 <= high:
        return (
            f"No difference can be told: anything between {amount(-low)} {fewer} "
            f"and {amount(high)} {more} is likely."
        )
    near, far = sorted((abs(low), abs(high)))
    word = more if value > 0 else fewer
    return f"About {amount(abs(value))} {word}, likely between {amount(near)} and {amount(far)}."


def money(finding: Finding, good: str, bad: str) -> str:
    """What it is worth, per customer and in all; ``good`` and ``bad`` such as "worth" and "a loss of"."""
    effect, total = finding.effect, finding.total
    if effect.value is None or total is None:
        return f"Its worth is not known: {effect.reason}"
    low, value, high = total
    if low <= 0 <= high:
        return f"Its worth cannot be told from nothing: between {amount(low)} and {amount(high)} in all."
    word = good if effect.value >= 0 else bad
    ends = sorted((low, high)) if value >= 0 else sorted((-low, -high))
    return (
        f"That is {word} {amount(abs(effect.value))} a customer and {amount(abs(value))} in all "
        f"(likely between {amount(ends[0])} and {amount(ends[1])})."
    )


def brings(finding: Finding, what: str) -> str:
    """Money that something brings, such as ``what`` = "What they buy"."""
    effect, total = finding.effect, finding.total
    if effect.value is None or total is None:
        return f"{what} cannot be compared: {effect.reason}"
    low, value, high = total
    if low <= 0 <= high:
        ends = f"between {amount(low)} and {amount(high)} in all"
        return f"{what} brings no more and no less that could be told: {ends}."
    near, far = sorted((abs(low), abs(high)))
    return (
        f"{what} brings {amount(abs(effect.value))} {'more' if value > 0 else 'less'} a customer and "
        f"{amount(abs(value))} in all (likely between {amount(near)} and {amount(far)})."
    )
