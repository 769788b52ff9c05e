"""The JSON API: what the pages read and write, for programs. OpenAPI stands at ``/api/openapi.json``.

A program shows a token (``Authorization: Bearer careworth_...``). It may what its person may, and only
read where the token says so.
"""

from dataclasses import asdict
from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer
from pydantic import Field, StringConstraints

from careworth import __version__
from careworth.desk import actions, queries, standing
from careworth.desk.access import WRITES, Action, may, visible_jobs
from careworth.desk.actions.standing import GivenAnswer, save_answers, save_plan
from careworth.desk.models import ApiToken, Job, Person
from careworth.errors import CareworthError
from careworth.maturity import to_json as maturity_json
from careworth.measures import MEASURES
from careworth.plan import check_plan

LARGEST = 2**63 - 1
Number = Annotated[int, Field(ge=1, le=LARGEST)]
Text = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]*$")]


class _Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return actions.token_holder(token, timezone.now())


api = NinjaAPI(title="Careworth", version=__version__, auth=_Bearer(), docs_url=None, urls_namespace="api")


class Problem(Schema):
    detail: str


class ReportOut(Schema):
    id: int
    title: str
    language: str
    version: int
    digest: str
    headline: str
    made_at: Any


class JobOut(Schema):
    id: int
    kind: str
    state: str
    done: int
    result: dict[str, Any]
    problem: str
    hint: str


class ReportIn(Schema):
    title: Annotated[Text, Field(max_length=200)]
    language: Literal["en", "id", "it", "ur"] = "en"


class AnswerIn(Schema):
    """``level`` is None where the person does not know."""

    level: Annotated[int, Field(ge=0, le=4)] | None = None
    evidence: Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class AnswersIn(Schema):
    department: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")] = ""
    answers: dict[str, AnswerIn]


class PlanIn(Schema):
    text: Annotated[Text, Field(max_length=400_000)]


class InputsIn(Schema):
    text: Annotated[Text, Field(max_length=200_000)]


_REFUSALS = {401: Problem, 403: Problem, 404: Problem}


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
    return {"version": found.version, **found.content}


def _told(error: CareworthError) -> HttpError:
    return HttpError(422, f"{error.sentence} {error.hint}".strip())


@api.get("/worth", response={200: dict[str, Any], **_REFUSALS})
def worth(request: HttpRequest) -> Any:
    """What the service was worth, with its range, and the service figures."""
    content = _figures(request, Action.SEE_WORTH)
    names = ("version", "first", "last", "worth", "service", "before", "now")
    return {name: content[name] for name in names}


@api.get("/measures", response={200: dict[str, Any], **_REFUSALS})
def measures(request: HttpRequest) -> Any:
    """Every measure with its value for the whole record."""
    content = _figures(request, Action.SEE_MEASURES)
    return {name: found["whole"] for name, found in content["measures"].items()}


@api.get("/measures/{name}", response={200: dict[str, Any], **_REFUSALS})
def measure(request: HttpRequest, name: str) -> Any:
    """One measure: definition, value, by channel and by month."""
    content = _figures(request, Action.SEE_MEASURES)
    if name not in content["measures"]:
        raise HttpError(404, "There is no measure of this name.")
    found, known = content["measures"][name], MEASURES[name]
    told = {"definition": known.definition, "text": known.text, "unit": known.unit}
    return {**told, **{part: found[part] for part in ("whole", "channels", "months")}}


@api.get("/sources", response={200: dict[str, Any], **_REFUSALS})
def sources(request: HttpRequest) -> Any:
    """The account of the store: received = stored + duplicates + skipped."""
    content = _figures(request, Action.SEE_SOURCES)
    return {name: content[name] for name in ("audit", "accounts", "batches")}


@api.get("/inputs", response={200: dict[str, Any], **_REFUSALS})
def inputs(request: HttpRequest) -> Any:
    """The company's figures for the return, as TOML."""
    _person(request, Action.SEE_INPUTS)
    return {"text": queries.current_inputs()}


@api.put("/inputs", response={200: dict[str, Any], 422: Any, **_REFUSALS})
def put_inputs(request: HttpRequest, body: InputsIn) -> Any:
    """Replace the figures; they are checked first."""
    person = _person(request, Action.EDIT_INPUTS)
    try:
        saved = actions.save_inputs(person, body.text)
    except CareworthError as error:
        raise _told(error) from error
    return {"id": saved.pk}


@api.get("/maturity", response={200: dict[str, Any], 422: Any, **_REFUSALS})
def maturity(request: HttpRequest, language: Literal["en", "id", "it", "ur"] = "en") -> Any:
    """Where the company stands: what ``careworth maturity score --json`` prints."""
    person = _person(request, Action.SEE_MATURITY)
    return maturity_json(standing.profile(person, language, timezone.now().date()))


@api.put("/maturity/answers", response={200: dict[str, Any], 422: Any, **_REFUSALS})
def put_answers(request: HttpRequest, body: AnswersIn) -> Any:
    """Keep one's own answers to the items named; other people's stay."""
    person = _person(request, Action.ANSWER_MATURITY)
    given = {name: GivenAnswer(one.level, one.evidence) for name, one in body.answers.items()}
    try:
        save_answers(person, body.department, given, timezone.now().date())
    except CareworthError as error:
        raise _told(error) from error
    return {"kept": len(given)}


@api.get("/plan", response={200: dict[str, Any], **_REFUSALS})
def plan(request: HttpRequest) -> Any:
    """The plan as TOML, where each goal stands, what is left to mend."""
    saved = standing.current_plan(_person(request, Action.SEE_PLAN))
    if saved is None:
        raise HttpError(404, "There is no plan yet.")
    findings = check_plan(standing.read(saved), standing.channels())
    return {
        "text": saved.text,
        "goals": [asdict(one) for one in standing.goal_statuses(saved).values()],
        "places": [asdict(one) for one in standing.component_places(saved).values()],
        "findings": [asdict(one) for one in findings],
    }


@api.put("/plan", response={200: dict[str, Any], 422: Any, **_REFUSALS})
def put_plan(request: HttpRequest, body: PlanIn) -> Any:
    """Replace the plan; it must be readable, its rules may be broken still."""
    person = _person(request, Action.EDIT_PLAN)
    try:
        saved = save_plan(person, body.text)
    except CareworthError as error:
        raise _told(error) from error
    return {"id": saved.pk}


@api.get("/reports", response={200: list[ReportOut], **_REFUSALS})
def reports(request: HttpRequest) -> Any:
    """The reports that were made, newest first, at most 100."""
    return queries.reports(_person(request, Action.READ_REPORTS))[:100]


@api.post("/reports", response={202: JobOut, 422: Any, **_REFUSALS})
def make_report(request: HttpRequest, body: ReportIn) -> Any:
    """Ask for a report; follow the job it gives back."""
    person = _person(request, Action.MAKE_REPORTS)
    return 202, actions.ask_for_report(person, body.title, body.language)


@api.get("/jobs", response={200: list[JobOut], **_REFUSALS})
def jobs(request: HttpRequest) -> Any:
    """Work in progress and done, newest first, at most 100."""
    return visible_jobs(_person(request, Action.SEE_JOBS))[:100]


@api.get("/jobs/{number}", response={200: JobOut, 422: Any, **_REFUSALS})
def job(request: HttpRequest, number: Number) -> Any:
    """One job."""
    return _job(request, number)


@api.post("/jobs/{number}/stop", response={200: JobOut, 422: Any, **_REFUSALS})
def stop_job(request: HttpRequest, number: Number) -> Any:
    """Stop it: at once while it waits, else at its next step."""
    token = cast(ApiToken, request.auth)  # type: ignore[attr-defined]
    if token.scope != ApiToken.Scope.WRITE:
        raise HttpError(403, "This token may only read.")
    found = _job(request, number)
    actions.stop_job(token.person, found, timezone.now())
    return _job(request, number)


def _job(request: HttpRequest, number: int) -> Job:
    found = visible_jobs(_person(request, Action.SEE_JOBS)).filter(pk=number).first()
    if found is None:
        raise HttpError(404, "There is no such job.")
    return found
