"""The Django project. Read once at the edge: everything comes from variables of the environment."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from careworth.web import catalogues

_E = os.environ.get

CAREWORTH_DATA = Path(_E("CAREWORTH_DATA") or "careworth-data")
CAREWORTH_URL = _E("CAREWORTH_URL", "")
"""Where people reach the pages, such as https://care.example.com: decides cookies, hosts, links in mail."""

CAREWORTH_PROXY = _E("CAREWORTH_PROXY", "")
"""The address of the proxy in front, such as 127.0.0.1. Only of it is believed whom a request comes from."""

_SECRET_FILE = CAREWORTH_DATA / "desk" / "secret.key"
SECRET_KEY = _SECRET_FILE.read_text() if _SECRET_FILE.is_file() else secrets.token_urlsafe(50)
DEBUG = False
_SECURE = CAREWORTH_URL.startswith("https://")
_HOST = urlsplit(CAREWORTH_URL).hostname
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *([_HOST] if _HOST else [])]
CSRF_TRUSTED_ORIGINS = [CAREWORTH_URL] if CAREWORTH_URL else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "careworth.desk.apps.Desk",
    "careworth.web.apps.Web",
]
MIDDLEWARE = [
    "careworth.web.middleware.Headers",
    "careworth.web.middleware.Address",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "careworth.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "careworth.web.middleware.FirstStart",
]
ROOT_URLCONF = "careworth.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "careworth.web.templatetags.careworth"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "careworth.web.page.everywhere",
            ],
        },
    }
]


def _database(url: str | None) -> dict[str, Any]:
    """SQLite in the folder of data, or the PostgreSQL of a URL."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": CAREWORTH_DATA / "desk" / "desk.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; ",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(_E("CAREWORTH_DATABASE"))}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "desk_cache"},
}
"""Rate limits live here, so that they count over all threads and processes."""

AUTH_USER_MODEL = "desk.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
    )
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "careworth.web.accounts.Accounts"
SOCIALACCOUNT_ADAPTER = "careworth.web.accounts.Elsewhere"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Careworth"
_OIDC = urlsplit(_E("CAREWORTH_OIDC_SERVER", ""))
CAREWORTH_OIDC_ORIGIN = f"{_OIDC.scheme}://{_OIDC.netloc}" if _OIDC.netloc else ""
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "company",
                "name": _E("CAREWORTH_OIDC_NAME", "OpenID Connect"),
                "client_id": _E("CAREWORTH_OIDC_CLIENT", ""),
                "secret": _E("CAREWORTH_OIDC_SECRET", ""),
                "settings": {"server_url": _E("CAREWORTH_OIDC_SERVER", "")},
            }
        ]
        if _E("CAREWORTH_OIDC_SERVER")
        else [],
    }
}

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script needs it
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _SECURE else 0
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

_MAIL = urlsplit(_E("CAREWORTH_MAIL", ""))
"""smtp://name:password@host:port, or smtps:// for TLS from the start. Without it mail is printed."""
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _MAIL.hostname else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _MAIL.hostname or "localhost", _MAIL.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_SSL = _MAIL.scheme == "smtps"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _E("CAREWORTH_MAIL_FROM", "careworth@localhost")

LANGUAGE_CODE = "en"
_LANGUAGES = [("en", "English"), ("id", "Bahasa Indonesia"), ("it", "Italiano"), ("ur", "اردو")]
LANGUAGES = [(code, name) for code, name in _LANGUAGES if catalogues.offered(code)]
LOCALE_PATHS = [catalogues.compiled(CAREWORTH_DATA / "desk" / "locale")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = _SECURE
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
_FONT = Path(__file__).parent / "font"
CAREWORTH_NASTALIQ = (_FONT / "web" / "nastaliq.woff2").is_file()
"""Whether the build has copied the Urdu web font in."""
STATICFILES_DIRS = [_FONT] if CAREWORTH_NASTALIQ else []
STATIC_ROOT = CAREWORTH_DATA / "desk" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
