"""A house with a made-up company in it, on SQLite or, with CAREWORTH_DATABASE, on PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["CAREWORTH_DATA"] = tempfile.mkdtemp(prefix="careworth-web-")
os.environ["DJANGO_SETTINGS_MODULE"] = "careworth.web.settings"
# Playwright keeps a loop of its own in the thread of the tests, for which Django would take them to be async.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

import django

django.setup()

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import setup_test_environment
from house_people import PASSWORD

from careworth.cli import careworth
from careworth.desk.figures import basis, compute
from careworth.desk.models import Figures, InputsVersion, Person, Role, Setting
from careworth.desk.place import store
from careworth.web.setup import prepare_folder


def pytest_unconfigure() -> None:
    """The folder of data goes with the process that made it: Django wants one before any fixture can."""
    shutil.rmtree(os.environ["CAREWORTH_DATA"], ignore_errors=True)


@pytest.fixture(scope="session")
def company() -> Path:
    """The data folder, with the facts of a small simulated year; the files it came from are beside it."""
    data = Path(os.environ["CAREWORTH_DATA"])
    prepare_folder(data)
    files = data / "simulated"
    careworth(["simulate", "year", "--out", str(files), "--conversations", "300"], standalone_mode=False)
    mapping = str(files / "mapping.toml")
    arguments = ["ingest", str(files / "messages.csv.gz"), "--mapping", mapping, "--data", str(data)]
    careworth(arguments, standalone_mode=False)
    return data


@pytest.fixture(scope="session")
def database(company: Path) -> Iterator[None]:
    setup_test_environment()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    connection.settings_dict["TEST"]["NAME"] = (
        None if connection.vendor == "sqlite" else f"careworth_web_{os.getpid()}"
    )
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    yield
    connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)


@pytest.fixture
def house(database: None) -> Iterator[None]:
    """Tables of the desk; what a test writes is gone after it."""
    mail.outbox.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.close()


@pytest.fixture(scope="session")
def computed(company: Path) -> tuple[int, dict[str, object]]:
    inputs = (company / "simulated" / "inputs.toml").read_text(encoding="utf-8")
    return compute(store(), inputs, None, "UTC")


@pytest.fixture
def figures(house: None, company: Path, computed: tuple[int, dict[str, object]]) -> Figures:
    inputs = (company / "simulated" / "inputs.toml").read_text(encoding="utf-8")
    InputsVersion.objects.create(text=inputs)
    Setting.objects.create(name="notice", value="Everything here is simulated.")
    version, content = computed
    return Figures.objects.create(version=version, basis=basis(inputs, None, "UTC"), content=content)


@pytest.fixture
def person(house: None) -> Callable[..., Person]:
    def make(role: Role = Role.OWNER, **fields: object) -> Person:
        number = Person.objects.count()
        email = f"{role.value}{number}@example.com"
        return Person.objects.create_user(email, PASSWORD, role=role, name=f"A {role.value}", **fields)

    return make


@pytest.fixture
def owner(person: Callable[..., Person]) -> Person:
    return person(Role.OWNER)


@pytest.fixture
def client(owner: Person) -> Client:
    """The owner's browser. Forms need their CSRF token, as they do for everybody."""
    browser = Client()
    browser.force_login(owner)
    return browser


@pytest.fixture
def browser_of(owner: Person) -> Callable[[Person], Client]:
    def sign_in(somebody: Person) -> Client:
        browser = Client()
        browser.force_login(somebody)
        return browser

    return sign_in
