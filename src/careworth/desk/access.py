"""Who may do what: one table, and the way objects are fetched.

A page, a form and an API call name an ``Action``. Nothing is fetched but through queries that ask it, so an
object that a person may not see is not there for them.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from careworth.desk.models import ApiToken, Job, Person, Role


class Action(StrEnum):
    SEE_WORTH = "see-worth"
    SEE_MEASURES = "see-measures"
    SEE_LOYALTY = "see-loyalty"
    SEE_ROWS = "see-rows"
    SEE_SOURCES = "see-sources"
    IMPORT_DATA = "import-data"
    SEE_INPUTS = "see-inputs"
    EDIT_INPUTS = "edit-inputs"
    READ_REPORTS = "read-reports"
    MAKE_REPORTS = "make-reports"
    BRIEF = "brief"
    SEE_MATURITY = "see-maturity"
    ANSWER_MATURITY = "answer-maturity"
    SEE_PLAN = "see-plan"
    EDIT_PLAN = "edit-plan"
    SEE_JOBS = "see-jobs"
    USE_TOKENS = "use-tokens"
    MANAGE_PEOPLE = "manage-people"
    SEE_AUDIT = "see-audit"
    MANAGE_SETTINGS = "manage-settings"
    OWN_PROFILE = "own-profile"


_EVERYBODY = frozenset(Role)
_EXECUTIVE = frozenset({Action.READ_REPORTS, Action.OWN_PROFILE})
_VIEWER = _EXECUTIVE | {
    Action.SEE_WORTH,
    Action.SEE_MEASURES,
    Action.SEE_LOYALTY,
    Action.SEE_SOURCES,
    Action.SEE_MATURITY,
    Action.SEE_PLAN,
    Action.USE_TOKENS,
}
_AGENT = _VIEWER | {Action.SEE_ROWS, Action.ANSWER_MATURITY}
_ANALYST = _AGENT | {
    Action.IMPORT_DATA,
    Action.SEE_INPUTS,
    Action.EDIT_INPUTS,
    Action.MAKE_REPORTS,
    Action.EDIT_PLAN,
    Action.SEE_JOBS,
}
_MANAGER = _ANALYST | {Action.BRIEF, Action.MANAGE_PEOPLE, Action.SEE_AUDIT}

MAY: Mapping[Role, frozenset[Action]] = {
    Role.EXECUTIVE: _EXECUTIVE,
    Role.VIEWER: _VIEWER,
    Role.AGENT: _AGENT,
    Role.ANALYST: _ANALYST,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _MANAGER | {Action.MANAGE_SETTINGS},
}
"""The table. What is not in it is forbidden."""

GIVES: Mapping[Role, frozenset[Role]] = {
    **dict.fromkeys(_EVERYBODY, frozenset()),
    Role.MANAGER: _EVERYBODY - {Role.OWNER, Role.MANAGER},
    Role.OWNER: _EVERYBODY,
}
"""Which roles a role may hand out, take away or change. Nobody can raise themselves."""

WRITES = frozenset(
    {
        Action.IMPORT_DATA,
        Action.EDIT_INPUTS,
        Action.MAKE_REPORTS,
        Action.BRIEF,
        Action.ANSWER_MATURITY,
        Action.EDIT_PLAN,
        Action.MANAGE_PEOPLE,
        Action.MANAGE_SETTINGS,
    }
)
"""Actions that change something: a token that may only read is refused them."""


def may(person: Person, action: Action) -> bool:
    return person.is_active and action in MAY[Role(person.role)]


def allow(person: Person, action: Action) -> None:
    """Raises PermissionDenied."""
    if not may(person, action):
        raise PermissionDenied(action)


def visible_jobs(person: Person) -> QuerySet[Job]:
    """All for those who see the audit log, else those a person started."""
    allow(person, Action.SEE_JOBS)
    return Job.objects.all() if may(person, Action.SEE_AUDIT) else Job.objects.filter(started_by=person)


def visible_tokens(person: Person) -> QuerySet[ApiToken]:
    """One's own; those who manage people see, and can end, everybody's."""
    allow(person, Action.USE_TOKENS)
    return ApiToken.objects.all() if may(person, Action.MANAGE_PEOPLE) else person.tokens.all()
