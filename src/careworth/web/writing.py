"""Numbers, days and waits as a reader of the active language writes them."""

from datetime import UTC, date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from careworth.measures import MEASURES

_HOUR, _DAY = 60.0, 1440.0


def locale() -> Locale:
    return Locale.parse(get_language() or "en", sep="-")


def number(value: float, decimals: int = 0) -> str:
    return _kept(str(format_decimal(round(value, decimals), "#,##0." + "0" * decimals, locale=locale())))


def _kept(text: str) -> str:
    """A number keeps to itself where lines run from right to left: its sign would else stand behind it."""
    return f"\u2066{text}\u2069" if get_language_bidi() else text


def percent(share: float, decimals: int = 0) -> str:
    return str(format_percent(share, "#,##0." + "0" * decimals + "%", locale=locale()))


def money(value: float, currency: str) -> str:
    """An amount as a board says it: three figures that count, in thousands, millions or billions."""
    amount = float(f"{value:.3g}")
    if abs(amount) < 100_000:
        return f"{currency}\N{NO-BREAK SPACE}{number(amount)}"
    written = format_compact_decimal(amount, format_type="long", locale=locale(), fraction_digits=1)
    return f"{currency}\N{NO-BREAK SPACE}{written}"


def wait(minutes: float) -> str:
    """Minutes in the unit that reads best."""
    if minutes < 2 * _HOUR:
        decimals = 0 if minutes >= 10 else 1
        return _("%(number)s min") % {"number": number(minutes, decimals)}
    if minutes < 3 * _DAY:
        return _("%(number)s h") % {"number": number(minutes / _HOUR, 1)}
    return _("%(number)s days") % {"number": number(minutes / _DAY, 1)}


def value(name: str, amount: float) -> str:
    """The value of a measure in its unit."""
    measure = MEASURES[name]
    if measure.unit == "share":
        return percent(amount)
    if measure.unit == "minutes":
        return wait(amount)
    return number(amount, 1 if measure.summary == "mean" else 0)


def day(given: date | str) -> str:
    read = date.fromisoformat(given[:10]) if isinstance(given, str) else given
    return str(format_date(read, "medium", locale=locale()))


def moment(given: datetime | str) -> str:
    read = datetime.fromisoformat(given) if isinstance(given, str) else given
    return str(format_datetime(read.astimezone(UTC), "medium", locale=locale())) + " UTC"


def conversations(count: int) -> str:
    return ngettext("%(number)s conversation", "%(number)s conversations", count) % {"number": number(count)}
