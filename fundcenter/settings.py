"""Settings, read by django-environ from the environment or `.env`; `.env.example` lists them all.

The environment wins over `.env`. The defaults are the safe ones: DEBUG off, secrets required.
"""

import sqlite3
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from kernel.scans import MAX_BYTES

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Cookies only over TLS, a redirect to it, HSTS. Off on one's own desk, on everywhere else.
HTTPS = env.bool("HTTPS", default=not DEBUG)
# True only where a proxy of ours sets X-Forwarded-Proto and strips it from what clients send.
TRUSTED_PROXY = env.bool("TRUSTED_PROXY", default=False)

# Identity numbers, phones and cards are encrypted at rest: "1:<base64 of 32 bytes>,2:…"; the
# highest version encrypts, all decrypt. The index key must never change: it finds people.
FIELD_KEYS = env.str("FIELD_KEYS")
INDEX_KEY = env.str("INDEX_KEY")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "axes",
    "office",
    "policy",
    "ledger",
    "accounts",
    "contributions",
    "loans",
    "subsidies",
    "settlement",
    "fundcenter",
]

MIDDLEWARE = [
    "fundcenter.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "fundcenter.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "fundcenter.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fundcenter.middleware.SignedInPagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "fundcenter.hindrances.HindranceMiddleware",
]

ROOT_URLCONF = "fundcenter.urls"
WSGI_APPLICATION = "fundcenter.wsgi.application"

# Widgets are drawn from our templates too, so that each part of a moment has its own label.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "fundcenter.counter.context.header",
            ],
        },
    },
]

# SQLite versions before 3.51.3 can corrupt a database in WAL mode; they keep a rollback journal.
_JOURNAL = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'fund.db'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            f"PRAGMA journal_mode={_JOURNAL};PRAGMA synchronous=FULL;"
            "PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = env.str(
        "PG_OPTIONS", default="-c lock_timeout=3s -c idle_in_transaction_session_timeout=60s"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "office.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "fundcenter.counter.signin.locked_out"
AXES_VERBOSE = False  # its greeting on every start says nothing new

SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=15 * 60)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # asked by the orchestrator, inside the network
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["fundcenter.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["fundcenter.api.parsers.StrictJsonParser"],
    "EXCEPTION_HANDLER": "fundcenter.api.problems.problem_answer",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    # The calculators need no login, so their scope is the only thing that slows a stranger down.
    "DEFAULT_THROTTLE_RATES": {"calculators": env.str("CALCULATOR_RATE", default="3000/min")},
    "NUM_PROXIES": 1 if TRUSTED_PROXY else 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Housing provident fund for flexible employment",
    "DESCRIPTION": "Money is a string in yuan, a rate a percent string, a date ISO 8601.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Swagger's own files come from the sidecar package: the page works without internet.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# Without Redis (one desk, the demo) tasks travel as files. A killed worker loses its message on
# any broker; the job table does not, and the next beat rings again.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {}
if CELERY_BROKER_URL.startswith("filesystem"):
    _QUEUE = BASE_DIR / "var" / "mq"
    (_QUEUE / "messages").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_QUEUE / "messages"),
        "data_folder_out": str(_QUEUE / "messages"),
        "control_folder": str(_QUEUE / "control"),
    }
elif CELERY_BROKER_URL.startswith("redis"):
    # A task lost with its worker comes back after visibility_timeout, so it must stay well above
    # the time limit (else a slow task runs twice) and be looked for often (else it comes late).
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
# Beat only rings; what is due stands in the job table. Two beats, or none for a day, do no harm.
# The daily tasks ask each centre's own business day what is due and catch up what was missed.
CELERY_BEAT_SCHEDULE = {
    "office-tick": {"task": "office.tick", "schedule": 30.0},
    "office-papers": {"task": "office.papers", "schedule": crontab(hour="3", minute="0")},
    "loans-day-end": {"task": "loans.day_end", "schedule": crontab(hour="19", minute="0")},
    "contributions-dormancy": {
        "task": "contributions.dormancy",
        "schedule": crontab(hour="1", minute="0"),
    },
    "contributions-platform": {"task": "contributions.platform", "schedule": 60.0},
    "settlement-due": {"task": "settlement.due", "schedule": crontab(hour="19", minute="0")},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144

# Scans of papers lie here, encrypted. An upload stays in memory until it is: nothing is ever
# written unencrypted, and what is larger than the limit of one scan is not taken in at all.
MEDIA_ROOT = BASE_DIR / env.str("MEDIA_ROOT", default="var/media")
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_BYTES + 65_536  # the limit is on the body, forms included
DATA_UPLOAD_MAX_NUMBER_FILES = 8

# The user who approves settlement runs started from the command line; empty outside the demo.
SETTLEMENT_APPROVER = env.str("SETTLEMENT_APPROVER", default="")

# Fonts for the characters of names that the font of the papers lacks, looked at in this order.
PDF_EXTRA_FONTS = env.list("PDF_EXTRA_FONTS", default=[])

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "fundcenter.middleware.RequestIdFilter"}},
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name} [{request_id}] {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own console handler would print each line a second time.
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
