"""Filters that write what people read. They know the active language."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from careworth.web import names, writing

register = template.Library()

register.filter("day", writing.day)
register.filter("moment", writing.moment)
register.filter("measure_name", names.measure)
register.filter("channel_name", names.channel)
register.filter("deed_name", names.deed)


@register.filter
def number(value: float | None) -> str:
    return "–" if value is None else writing.number(value)


@register.filter
def as_value(amount: float | None, measure: str) -> str:
    return "–" if amount is None else writing.value(measure, amount)


@register.filter
def language_name(code: str) -> str:
    return dict(settings.LANGUAGES).get(code, code)


@register.filter
def drawing(svg: str) -> SafeString:
    """Our own SVG, whose texts are escaped where it is made."""
    return mark_safe(svg)


@register.filter
def item(mapping: Any, key: str) -> Any:
    return mapping.get(key)
