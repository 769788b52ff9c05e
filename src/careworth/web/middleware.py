"""What every request passes: headers, address, language, and the door of before the first owner."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers

from careworth.desk.actions import owner_exists
from careworth.desk.actions.audit import ASKED_FROM

Next: TypeAlias = Callable[[HttpRequest], HttpResponseBase]

POLICY = "Content-Security-Policy"
HEADERS = {
    POLICY: (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-downloads"
)
"""For the report file, which carries its own style: it may do nothing else, and knows nobody's session."""


def _forms() -> str:
    """Where forms may lead. Browsers also ask this of where a form is sent on to: the company's sign-in."""
    return f"; form-action 'self' {settings.CAREWORTH_OIDC_ORIGIN}".rstrip()


class Headers:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value + _forms() if name == POLICY else value)
        if settings.SECURE_HSTS_SECONDS:
            response.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Address:
    """Who asks, for the audit log. What a proxy says counts only where the server trusts the proxy: there
    ``REMOTE_ADDR`` is the person's already (``careworth.web.server``), so no header is read here."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asking = ASKED_FROM.set(_plain(request.META.get("REMOTE_ADDR", "")))
        try:
            return self.get_response(request)
        finally:
            ASKED_FROM.reset(asking)


def _plain(address: str) -> str | None:
    """None for what is no address, such as the name of a socket."""
    try:
        return str(ip_address(address))
    except ValueError:
        return None


class Language:
    """The person's own language, else what they chose in this browser, else what the browser asks for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        own = request.user.language if request.user.is_authenticated else ""
        language = own or translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or "en"
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class FirstStart:
    """Until somebody owns the installation, every page leads to where the owner chooses a password."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.owned = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        self.owned = self.owned or owner_exists()
        if not self.owned and not request.path.startswith(("/start/", "/language/", "/static/", "/health/")):
            return redirect("start")
        return self.get_response(request)
