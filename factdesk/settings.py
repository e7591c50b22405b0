"""FactDesk's settings, all read from the environment; a bad value is refused in one sentence."""

import difflib
import os
import secrets
import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

from .about import NotRight, read_about

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
TESTING = "pytest" in sys.modules

env = Env()
try:
    DEMO = env.bool("FACTDESK_DEMO", False)
    DEBUG = env.bool("DEBUG", False)
    # Who needs a second editor: everything, only sensitive claims and allegations, or nothing (a desk of one).
    FACTDESK_TWO_PEOPLE = env.str("FACTDESK_TWO_PEOPLE", "everything")
    FACTDESK_PROOF_TEXTS = env.str("FACTDESK_PROOF_TEXTS", "")
    # Where the bytes of captures lie, and what may come in: size, seconds, memory in MB, and addresses inside ("host:port").
    FACTDESK_FILES = Path(env.str("FACTDESK_FILES", str(VAR / ("demo-files" if DEMO else "files"))))
    FACTDESK_MAX_BYTES = env.int("FACTDESK_MAX_BYTES", 20_000_000)
    FACTDESK_FETCH_SECONDS = env.int("FACTDESK_FETCH_SECONDS", 30)
    FACTDESK_FETCH_ALSO: list[str] = env.list("FACTDESK_FETCH_ALSO", [])
    # An archive that makes copies of pages, as an address with {url} in it; none by default.
    FACTDESK_ARCHIVE = env.str("FACTDESK_ARCHIVE", "")
    # Who runs this desk, as a TOML file (docs/operating.md); where readers' reports are told of by mail; how many proxies
    # stand before this server, each of which says who asked it; the file that closes the desk while it is there.
    FACTDESK_ABOUT = read_about(env.str("FACTDESK_ABOUT", str(ROOT / "fixtures" / "about.toml") if DEMO else ""))
    FACTDESK_REPORTS_TO = env.str("FACTDESK_REPORTS_TO", "")
    FACTDESK_PROXIES = env.int("FACTDESK_PROXIES", 0)
    FACTDESK_CLOSED_UNTIL = Path(env.str("FACTDESK_CLOSED_UNTIL", str(VAR / "closed_until")))
    # Requests that the API takes in a minute: from one address without a token, and with one token. 0: as many as come.
    FACTDESK_API_PER_ADDRESS = env.int("FACTDESK_API_PER_ADDRESS", 0 if TESTING else 600)
    FACTDESK_API_PER_TOKEN = env.int("FACTDESK_API_PER_TOKEN", 0 if TESTING else 600)
    CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://")}
    FACTDESK_PARSE_SECONDS = env.int("FACTDESK_PARSE_SECONDS", 10)
    FACTDESK_PARSE_MB = env.int("FACTDESK_PARSE_MB", 1024)
    ALLOWED_HOSTS = env.list(
        "ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", "testserver"] if DEBUG or TESTING else []
    )
    DATABASES = {
        "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR / ('demo' if DEMO else 'factdesk')}.sqlite3")
    }
    SECRET_KEY = env.str("SECRET_KEY", "")
    EMAIL = env.dj_email_url("EMAIL_URL", "console://" if DEBUG else "dummy://")
    DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "factdesk@localhost")
    HTTPS = env.bool("FACTDESK_HTTPS", not (DEBUG or TESTING))
    # Where readers find the desk, for what is told of it outside: in webhooks and mails.
    FACTDESK_ADDRESS = env.str(
        "FACTDESK_ADDRESS",
        f"https://{ALLOWED_HOSTS[0]}" if HTTPS and ALLOWED_HOSTS else "http://127.0.0.1:8000",
    ).rstrip("/")
except NotRight as error:
    raise ImproperlyConfigured(str(error)) from error
except (EnvError, ValueError) as error:
    raise ImproperlyConfigured(f"The environment is not right: {error}") from error

KNOWN = {
    "FACTDESK_DEMO",
    "FACTDESK_TWO_PEOPLE",
    "FACTDESK_PROOF_TEXTS",
    "FACTDESK_HTTPS",
    "FACTDESK_ADDRESS",
    "FACTDESK_FILES",
    "FACTDESK_ABOUT",
    "FACTDESK_REPORTS_TO",
    "FACTDESK_PROXIES",
    "FACTDESK_CLOSED_UNTIL",
    "FACTDESK_MAX_BYTES",
    "FACTDESK_FETCH_SECONDS",
    "FACTDESK_FETCH_ALSO",
    "FACTDESK_PARSE_SECONDS",
    "FACTDESK_ARCHIVE",
    "FACTDESK_API_PER_ADDRESS",
    "FACTDESK_API_PER_TOKEN",
    "FACTDESK_PARSE_MB",
    "FACTDESK_JUDGES",  # asked by the tests alone
}
for name in os.environ:
    if name.startswith("FACTDESK_") and name not in KNOWN:
        near = difflib.get_close_matches(name, KNOWN, n=1)
        raise ImproperlyConfigured(f"There is no setting {name}." + (f" Did you mean {near[0]}?" if near else ""))
if FACTDESK_TWO_PEOPLE not in {"everything", "sensitive", "nothing"}:
    raise ImproperlyConfigured(
        f"FACTDESK_TWO_PEOPLE is {FACTDESK_TWO_PEOPLE!r}. Set it to everything, sensitive or nothing."
    )
if not FACTDESK_ADDRESS.startswith(("https://", "http://")) or "*" in FACTDESK_ADDRESS:
    raise ImproperlyConfigured(
        f"FACTDESK_ADDRESS is {FACTDESK_ADDRESS!r}. Set it to the whole address of the desk, like https://facts.example."
    )
if FACTDESK_ARCHIVE and not (FACTDESK_ARCHIVE.startswith(("https://", "http://")) and "{url}" in FACTDESK_ARCHIVE):
    raise ImproperlyConfigured(
        f"FACTDESK_ARCHIVE is {FACTDESK_ARCHIVE!r}. Set it to an address with {{url}} where that of the page goes."
    )


def _kept_secret(name: str, size: int) -> str:
    """A random text, made once and kept beside the demo's database."""
    VAR.mkdir(exist_ok=True)
    path = VAR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(size))
    return path.read_text()


if not SECRET_KEY:
    if TESTING:
        SECRET_KEY = secrets.token_urlsafe(50)
    elif DEMO:
        SECRET_KEY = _kept_secret("secret_key", 50)
    else:
        raise ImproperlyConfigured(
            "Set SECRET_KEY to a long random text and keep it. The demo makes its own: make demo."
        )

DEMO_PASSWORD = _kept_secret("demo_password", 9) if DEMO else ""

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # FULL: an acknowledged edit survives a power cut. IMMEDIATE: two writers wait instead of failing.
    # Recursive triggers: INSERT OR REPLACE cannot slip past the triggers that refuse a delete.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})
    if not TESTING:
        DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8}
        DATABASES["default"]["CONN_MAX_AGE"] = 0

INSTALLED_APPS = [
    "factdesk.apps.FactdeskConfig",
    "claims",
    "sources",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "factdesk.permitting.permissions_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "claims.api.sharing.open_to_all",
    "claims.speaking.Speaking",
    "claims.caching.CachingMiddleware",
    "csp.middleware.CSPMiddleware",
    "factdesk.closing.Closed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "factdesk.expiring.KeepWords",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "factdesk.urls"
WSGI_APPLICATION = "factdesk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [f"claims.templatetags.{name}" for name in ("desk", "icons", "languages")],
        },
    }
]

if "EMAIL_BACKEND" not in EMAIL:
    raise ImproperlyConfigured("EMAIL_URL is not one that is known. Set it like submission://user:password@host:587.")
globals().update(EMAIL)  # EMAIL_BACKEND, EMAIL_HOST and the rest of what the address says
EMAIL_TIMEOUT = 10  # seconds: an editor waits for it
DATA_UPLOAD_MAX_MEMORY_SIZE = FACTDESK_MAX_BYTES + 1_000_000  # what is too large is refused in words, by the verb
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("ja", "日本語")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = None if DEBUG or TESTING else ROOT / "staticfiles"
STATICFILES_DIRS = [ROOT / "factdesk" / "static"]
if not (DEBUG or TESTING):
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
else:
    WHITENOISE_USE_FINDERS = True

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "admin:login"
CSRF_FAILURE_VIEW = "claims.problems.form_expired"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# What our pages never ask a browser for, and no page inside of them may.
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
if HTTPS:
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "claims.api.describing.Described",
    "DEFAULT_THROTTLE_CLASSES": ["claims.api.throttling.PerAddress"],
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "claims.problems.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "FactDesk",
    "DESCRIPTION": "Claims, who made them, the evidence, and how their status changed.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "claims.api.describing.say_problems_once",
        "claims.api.describing.say_no_bounds_of_engines",
    ],
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,  # a member that `fields` leaves out is not there
    # It cannot guess the choices of our filters, and says so at each start; a test holds the answers against the schema.
    "DISABLE_ERRORS_AND_WARNINGS": True,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
}
