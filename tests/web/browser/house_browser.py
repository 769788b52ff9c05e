"""A server of its own with a made-up company, and the ways of a browser through it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "a long pass phrase"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
PAGES = (
    "/",
    "/measures/",
    "/measures/first_reply_time/",
    "/measures/first_reply_time/rows/",
    "/loyalty/",
    "/sources/",
    "/sources/skipped/",
    "/inputs/",
    "/maturity/",
    "/maturity/answers/",
    "/maturity/what-if/",
    "/maturity/peers/",
    "/maturity/evidence/",
    "/plan/",
    "/plan/goal/",
    "/plan/edit/",
    "/plan/value/",
    "/reports/",
    "/briefings/",
    "/import/",
    "/jobs/",
    "/people/",
    "/tokens/",
    "/audit/",
    "/settings/",
    "/profile/",
    "/accounts/2fa/",
)


@dataclass(frozen=True)
class House:
    """A running server: its address, and the page where the owner chooses a password."""

    address: str
    start: str
    process: subprocess.Popen[str]
    database: str | None = None

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=20)
        if self.database is not None:
            _on_server('drop database "{}"', self.database)


def _new_database() -> str | None:
    """A database of its own where the tests run on PostgreSQL; None: SQLite."""
    server = os.environ.get("CAREWORTH_DATABASE")
    if not server:
        return None
    url = urlsplit(server)._replace(path=f"/careworth_house_{os.getpid()}_{time.monotonic_ns()}")
    _on_server('create database "{}"', urlunsplit(url))
    return urlunsplit(url)


def _on_server(command: str, database: str) -> None:
    with psycopg.connect(os.environ["CAREWORTH_DATABASE"], autocommit=True) as line:
        line.execute(command.format(urlsplit(database).path.lstrip("/")))  # type: ignore[call-overload]


def run(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "careworth.cli", *map(str, words)], check=True, capture_output=True)


def furnish(folder: Path) -> None:
    """A small company with its records and a report, as ``make demo`` leaves it."""
    files, data = folder / "simulated", folder / "data"
    run("simulate", "company", "--out", files, "--customers", "3000")
    run("ingest", files / "messages.parquet", "--mapping", files / "mapping.toml", "--data", data)
    run("records", files / "records", "--data", data)
    notice = ("--notice", "Everything in this report is simulated.")
    run("report", "--inputs", files / "inputs.toml", "--data", data, "--out", folder / "report", *notice)


def open_house(data: Path) -> House:
    """Start ``careworth serve`` on a free port of the loopback and wait until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "careworth.cli", "serve", "--data", str(data), "--port", str(port)]
    database = _new_database()
    if database is not None:
        words += ["--database", database]
    # The in-process tests beside this set where their own data are.
    ours = ("CAREWORTH_", "DJANGO_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    assert process.stdout is not None
    told = ""
    while "/start/" not in told and (line := process.stdout.readline()):
        told += line
    found = re.search(r"http://\S+/start/\S+", told)
    assert found, f"the server did not start: {told}"
    house = House(f"http://127.0.0.1:{port}", found[0], process, database)
    _wait(house.address + "/health/")
    return house


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def context(browser: Browser, language: str, **more: object) -> BrowserContext:
    return browser.new_context(locale=language, viewport={"width": 1200, "height": 850}, **more)  # type: ignore[arg-type]


def become_owner(page: Page, house: House) -> None:
    page.goto(house.start)
    page.fill("[name=name]", "Sinta Wibowo")
    page.fill("[name=email]", "owner@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("main form:not(.language) button")
    page.wait_for_url(house.address + "/")


def sign_in(page: Page, house: House) -> None:
    page.goto(house.address + "/accounts/login/")
    page.fill("[name=login]", "owner@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("main form:not(.language) > button")
    page.wait_for_url(house.address + "/")


def speak(page: Page, house: House, language: str) -> None:
    """Choose a language, as a reader would."""
    page.goto(house.address + "/profile/")
    button = page.query_selector(f".wide button[value={language}]")
    if button is not None:
        button.click()
    assert page.get_attribute("html", "lang") == language


def figures(page: Page, house: House) -> None:
    """Wait until the figures of the facts are there: the server computes them behind the pages."""
    _until(page, house.address + "/measures/first_reply_time/", "main table")


def loyalty(page: Page, house: House) -> None:
    """Wait until the effects on customers are there, which are computed after the figures."""
    _until(page, house.address + "/loyalty/", "#m1_retention")


def _until(page: Page, address: str, there: str) -> None:
    for _ in range(240):
        page.goto(address)
        if page.query_selector(there) is not None:
            return
        time.sleep(0.5)
    raise AssertionError(f"{address} was never filled")


def chromium() -> str | None:
    return shutil.which("chromium")
