"""A visitor of the pages, as a browser is one: keeps connection and cookies, sends forms with their token."""

import gzip
import http.client
import re
import time
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """``seconds`` from sending to the last byte; ``bytes`` over the wire, head and packed body."""

    status: int
    headers: dict[str, str]
    text: str
    seconds: float
    bytes: int

    @property
    def is_page(self) -> bool:
        return self.status == 200 and self.headers.get("content-type", "").startswith("text/html")

    def links(self) -> list[str]:
        """Addresses on this server that a click would ask for."""
        return [unescape(one) for one in re.findall(r'<a [^>]*href="(/[^"#]*)"', self.text)]

    def parts(self) -> list[str]:
        """What a browser fetches with the page: style sheets, scripts, pictures; no fonts."""
        return re.findall(
            r'<(?:link rel="(?:stylesheet|icon)" href|script src|img src)="(/[^"]+)"', self.text
        )


@dataclass(slots=True)
class Visitor:
    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    line: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        self.line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, form: dict[str, object], at: str = "") -> Answer:
        """Send a form that stands on the page ``at``, or at its own address."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(at or path).text)
        assert token, f"{at or path} has no form"
        return self._ask("POST", path, {**form, "csrfmiddlewaretoken": token[1]})

    def _ask(self, method: str, path: str, form: dict[str, object] | None) -> Answer:
        headers = {
            "Accept-Encoding": "gzip",
            "Accept": "text/html",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = None if form is None else urlencode(form, doseq=True)
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address}
        began = time.perf_counter()
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - began
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, held = value.partition(";")[0].partition("=")
                self.cookies[cookie] = held
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 19
        told = {name.lower(): value for name, value in answer.getheaders()}
        plain = gzip.decompress(content) if told.get("content-encoding") == "gzip" else content
        return Answer(answer.status, told, plain.decode(errors="replace"), seconds, head + len(content))
