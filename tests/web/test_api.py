"""The JSON API: what is sent at random, every answer fits what OpenAPI promises, nothing breaks."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from careworth.desk import jobs, standing
from careworth.desk.actions import make_token
from careworth.desk.actions.standing import GivenAnswer, NewGoal, add_goal, save_answers
from careworth.desk.models import Figures, Job, LoyaltyFigures, Person, ReportMade, Role
from careworth.desk.place import store
from careworth.web.api import api
from careworth.worth.loyalty import measure_loyalty
from loyalty_company import UNTIL, company

_application = cache(get_wsgi_application)


def application(environ: dict[str, Any], start: Any) -> Any:
    """Made at the first request: its static files are only there when the fixtures are."""
    return _application()(environ, start)


SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
SCHEMA.app = application
FUZZED = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXTS = {"PUT /api/inputs", "PUT /api/plan", "PUT /api/maturity/answers"}
"""What they take is written in TOML or names items: more than a schema says, so much of it is refused."""
TODAY = timezone.now().date()


@pytest.fixture
def one_connection(house: None) -> Iterator[None]:
    """Django closes connections between requests, as its test client sees to: ours holds the transaction."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@cache
def compared() -> dict[str, Any]:
    return measure_loyalty(company(1, 60).engine(), until=UNTIL).as_dict()


@pytest.fixture
def furnished(owner: Person, figures: Figures, one_connection: None) -> Person:
    """An owner in whose installation every address of the API has something to give."""
    standing.compute(store(), figures.version, None, "UTC")
    save_answers(owner, "care", {"budget": GivenAnswer(3, "plan"), "training": GivenAnswer(1)}, TODAY)
    add_goal(
        owner,
        NewGoal(objective="o", text="g", measure="answered", target=0.9, due=TODAY, strategy="s", tactic="t"),
    )
    LoyaltyFigures.objects.create(version=figures.version, content=compared())
    Job.objects.create(kind=Job.Kind.REPORT, started_by=owner)
    ReportMade.objects.create(title="r", language="en", version=0, digest="d", headline="h", made_by=owner)
    return owner


def bearer(person: Person, scope: str) -> dict[str, str]:
    token = make_token(person, "a program", scope, 1, timezone.now())
    return {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}


@SCHEMA.parametrize()
@FUZZED
def test_answers_to_the_owner_fit(case: schemathesis.Case, furnished: Person) -> None:
    unsaid = [positive_data_acceptance] if case.operation.label in TEXTS else []
    case.call_and_validate(headers=bearer(furnished, "write"), excluded_checks=unsaid)


GETS = (
    "worth",
    "measures",
    "measures/answered",
    "sources",
    "inputs",
    "maturity",
    "plan",
    "reports",
    "jobs",
    "loyalty",
)


@pytest.mark.parametrize("path", GETS)
def test_what_there_is_is_given(path: str, furnished: Person) -> None:
    answer = Client().get(f"/api/{path}", headers=bearer(furnished, "read"))
    assert answer.status_code == 200
    assert answer.json()


def test_figures_say_of_what_they_are(furnished: Person, figures: Figures) -> None:
    ask = {"headers": bearer(furnished, "read")}
    assert {
        path: Client().get(f"/api/{path}", **ask).json()["version"] for path in GETS[:4]
    } == dict.fromkeys(GETS[:4], figures.version)
    assert Client().get("/api/worth", **ask).json()["stale"] is False
    figures.basis = "of before"
    figures.save()
    assert all(Client().get(f"/api/{path}", **ask).json()["stale"] for path in GETS[:4])


def test_without_a_token_nothing_is_said(furnished: Person) -> None:
    for path in (*GETS, "jobs/1"):
        answer = Client().get(f"/api/{path}")
        assert (answer.status_code, answer.json()) == (401, {"detail": "Unauthorized"})
    signed_in = Client()
    signed_in.force_login(furnished)
    assert signed_in.get("/api/worth").status_code == 401, (
        "a session is no token: no form of another site acts"
    )


def test_a_token_that_may_read_does_not_write(furnished: Person) -> None:
    ask = {"headers": bearer(furnished, "read"), "content_type": "application/json"}
    for method, path, body in (
        ("put", "inputs", {"text": "x"}),
        ("put", "plan", {"text": 'convention = "OGST"'}),
        ("put", "maturity/answers", {"answers": {}}),
        ("post", "reports", {"title": "x"}),
        ("post", f"jobs/{Job.objects.get(kind=Job.Kind.REPORT).pk}/stop", {}),
    ):
        answer = getattr(Client(), method)(f"/api/{path}", body, **ask)
        assert answer.status_code == 403, path
        assert answer.json() == {"detail": "This token may only read."}
    assert not Job.objects.filter(stop_asked=True).exists()


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_a_token_may_not_what_its_person_may_not(
    role: Role, furnished: Person, person: Callable[..., Person]
) -> None:
    ask = {"headers": bearer(person(role), "write"), "content_type": "application/json"}
    assert Client().put("/api/plan", {"text": 'convention = "OGST"'}, **ask).status_code == 403
    assert Client().get("/api/jobs", **ask).status_code == 403
    assert Client().get("/api/inputs", **ask).status_code == 403


def test_what_is_sent_must_have_the_shape_that_is_told(furnished: Person) -> None:
    ask = {"headers": bearer(furnished, "write"), "content_type": "application/json"}
    for body in (
        '"a text"',
        '{"title": 3}',
        '{"title": "x", "pages": 2}',
        '{"title": "x", "language": "xx"}',
    ):
        answer = Client().post("/api/reports", body, **ask)
        assert answer.status_code == 422, body
        assert answer.json()["detail"][0]["loc"][0] == "body"
    assert Client().post("/api/reports", "{not json", **ask).status_code == 400
    assert Job.objects.filter(kind=Job.Kind.REPORT).count() == 1


def test_work_is_asked_for_followed_and_stopped(furnished: Person) -> None:
    ask = {"headers": bearer(furnished, "write"), "content_type": "application/json"}
    Job.objects.all().delete()
    asked = Client().post("/api/reports", {"title": "x", "language": "ur"}, **ask)
    assert asked.status_code == 202
    address = f"/api/jobs/{asked.json()['id']}"
    assert Client().get(address, **ask).json()["state"] == "waiting"
    assert Client().post(f"{address}/stop", **ask).json()["state"] == "stopped"
    over = Client().post(f"{address}/stop", **ask)
    assert (over.status_code, over.json()) == (409, {"detail": "This work is over."})
    assert not jobs.run_next()


def test_somebody_elses_work_is_not_there(furnished: Person, person: Callable[..., Person]) -> None:
    theirs = Job.objects.get(kind=Job.Kind.REPORT)
    ask = {"headers": bearer(person(Role.ANALYST), "write")}
    assert Client().get(f"/api/jobs/{theirs.pk}", **ask).status_code == 404
    assert Client().post(f"/api/jobs/{theirs.pk}/stop", **ask).status_code == 404
    assert Client().get("/api/jobs", **ask).json() == []


def test_every_refusal_is_told_in_openapi() -> None:
    operations = {
        f"{method} {path.removeprefix('/api/')}": set(map(int, operation["responses"]))
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    }
    assert all({401, 403} <= told for told in operations.values())
    assert all({400, 422} <= told for name, told in operations.items() if name.startswith("put"))
    assert {name for name, told in operations.items() if 409 in told} == {"post jobs/{number}/stop"}
    assert {name for name, told in operations.items() if 404 in told} == {
        "get worth",
        "get measures",
        "get measures/{name}",
        "get sources",
        "get loyalty",
        "get plan",
        "get jobs/{number}",
        "post jobs/{number}/stop",
    }
