"""Counts of requests, corrected for the known errors of what counted them.

A classifier that finds 80 % of the requests and calls 10 % of the rest requests does not count
wrongly at random: its count is wrong in a known direction. Rogan and Gladen (1978, American Journal of
Epidemiology 107:71) turn the share it reports into the share there is. The interval is that of Lang
and Reiczigel (2014, Preventive Veterinary Medicine 113:13), which holds its level when sensitivity
and specificity are themselves estimates from few labelled messages and when the share is near 0.
"""

from dataclasses import dataclass
from statistics import NormalDist

from careworth.enrich.quality import Quality
from careworth.errors import InputError


@dataclass(frozen=True, slots=True)
class CorrectedShare:
    """The share of requests among some messages."""

    reported: float | None
    """Share that the classifier called requests; None of no messages."""
    value: float | None
    """Share that there is, by the known errors, 0 to 1; None when it cannot be said."""
    low: float | None
    high: float | None
    """Ends of the interval; the errors of sensitivity and specificity are in it."""
    reason: str
    """Why there is no value; empty when there is one."""


def corrected_share(called: int, messages: int, quality: Quality, *, level: float = 0.95) -> CorrectedShare:
    """The share of requests among ``messages`` of which the classifier called ``called`` requests.

    ``quality`` counts its right and wrong answers on labelled messages like these: only on messages
    like these do its errors hold. No value where nothing was counted or where the classifier is no
    better than chance: then its count says nothing.

    Raises InputError for counts that cannot be and a level outside 0 to 1.
    """
    _check(called, messages, quality, level)
    yes, no = quality.true_yes + quality.false_no, quality.true_no + quality.false_yes
    if messages == 0:
        return CorrectedShare(None, None, None, None, "no messages")
    reported = called / messages
    if yes == 0 or no == 0:
        return CorrectedShare(reported, None, None, None, "no labelled messages of one answer")
    gain = quality.true_yes / yes + quality.true_no / no - 1
    if gain <= 0:
        return CorrectedShare(reported, None, None, None, "the classifier is no better than chance")
    value = min(max((reported + quality.true_no / no - 1) / gain, 0.0), 1.0)
    ends = _interval(called, messages, quality, level)
    if ends is None:
        return CorrectedShare(reported, None, None, None, "too few labelled messages")
    return CorrectedShare(reported, value, min(ends[0], value), max(ends[1], value), "")


def _interval(called: int, messages: int, quality: Quality, level: float) -> tuple[float, float] | None:
    """Lang and Reiczigel: Wald's form about counts to which a few imagined answers were added."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    yes, no = quality.true_yes + quality.false_no + 2, quality.true_no + quality.false_yes + 2
    found, left = (quality.true_yes + 1) / yes, (quality.true_no + 1) / no
    size = messages + z * z
    reported = (called + z * z / 2) / size
    gain = found + left - 1
    if gain <= 0:
        return None
    share = (reported + left - 1) / gain
    of_found, of_left = found * (1 - found) / yes, left * (1 - left) / no
    shift = 2 * z * z * (share * of_found - (1 - share) * of_left)
    spread = (
        reported * (1 - reported) / size + share**2 * of_found + (1 - share) ** 2 * of_left
    ) ** 0.5 / gain
    return max(share + shift - z * spread, 0.0), min(share + shift + z * spread, 1.0)


def _check(called: int, messages: int, quality: Quality, level: float) -> None:
    if not 0 <= called <= messages:
        raise InputError(f"Of {messages} messages {called} cannot be requests.", hint="Check the two counts.")
    if min(quality.true_yes, quality.false_no, quality.true_no, quality.false_yes) < 0:
        raise InputError(
            "A count of labelled messages is negative.", hint="Check the quality that was given."
        )
    if not 0 < level < 1:
        raise InputError(
            f"A level of {level} is not between 0 and 1.", hint="Say 0.95 for an interval of 95 %."
        )
