"""Whether a result adds up: totals are the sums of their lines, the year is twelve months."""

from math import isclose

from careworth.errors import ReportError
from careworth.worth._return_quantity import MONTHS_PER_YEAR
from careworth.worth._return_results import ReturnOnService

_TOTALS = ("gross", "failure_cost", "investment")


def check_sums(result: ReturnOnService) -> None:
    """Raises ReportError unless every total is the sum of its lines and the year is 12 months.

    Call it again on a result that was stored or sent before it is printed.
    """
    if result.month is None or result.year is None or result.at_modes is None:
        return
    for name in _TOTALS:
        lines = sum(part.amount for part in result.parts if part.of == name)
        _same(f"{name} and its lines", getattr(result.at_modes, name), lines, size=lines)
    for name in (*_TOTALS, "net"):
        month, year = getattr(result.month, name), getattr(result.year, name)
        for end in ("low", "mid", "high"):
            twelve = getattr(month, end) * MONTHS_PER_YEAR
            _same(f"{name} ({end}) of the year and of 12 months", getattr(year, end), twelve, size=twelve)
    at = result.at_modes
    left = at.gross - at.failure_cost - at.investment
    _same("net and what is left of gross", at.net, left, size=at.gross + at.failure_cost + at.investment)
    month = result.month
    left = month.gross.mid - month.failure_cost.mid - month.investment.mid
    size = month.gross.mid + month.failure_cost.mid + month.investment.mid
    _same("net of the month and what is left of gross", month.net.mid, left, size=size)


def _same(what: str, one: float, other: float, *, size: float) -> None:
    """``size`` is that of the numbers which were added: their rounding is what may differ."""
    if not isclose(one, other, rel_tol=0, abs_tol=1e-9 * abs(size)):
        raise ReportError(f"The return on service contradicts itself: {what} differ, {one!r} and {other!r}.")
