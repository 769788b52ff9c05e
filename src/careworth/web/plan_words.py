"""The words of plans in the active language: states, kinds, places, rules that are broken."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careworth.plan import Finding

Words = Mapping[str, str | Promise]

_STATES: Words = {
    "reached": _("reached"),
    "on track": _("on track"),
    "at risk": _("at risk"),
    "off track": _("off track"),
    "missed": _("missed"),
    "unknown": _("unknown"),
}
_KINDS: Words = {
    "social_crm": _("Social CRM"),
    "listening_post": _("Listening post"),
    "collaborative_tools": _("Collaborative tools"),
    "customer_community": _("Customer community"),
    "brand_profile": _("Brand profile"),
    "mass_network": _("Mass network"),
}
_PLACES: Words = {
    "social CRM": _("Social CRM"),
    "collaboration": _("Collaboration"),
    "community": _("Community"),
    "mass media": _("Mass media"),
}
_VALUES: Words = {
    "awareness": _("Awareness"),
    "leads": _("Leads"),
    "sales": _("Sales"),
    "service": _("Service"),
    "advocacy": _("Advocacy"),
    "insight": _("Insight"),
}
_STAGES: Words = {
    "research": _("Research"),
    "purchase": _("Purchase"),
    "loyalty": _("Loyalty"),
}
_SHARING: Words = {
    "stated": _("As stated"),
    "equal": _("Equal parts"),
    "first": _("First touch"),
    "last": _("Last touch"),
}
_FINDINGS: Words = {
    "error": _("Rule broken:"),
    "warning": _("Doubt:"),
    "gap": _("Gap:"),
    "duplicate": _("Duplicate:"),
}
_RULES: Words = {
    "unknown": _("names something that is not in the plan"),
    "no-objective": _("there is none"),
    "many-objectives": _("more than five are hard to keep in mind"),
    "no-goal": _("has no goal"),
    "no-strategy": _("has no strategy"),
    "no-tactic": _("has no tactic"),
    "orphan": _("serves nothing"),
    "no-unit": _("has no unit"),
    "no-baseline": _("has no baseline"),
    "no-target": _("has no target"),
    "no-due": _("has no day by which it is due"),
    "no-change": _("has its baseline as target"),
    "due-first": _("is due before its baseline was taken"),
    "not-live": _("has neither a measure nor values"),
    "no-measure": _("names a measure that does not exist"),
    "unit": _("is in another unit than its measure"),
    "component-objectives": _("serves no objective"),
    "component-goals": _("serves no goal"),
    "no-purpose": _("has no purpose"),
    "no-owner": _("has no owner"),
    "no-component": _("was brought by no component"),
    "shares-sum": _("has shares that do not add to 1"),
    "units-sum": _("has units that do not add to 1"),
    "shares-names": _("has shares of other components than its own"),
    "stage": _("no component serves this stage"),
    "listening": _("no component listens"),
    "collaboration": _("customers can nowhere work with each other"),
    "channel": _("customers write there, and no component is there"),
    "same-account": _("another component is the same account"),
    "same-purpose": _("another component of this kind has the same purpose"),
}


def state_name(state: str) -> str:
    return str(_STATES[state])


def kind_name(kind: str) -> str:
    return str(_KINDS[kind])


def value_name(value: str) -> str:
    return str(_VALUES[value])


def stage_name(stage: str) -> str:
    return str(_STAGES[stage])


def rule_name(rule: str) -> str:
    """How outcomes are attributed."""
    return str(_SHARING[rule])


def place_name(place: str) -> str:
    return str(_PLACES[place])


def finding_kind(kind: str) -> str:
    return str(_FINDINGS[kind])


def finding_said(finding: Finding) -> str:
    return str(_RULES[finding.rule])
