"""The JSON API: what the pages read and write, for programs. OpenAPI stands at ``/api/openapi.json``.

A program shows a token (``Authorization: Bearer careworth_...``). It may what its person may, and only
read where the token says so.
"""

from typing import Any, TypeAlias, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.responses import Status
from ninja.security import HttpBearer

from careworth import __version__
from careworth.desk import actions, queries, standing
from careworth.desk.access import WRITES, Action, may, visible_jobs
from careworth.desk.actions.standing import GivenAnswer, save_answers, save_plan
from careworth.desk.models import ApiToken, Job, Person
from careworth.errors import CareworthError
from careworth.maturity import to_json as maturity_json
from careworth.measures import MEASURES
from careworth.plan import check_plan
from careworth.web.api_shapes import (
    AnswersIn,
    InputsIn,
    InputsOut,
    Invalid,
    JobOut,
    Kept,
    Language,
    LoyaltyOut,
    MaturityOut,
    MeasureOut,
    MeasuresOut,
    Number,
    PlanIn,
    PlanOut,
    Problem,
    ReportIn,
    ReportOut,
    Saved,
    SourcesOut,
    WorthOut,
)

Shapes: TypeAlias = dict[int, Any]


class _Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return actions.token_holder(token, timezone.now())


api = NinjaAPI(title="Careworth", version=__version__, auth=_Bearer(), docs_url=None, urls_namespace="api")


_READS: Shapes = {401: Problem, 403: Problem}
_FINDS: Shapes = {**_READS, 404: Problem}
_WRITES: Shapes = {**_READS, 400: Problem, 422: Invalid}


def _person(request: HttpRequest, action: Action) -> Person:
    token = cast(ApiToken, request.auth)  # type: ignore[attr-defined]
    if not may(token.person, action):
        raise HttpError(403, "Your role does not allow this.")
    if action in WRITES and token.scope != ApiToken.Scope.WRITE:
        raise HttpError(403, "This token may only read.")
    return token.person


def _figures(request: HttpRequest, action: Action) -> dict[str, Any]:
    found = queries.figures(_person(request, action), action)
    if found is None:
        raise HttpError(404, "There are no figures yet: import conversations first.")
    return {**found.content, "version": found.version, "stale": queries.stale(found)}


def _told(error: CareworthError) -> HttpError:
    return HttpError(422, f"{error.sentence} {error.hint}".strip())


@api.get("/worth", response={200: WorthOut, **_FINDS})
def worth(request: HttpRequest) -> Any:
    """What the service was worth, with its range, and the service figures."""
    return _figures(request, Action.SEE_WORTH)


@api.get("/measures", response={200: MeasuresOut, **_FINDS})
def measures(request: HttpRequest) -> Any:
    """Every measure with its value for the whole record."""
    content = _figures(request, Action.SEE_MEASURES)
    return {**content, "measures": {name: found["whole"] for name, found in content["measures"].items()}}


@api.get("/measures/{name}", response={200: MeasureOut, **_FINDS})
def measure(request: HttpRequest, name: str) -> Any:
    """One measure: definition, value, by channel and by month."""
    content = _figures(request, Action.SEE_MEASURES)
    if name not in content["measures"]:
        raise HttpError(404, "There is no measure of this name.")
    found, known = content["measures"][name], MEASURES[name]
    told = {"definition": known.definition, "text": known.text, "unit": known.unit}
    return {**told, **found, "version": content["version"], "stale": content["stale"]}


@api.get("/sources", response={200: SourcesOut, **_FINDS})
def sources(request: HttpRequest) -> Any:
    """The account of the store: received = stored + duplicates + skipped."""
    return _figures(request, Action.SEE_SOURCES)


@api.get("/loyalty", response={200: LoyaltyOut, **_FINDS})
def loyalty(request: HttpRequest) -> Any:
    """What care did to customers: seven measures against control groups, and their total."""
    person = _person(request, Action.SEE_LOYALTY)
    found = queries.loyalty(person)
    if found is None:
        raise HttpError(404, "Nothing was compared yet: import the company's records first.")
    figures = queries.figures(person, Action.SEE_LOYALTY)
    stale = figures is not None and figures.version != found.version
    return {**found.content, "version": found.version, "stale": stale}


@api.get("/inputs", response={200: InputsOut, **_READS})
def inputs(request: HttpRequest) -> Any:
    """The company's figures for the return, as TOML."""
    _person(request, Action.SEE_INPUTS)
    return {"text": queries.current_inputs()}


@api.put("/inputs", response={200: Saved, **_WRITES})
def put_inputs(request: HttpRequest, body: InputsIn) -> Any:
    """Replace the figures; they are checked first."""
    person = _person(request, Action.EDIT_INPUTS)
    try:
        saved = actions.save_inputs(person, body.text)
    except CareworthError as error:
        raise _told(error) from error
    return {"id": saved.pk}


@api.get("/maturity", response={200: MaturityOut, 422: Invalid, **_READS})
def maturity(request: HttpRequest, language: Language = "en") -> Any:
    """Where the company stands: what ``careworth maturity score --json`` prints."""
    person = _person(request, Action.SEE_MATURITY)
    return maturity_json(standing.profile(person, language, timezone.now().date()))


@api.put("/maturity/answers", response={200: Kept, **_WRITES})
def put_answers(request: HttpRequest, body: AnswersIn) -> Any:
    """Keep one's own answers to the items named; other people's stay."""
    person = _person(request, Action.ANSWER_MATURITY)
    given = {name: GivenAnswer(one.level, one.evidence) for name, one in body.answers.items()}
    try:
        save_answers(person, body.department, given, timezone.now().date())
    except CareworthError as error:
        raise _told(error) from error
    return {"kept": len(given)}


@api.get("/plan", response={200: PlanOut, **_FINDS})
def plan(request: HttpRequest) -> Any:
    """The plan as TOML, where each goal stands, what is left to mend."""
    saved = standing.current_plan(_person(request, Action.SEE_PLAN))
    if saved is None:
        raise HttpError(404, "There is no plan yet.")
    return {
        "text": saved.text,
        "goals": list(standing.goal_statuses(saved).values()),
        "places": list(standing.component_places(saved).values()),
        "findings": check_plan(standing.read(saved), standing.channels()),
    }


@api.put("/plan", response={200: Saved, **_WRITES})
def put_plan(request: HttpRequest, body: PlanIn) -> Any:
    """Replace the plan; it must be readable, its rules may be broken still."""
    person = _person(request, Action.EDIT_PLAN)
    try:
        saved = save_plan(person, body.text)
    except CareworthError as error:
        raise _told(error) from error
    return {"id": saved.pk}


@api.get("/reports", response={200: list[ReportOut], **_READS})
def reports(request: HttpRequest) -> Any:
    """The reports that were made, newest first, at most 100."""
    return queries.reports(_person(request, Action.READ_REPORTS))[:100]


@api.post("/reports", response={202: JobOut, **_WRITES})
def make_report(request: HttpRequest, body: ReportIn) -> Any:
    """Ask for a report; follow the job it gives back."""
    person = _person(request, Action.MAKE_REPORTS)
    return Status(202, actions.ask_for_report(person, body.title, body.language))


@api.get("/jobs", response={200: list[JobOut], **_READS})
def jobs(request: HttpRequest) -> Any:
    """Work in progress and done, newest first, at most 100."""
    return visible_jobs(_person(request, Action.SEE_JOBS))[:100]


@api.get("/jobs/{number}", response={200: JobOut, 422: Invalid, **_FINDS})
def job(request: HttpRequest, number: Number) -> Any:
    """One job."""
    return _job(request, number)


@api.post("/jobs/{number}/stop", response={200: JobOut, 409: Problem, 422: Invalid, **_FINDS})
def stop_job(request: HttpRequest, number: Number) -> Any:
    """Stop it: at once while it waits, else at its next step."""
    token = cast(ApiToken, request.auth)  # type: ignore[attr-defined]
    if token.scope != ApiToken.Scope.WRITE:
        raise HttpError(403, "This token may only read.")
    found = _job(request, number)
    if found.over:
        raise HttpError(409, "This work is over.")
    actions.stop_job(token.person, found, timezone.now())
    return _job(request, number)


def _job(request: HttpRequest, number: int) -> Job:
    found = visible_jobs(_person(request, Action.SEE_JOBS)).filter(pk=number).first()
    if found is None:
        raise HttpError(404, "There is no such job.")
    return found
