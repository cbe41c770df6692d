"""Every setting, read from the environment (twelve-factor); ``docs/configuration.md`` explains each variable.

The defaults are those of the embedded mode: one machine, SQLite, files under ``var/``. Production refuses to start
with an unsafe value (see ``edocs/checks.py``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

TESTING = "pytest" in sys.modules
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- who may talk to us ---------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)  # demonstration agency: soft keys allowed, a band on every page
ALLOW_SOFT_KEYS = env.bool("ALLOW_SOFT_KEYS", default=DEMO or DEBUG or TESTING)  # keys in password-protected files
SECRET_KEY = env.str("SECRET_KEY", default="insecure-embedded-key" if (DEMO or DEBUG or TESTING) else "")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if (DEMO or DEBUG or TESTING) else []
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_HTTPS = env.bool("BEHIND_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=10) * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_HTTPS else 0
X_FRAME_OPTIONS = "SAMEORIGIN"
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- the parts ------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "guardian",
    "edocs.journal",
    "edocs.jobs",
    "edocs.office",
    "edocs.documents",
    "edocs.deadlines",
    "edocs.signatures",
    "edocs.workflow",
    "edocs.intake",
    "edocs.records",
    "edocs.web",
    "edocs.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "edocs.web.middleware.PersonLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "edocs.web.middleware.RequestContextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "edocs.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "edocs.urls"
WSGI_APPLICATION = "edocs.wsgi.application"

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
                "edocs.web.context.shell",
            ],
        },
    }
]

# --- stores ---------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'edocs.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE and WAL: several processes write without "database is locked" (measured); see docs/performance.md.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    if TESTING:
        # a file, so that other processes (worker, signing process) can see what a test wrote
        DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FILES_DIR = Path(env.str("FILES_DIR", default=str(VAR_DIR / "files")))
PREVIEWS_DIR = Path(env.str("PREVIEWS_DIR", default=str(VAR_DIR / "previews")))
SEARCH_DIR = Path(env.str("SEARCH_DIR", default=str(VAR_DIR / "search")))
SEARCH_URL = env.str("SEARCH_URL", default="")
SEARCH_API_KEY = env.str("SEARCH_API_KEY", default="")
SEARCH_CA = env.str("SEARCH_CA", default="")
SEARCH_SHARDS = max(env.int("SEARCH_SHARDS", default=1), 1)
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_MB", default=100) * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- who is who -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "office.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: no anonymous person exists
GUARDIAN_MONKEY_PATCH_USER = False
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AXES_FAILURE_LIMIT = env.int("LOGIN_ATTEMPTS", default=8)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password", "key_password"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# --- words and time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "edocs_language"
USE_I18N = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FORMAT_MODULE_PATH = "edocs.formats"
LOCALE_PATHS = [BASE_DIR / "edocs" / "locale"]

# --- what the browser gets ------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS: list[Path] = []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if (DEBUG or TESTING)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
# a test begins with a new client, and must not read the folders of all files for it
WHITENOISE_AUTOREFRESH = DEBUG or TESTING

# --- later work -----------------------------------------------------------------------------------------------------
BROKER_URL = env.str("BROKER_URL", default="filesystem://localhost")
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=120)
JOB_RESEND_SECONDS = env.int("JOB_RESEND_SECONDS", default=120)
JOB_KEEP_DAYS = env.int("JOB_KEEP_DAYS", default=30)
OCR_LANES = env.int("OCR_LANES", default=1)  # pages of scans that are read at the same time
JOBS_INLINE = env.bool(
    "JOBS_INLINE", default=False
)  # run jobs at commit in the same process: the demo filler and tests
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
if BROKER_URL.startswith("filesystem"):
    _queue = VAR_DIR / "queue"
    for _sub in ("messages", "control"):
        (_queue / _sub).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.2,
    }

# --- keys and signatures --------------------------------------------------------------------------------------------
KEYS_DIR = Path(env.str("KEYS_DIR", default=str(VAR_DIR / "keys")))  # read by the signing process alone
SIGNING_SOCKET = env.str("SIGNING_SOCKET", default=str(VAR_DIR / "signing.sock"))
TRUST_DIR = Path(env.str("TRUST_DIR", default=str(KEYS_DIR / "trust")))  # public certificates and CRLs
PUBLISHED_TRUST_DIR = Path(env.str("PUBLISHED_TRUST_DIR", default=str(VAR_DIR / "trust")))  # the list, written out
SIGNING_KEYS_FILE = env.str("SIGNING_KEYS_FILE", default="")  # tokens, keys and their rules; empty: keys in files only
SIGNING_STATE_DIR = Path(env.str("SIGNING_STATE_DIR", default=str(VAR_DIR / "signing")))
SIGNING_TSA_URLS = env.list("SIGNING_TSA_URLS", default=[])
SIGNING_TSA_SECONDS = env.float("SIGNING_TSA_SECONDS", default=10.0)
SIGNING_REVOCATION_HOSTS = env.list("SIGNING_REVOCATION_HOSTS", default=[])
SIGNING_PROOF_LATER = env.list("SIGNING_PROOF_LATER", default=["time"])  # what a leader's signature may wait for
EVIDENCE_KEY = env.str("EVIDENCE_KEY", default="")  # a key of the signing process with the purpose "evidence"
SIGNING_RENEW_DAYS = env.int("SIGNING_RENEW_DAYS", default=120)  # before proofs end, files are time-stamped again
SIGNING_PROOF_SECONDS = env.int("SIGNING_PROOF_SECONDS", default=120)  # until an authority is asked again
SIGN_HELPER_PORT = env.int("SIGN_HELPER_PORT", default=47113)  # edocs-sign on people's own computers
VERIFY_ADDRESS = env.str("VERIFY_ADDRESS", default="")  # of the public page /verify/, for QR codes
VERIFY_MAX_BYTES = env.int("VERIFY_MAX_MB", default=30) * 1024 * 1024  # of a file on the public page
VERIFY_AT_ONCE = env.int("VERIFY_AT_ONCE", default=2)
VERIFY_PER_MINUTE = env.int("VERIFY_PER_MINUTE", default=10)  # from one address

RAIL_COUNT_SECONDS = 0 if TESTING else 5  # how old the numbers in the rail may be

# --- what we write down ---------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.str("LOG_LEVEL", default="WARNING" if TESTING else "INFO"),
    },
    "loggers": {
        "axes": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
        "pyhanko": {"level": "ERROR"},
        "pyhanko_certvalidator": {"level": "ERROR"},
    },
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "django.views.debug.SafeExceptionReporterFilter"
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
