"""The tables of the desk. Rows are written by ``careworth.desk.actions`` only."""

from careworth.desk.models.people import ApiToken, AuditEntry, Invitation, People, Person, Role
from careworth.desk.models.proof import Figures, InputsVersion, ReportMade, Setting
from careworth.desk.models.work import Briefing, Dispatch, Job

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Briefing",
    "Dispatch",
    "Figures",
    "InputsVersion",
    "Invitation",
    "Job",
    "People",
    "Person",
    "ReportMade",
    "Role",
    "Setting",
]
