"""What pages call measures, channels and deeds, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careworth.terms import NETWORKS

_MEASURES: Mapping[str, str | Promise] = {
    "first_response_time": _("First response, median"),
    "first_reply_time": _("First reply, median"),
    "next_response_time": _("Wait for a later answer, median"),
    "average_response_time": _("Average response"),
    "answered_within_1h": _("Answered within an hour"),
    "answered_within_4h": _("Answered within 4 hours"),
    "answered_within_24h": _("Answered within 24 hours"),
    "answered_within_72h": _("Answered within 72 hours"),
    "out_of_channel_rate": _("Sent to another channel"),
    "moved_to_private": _("Moved to private messages"),
    "messages_per_conversation": _("Messages in a conversation"),
    "handling_time": _("Agent's time for a conversation"),
    "conversations": _("Conversations that customers opened"),
    "answered": _("Answered at all"),
    "messages_in": _("Messages received"),
    "messages_out": _("Messages sent by people"),
    "messages_automatic": _("Automatic messages"),
    "backlog": _("Waiting at the end of the period"),
    "tagged_service": _("Requests for service"),
}
_CHANNELS: Mapping[str, str | Promise] = {
    **NETWORKS,
    "email": _("E-mail"),
}
_RECORDS: Mapping[str, str | Promise] = {
    "customers": _("Customers"),
    "identities": _("Which handle belongs to which customer"),
    "traits": _("What is known of customers"),
    "margins": _("Margin by customer and month"),
    "care_contacts": _("Contacts in other channels and visits to the help pages"),
    "purchases": _("Purchases"),
    "subscriptions": _("Services besides the basic one"),
    "at_risk": _("Steps that can end in leaving"),
    "troubles": _("Troubles known to other systems"),
    "referrals": _("Customers won by customers"),
    "surveys": _("Answers to surveys"),
    "shares": _("Public posts about the company"),
    "process_changes": _("Changes of processes"),
}
_EFFECT_UNITS: Mapping[str, str | Promise] = {
    "share": _("of 100 customers"),
    "months": _("months a customer"),
    "count": _("number"),
    "money": _("money a customer"),
}
_DEEDS: Mapping[str, str | Promise] = {
    "became owner": _("Became the owner"),
    "invited": _("Invited"),
    "withdrew an invitation": _("Withdrew an invitation"),
    "accepted an invitation": _("Accepted an invitation"),
    "changed a person": _("Changed a person"),
    "made a token": _("Made an API token"),
    "ended a token": _("Ended an API token"),
    "saved figures for the return": _("Saved figures for the return"),
    "changed the settings": _("Changed the settings"),
    "changed their profile": _("Changed their profile"),
    "asked for work": _("Started work"),
    "stopped work": _("Stopped work"),
    "work ended": _("Work ended"),
    "set up a briefing": _("Set up a briefing"),
    "ended a briefing": _("Ended a briefing"),
    "sent a briefing": _("Sent a briefing"),
    "read a report": _("Opened a report"),
    "took rows away": _("Downloaded rows"),
    "took the audit log away": _("Downloaded the audit log"),
    "answered the checklist": _("Answered the checklist"),
    "saved the peers": _("Saved the peers"),
    "brought evidence": _("Uploaded evidence"),
    "took evidence away": _("Downloaded evidence"),
    "removed evidence": _("Removed evidence"),
    "saved the plan": _("Saved the plan"),
    "signed in": _("Signed in"),
    "signed out": _("Signed out"),
    "failed to sign in": _("Failed to sign in"),
    "changed their password": _("Changed their password"),
    "added a second factor": _("Added a second factor"),
    "removed a second factor": _("Removed a second factor"),
}


def measure(name: str) -> str:
    return str(_MEASURES.get(name) or name.replace("_", " ").capitalize())


def channel(name: str | None) -> str:
    return str(_CHANNELS.get(name or "", name or "–"))


def records(table: str) -> str:
    """What a table of the company's records holds."""
    return str(_RECORDS[table])


def effect_unit(unit: str) -> str:
    return str(_EFFECT_UNITS[unit])


def deed(name: str) -> str:
    return str(_DEEDS.get(name, name))
