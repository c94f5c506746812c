"""Every setting of ZoneTrack. What differs between machines comes from the environment.

The variables are described in the README and listed in .env.example.
"""

import os
import re
import secrets
import sys
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


# Reading the environment


def text(name, default=""):
    """A variable's value; a secret may also stand in the file that NAME_FILE names."""
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return os.environ.get(name, "").strip() or default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"{name}_FILE names a file that cannot be read: {error}"
        ) from error


def flag(name, default):
    value = text(name).lower()
    if value in ("true", "1", "yes", "on"):
        return True
    if value in ("false", "0", "no", "off"):
        return False
    if value:
        raise ImproperlyConfigured(f"{name} is “{value}”; write True or False.")
    return default


def whole_number(name, default):
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is “{value}”; write a whole number such as {default}.")
    return int(value)


def words(name):
    return [word.strip() for word in text(name).split(",") if word.strip()]


def choice(name, default, allowed):
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is “{value}”; write one of {', '.join(allowed)}.")
    return value


def secret_key():
    """The given key. Only where nothing is at stake, ZoneTrack makes one itself and keeps it."""
    key = text("ZONETRACK_SECRET_KEY")
    if key or TESTING:
        return key or secrets.token_urlsafe(50)
    if not (DEBUG or DEMO):
        raise ImproperlyConfigured(
            "Set ZONETRACK_SECRET_KEY to a long random text that stays the same, or "
            "ZONETRACK_SECRET_KEY_FILE to a file with it. This prints a good one: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    file = DATA_DIR / "development-key"
    if not file.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()


def database():
    default = DATA_DIR / ("demo.sqlite3" if DEMO else "zonetrack.sqlite3")
    # The demo never looks at DATABASE_URL, so that it cannot touch real data.
    url = "" if DEMO else text("DATABASE_URL")
    return database_named(url or f"sqlite:///{default.as_posix()}")


def database_named(url):
    """The settings of the database that an address names."""
    try:
        config = dj_database_url.parse(url)
    except (dj_database_url.UnknownSchemeError, dj_database_url.ParseError, ValueError) as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read. {DATABASE_EXAMPLES}") from error
    if config["ENGINE"] == "django.db.backends.sqlite3":
        return config | sqlite_settings(config)
    if config["ENGINE"] == "django.db.backends.postgresql":
        return config | postgresql_settings(config)
    raise ImproperlyConfigured(
        f"DATABASE_URL names a database of another kind. {DATABASE_EXAMPLES}"
    )


DATABASE_EXAMPLES = (
    "Examples: sqlite:////var/lib/zonetrack/zonetrack.sqlite3, "
    "postgres://user:password@localhost:5432/zonetrack"
)


def sqlite_settings(config):
    if config["NAME"] != ":memory:":
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    return {
        "OPTIONS": config.get("OPTIONS", {})
        | {
            # A transaction that reads first and writes later would else fail at once.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL, because NORMAL may lose acknowledged saves when the power fails.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    }


def replicas():
    """The databases that may be read in place of the first one, by the names they have here."""
    listed = "" if DEMO else text("ZONETRACK_REPLICAS")
    found = {}
    for number, url in enumerate(listed.replace(",", " ").split(), start=1):
        config = database_named(url)
        if config["ENGINE"] != "django.db.backends.postgresql":
            raise ImproperlyConfigured("ZONETRACK_REPLICAS takes addresses of PostgreSQL servers.")
        # A page does not wait long for a server whose work another one can do.
        config["OPTIONS"]["connect_timeout"] = 2
        # Tests have one database, under whatever name they ask for it.
        found[f"replica{number}"] = config | {"TEST": {"MIRROR": "default"}}
    if found and database()["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("ZONETRACK_REPLICAS needs PostgreSQL in DATABASE_URL, too.")
    return found


def postgresql_settings(config):
    if flag("ZONETRACK_POOLED", False):
        # A pooler takes no options of a session; its own file gives them (docs/scale.md).
        return {
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "DISABLE_SERVER_SIDE_CURSORS": True,
            "OPTIONS": {"connect_timeout": 5} | config.get("OPTIONS", {}),
        }
    limits = (
        "-c statement_timeout=15000 -c lock_timeout=5000"
        " -c idle_in_transaction_session_timeout=30000"
    )
    given = config.get("OPTIONS", {})
    options = given.get("options", "") if is_command() else f"{limits} {given.get('options', '')}"
    return {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5} | given | {"options": options.strip()},
    }


def is_command():
    """Commands such as migrate may rightly take longer than a page."""
    return Path(sys.argv[0]).name == "manage.py" and sys.argv[1:2] != ["runserver"]


def proxy_sign_on():
    """Header, secret, networks, and whether a socket counts; empty where nothing is given."""
    header, secret = text("ZONETRACK_PROXY_USER_HEADER"), text("ZONETRACK_PROXY_SECRET")
    listed = words("ZONETRACK_PROXY_ADDRESSES")
    if not (header or secret or listed):
        return "", "", [], False
    if not (header and secret and listed):
        raise ImproperlyConfigured(
            "ZONETRACK_PROXY_USER_HEADER, ZONETRACK_PROXY_SECRET and ZONETRACK_PROXY_ADDRESSES "
            "belong together: set all three, or none."
        )
    if not re.fullmatch(r"X(-[A-Za-z0-9]+)+|Remote-User", header):
        raise ImproperlyConfigured(
            f"ZONETRACK_PROXY_USER_HEADER is “{header}”; write a name such as X-Remote-User."
        )
    if len(secret) < 32 or not secret.isascii():
        raise ImproperlyConfigured(
            "ZONETRACK_PROXY_SECRET is too easy to guess; write at least 32 letters and digits."
        )
    try:
        networks = [ip_network(word, strict=False) for word in listed if word != "unix"]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"ZONETRACK_PROXY_ADDRESSES cannot be read: {error}. Write addresses or networks, "
            "separated by commas, and “unix” for a proxy that uses a socket of this machine."
        ) from error
    return header, secret, networks, "unix" in listed


# How this process runs. manage.py sets the mode for the commands demo and test.

MODE = choice(
    "ZONETRACK_MODE",
    "test" if "PYTEST_VERSION" in os.environ else "production",
    ("production", "demo", "test"),
)
DEMO = MODE == "demo"
TESTING = MODE == "test"
DEBUG = flag("ZONETRACK_DEBUG", False) and MODE == "production"
LIVE = MODE == "production" and not DEBUG

DATA_DIR = Path(text("ZONETRACK_DATA_DIR", str(BASE_DIR / "data"))).absolute()
SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = words("ZONETRACK_OLD_SECRET_KEYS")
BANNER = text("ZONETRACK_BANNER")

LOCAL_HOSTS = [] if LIVE else ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = words("ZONETRACK_HOSTS") + LOCAL_HOSTS

DATABASES = {"default": database()} | replicas()
REPLICAS = [name for name in DATABASES if name != "default"]
DATABASE_ROUTERS = ["zonetrack.replicas.Router"] if REPLICAS else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["zonetrack.access.throttle.SignInLock"]
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# What the site is made of. The own apps come first: their templates and commands win over Django's.

INSTALLED_APPS = [
    "zonetrack",
    "zonetrack.access",
    "zonetrack.years",
    "zonetrack.files",
    "zonetrack.backups",
    "zonetrack.sums",
    "enterprises",
    "rd_centers",
    "patents",
    "zonetrack.projects",
    "zonetrack.published",
    "zonetrack.targets",
    "zonetrack.dashboards",
    "zonetrack.returns",
    "zonetrack.imports",
    "zonetrack.evidence",
    "zonetrack.api",
    "zonetrack.reports",
    "zonetrack.health",
    "django_filters",
    "simple_history",
    "axes",
    "csp",
    "zonetrack.apps.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "zonetrack.request_log.log_requests",
    "zonetrack.security.remember_request",
    # Above what leads to encryption, and the static files: these answers carry the headers, too.
    "zonetrack.middleware.set_headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "zonetrack.middleware.refuse_odd_requests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "zonetrack.middleware.limit_sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zonetrack.access.proxy_sign_on.ProxySignOn",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "zonetrack.access.passwords.AskForOwnPassword",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "zonetrack.middleware.name_channel",
    "axes.middleware.AxesMiddleware",
    "zonetrack.middleware.explain_refused_methods",
]
if REPLICAS:
    MIDDLEWARE.append("zonetrack.replicas.ReadFromReplicas")

ROOT_URLCONF = "zonetrack.urls"
WSGI_APPLICATION = "zonetrack.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "zonetrack.dashboards.context.chrome",
            ],
        },
    },
]

# Language, numbers, time

LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
# The language of those whose browser asks for neither.
LANGUAGE_CODE = choice("ZONETRACK_LANGUAGE", "en", [code for code, name in LANGUAGES])
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["zonetrack.formats"]
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Asia/Shanghai"

# A page of the table of yearly figures has 100 lines with 15 inputs, sent whole without script.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_HANDLERS = [
    "zonetrack.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Whether parts of pages are kept in the cache until what they show has changed. Tests make records
# by the dozen behind the back of what tells of changes.
KEEP_PARTS = not TESTING

# Files of the pages

STATIC_URL = "static/"
# Demo and tests serve the files from where they lie, without collectstatic.
STATIC_ROOT = (
    Path(text("ZONETRACK_STATIC_DIR", str(BASE_DIR / "static-collected"))).absolute()
    if LIVE
    else None
)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if LIVE
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not LIVE
# Looked for when asked for, and not read at every start: each client of a test is one.
WHITENOISE_AUTOREFRESH = DEBUG or TESTING
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Accounts and sessions


LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "zonetrack.access.passwords.NotTooLong"},
    {"NAME": "zonetrack.access.passwords.NotItsName"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Wrong passwords; how they are counted is told in zonetrack/access/throttle.py.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
# Who goes on trying while locked does not make it longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "zonetrack.access.throttle.Throttle"
AXES_USERNAME_CALLABLE = "zonetrack.access.throttle.name_of"
AXES_CLIENT_IP_CALLABLE = "zonetrack.security.address_of"
AXES_LOCKOUT_CALLABLE = "zonetrack.access.throttle.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_IDLE_SECONDS = whole_number("ZONETRACK_SESSION_IDLE_HOURS", 8) * 3600
SESSION_LONGEST_SECONDS = whole_number("ZONETRACK_SESSION_LONGEST_HOURS", 12) * 3600
SESSION_COOKIE_AGE = SESSION_IDLE_SECONDS

# Several servers share sessions and cache in Redis. The demo has no need of it.

REDIS = "" if DEMO else text("ZONETRACK_REDIS")
# Kept parts of pages, compressed: some ten kilobytes each, at most 20 MB in each process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
}
if REDIS:
    if not REDIS.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured(
            f"ZONETRACK_REDIS is “{REDIS}”; write an address such as redis://localhost:6379/0."
        )
    SHARED = {
        "LOCATION": REDIS,
        "KEY_PREFIX": "zonetrack",
        "OPTIONS": {
            "serializer": "zonetrack.shared_cache.Signed",
            # Pages do without it, so they do not wait for it.
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
        },
    }
    CACHES = {
        "default": SHARED | {"BACKEND": "zonetrack.shared_cache.RedisCache"},
        "sessions": SHARED | {"BACKEND": "zonetrack.shared_cache.Sessions"},
    }
    # The database keeps them, so that nobody is signed out when Redis loses what it holds.
    SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    SESSION_CACHE_ALIAS = "sessions"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "zonetrack.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

# Encryption: everything that plain HTTP cannot have hangs on this one switch.

HTTPS = flag("ZONETRACK_HTTPS", LIVE)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if HTTPS:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("ZONETRACK_HSTS_SUBDOMAINS", False)
    SECURE_HSTS_PRELOAD = flag("ZONETRACK_HSTS_PRELOAD", False)
    # Browsers accept these names only from the host itself, encrypted.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    POSITION_COOKIE_NAME = "__Host-position"
    # Whether sibling hosts follow is the operator's decision, not ours.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
else:
    POSITION_COOKIE_NAME = "position"
    SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
# How many proxies of one's own a request passes; each adds an address to X-Forwarded-For.
TRUST_PROXY = flag("ZONETRACK_TRUST_PROXY", False)
PROXIES = whole_number("ZONETRACK_PROXIES", 1) if TRUST_PROXY else 0
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = words("ZONETRACK_TRUSTED_ORIGINS")

# Signing on by the word of a proxy: off unless all three are given.

PROXY_USER_HEADER, PROXY_SECRET, PROXY_NETWORKS, PROXY_BY_SOCKET = proxy_sign_on()
PASSWORD_SIGN_IN = flag("ZONETRACK_PASSWORD_SIGN_IN", True)
if PROXY_USER_HEADER:
    AUTHENTICATION_BACKENDS.append("zonetrack.access.proxy_sign_on.ProxyBackend")
if PASSWORD_SIGN_IN:
    AUTHENTICATION_BACKENDS.append("zonetrack.access.scope.MembershipBackend")
elif not PROXY_USER_HEADER:
    raise ImproperlyConfigured(
        "ZONETRACK_PASSWORD_SIGN_IN is off and no proxy signs anybody on: nobody could sign in."
    )

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # data: for small symbols in style sheets, blob: for saving a chart as a picture.
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# History: going back to an old state is a change like any other, made in the form.

SIMPLE_HISTORY_REVERT_DISABLED = True

# Mail: about errors to those named here, about their work to those who enter data

# Where the site is found, for mails and calendars, which know no request.
SITE_ADDRESS = text(
    "ZONETRACK_ADDRESS",
    f"{'https' if HTTPS else 'http'}://{(ALLOWED_HOSTS or ['localhost'])[0].lstrip('*.')}",
).rstrip("/")
ADMINS = [("", address) for address in words("ZONETRACK_ERRORS_TO")]
EMAIL_HOST = text("ZONETRACK_EMAIL_HOST")
# Without a server, and in the demo, mails are written to where the logs go.
EMAIL_BACKEND = "django.core.mail.backends.{}.EmailBackend".format(
    "smtp" if EMAIL_HOST and not DEMO else "console"
)
EMAIL_PORT = whole_number("ZONETRACK_EMAIL_PORT", 25)
EMAIL_HOST_USER = text("ZONETRACK_EMAIL_USER")
EMAIL_HOST_PASSWORD = text("ZONETRACK_EMAIL_PASSWORD")
EMAIL_USE_TLS = flag("ZONETRACK_EMAIL_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("ZONETRACK_EMAIL_FROM", "zonetrack@localhost")

# One line of JSON for each request.
REQUEST_LOG = flag("ZONETRACK_REQUEST_LOG", LIVE)
# How often each process adds its times of pages to the table; 0: never.
PAGE_TIMES_SECONDS = 0 if TESTING else 60

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "zonetrack.logs.LineFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "bare": {"format": "{message}", "style": "{"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "bare": {"class": "logging.StreamHandler", "formatter": "bare"},
        "mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {
            "handlers": ["stderr", "mail"] if LIVE and ADMINS else ["stderr"],
            "level": "INFO",
            "propagate": False,
        },
        "zonetrack.requests": {"handlers": ["bare"], "propagate": False},
        # What matters of it stands in the security log.
        "axes": {"level": "ERROR"},
        # Whoever looks at the demo has no use for how its zones were made.
        "zonetrack.security": {"level": "WARNING" if DEMO else "INFO"},
    },
}
