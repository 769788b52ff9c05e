"""Every write. Each asks who may, does one thing in a transaction and notes it in the audit log."""

from careworth.desk.actions.audit import note
from careworth.desk.actions.people import (
    accept_invitation,
    change_person,
    choose_owner,
    end_token,
    invite,
    make_token,
    owner_exists,
    token_holder,
    withdraw_invitation,
)
from careworth.desk.actions.proof import (
    ask_for_figures,
    ask_for_import,
    ask_for_report,
    end_briefing,
    save_briefing,
    save_inputs,
    save_profile,
    save_settings,
    stop_job,
)

__all__ = [
    "accept_invitation",
    "ask_for_figures",
    "ask_for_import",
    "ask_for_report",
    "change_person",
    "choose_owner",
    "end_briefing",
    "end_token",
    "invite",
    "make_token",
    "note",
    "owner_exists",
    "save_briefing",
    "save_inputs",
    "save_profile",
    "save_settings",
    "stop_job",
    "token_holder",
    "withdraw_invitation",
]
