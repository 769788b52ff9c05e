"""The tables of the desk. Rows are written by ``careworth.desk.actions`` only."""

from careworth.desk.models.people import ApiToken, AuditEntry, Invitation, People, Person, Role
from careworth.desk.models.proof import Figures, InputsVersion, LoyaltyFigures, ReportMade, Setting
from careworth.desk.models.standing import (
    EvidenceFile,
    MaturityAnswer,
    MaturityDay,
    PeersVersion,
    PlanVersion,
    StandingFigures,
)
from careworth.desk.models.work import Briefing, Dispatch, Job

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Briefing",
    "Dispatch",
    "EvidenceFile",
    "Figures",
    "InputsVersion",
    "Invitation",
    "Job",
    "LoyaltyFigures",
    "MaturityAnswer",
    "MaturityDay",
    "PeersVersion",
    "People",
    "Person",
    "PlanVersion",
    "ReportMade",
    "Role",
    "Setting",
    "StandingFigures",
]
