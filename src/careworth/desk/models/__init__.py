"""The tables of the desk. Rows are written by ``careworth.desk.actions`` only."""

from careworth.desk.models.people import ApiToken, AuditEntry, Invitation, People, Person, Role
from careworth.desk.models.proof import Figures, InputsVersion, ReportMade, Setting
from careworth.desk.models.standing import MaturityAnswer, MaturityDay, PlanVersion, StandingFigures
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
    "MaturityAnswer",
    "MaturityDay",
    "People",
    "Person",
    "PlanVersion",
    "ReportMade",
    "Role",
    "Setting",
    "StandingFigures",
]
