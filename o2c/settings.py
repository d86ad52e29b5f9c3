"""All settings of o2c; what differs between installations comes from the environment.

``docs/operations.md`` lists every variable. Without ``DATABASE_URL`` the command line
(``manage.py``) starts an embedded PostgreSQL first and sets the variable, so this file only ever
reads it.
"""

from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

django_stubs_ext.monkeypatch()  # lets ModelAdmin[Order] and its like be written, for types only

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- Mode and secrets -------------------------------------------------------------------------
PRODUCTION = env.bool("O2C_PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("O2C_DEMO", default=False)
NO_SECRET = "no-secret-set-for-this-process"  # noqa: S105 - refused in production just below
SECRET_KEY = env.str("SECRET_KEY", default=NO_SECRET)
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

if PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("DEBUG is on in production: unset DEBUG.")
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or SECRET_KEY == NO_SECRET:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing or a default: set 50 or more random characters."
        )
    if DEMO:
        raise ImproperlyConfigured("O2C_DEMO shows logins to everybody: unset it in production.")

# --- Applications -----------------------------------------------------------------------------
INSTALLED_APPS = [
    "core",
    "customers",
    "catalog",
    "orders",
    "fulfillment",
    "invoicing",
    "receivables",
    "disputes",
    "dunning",
    "credit",
    "reporting",
    "o2c",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "template_partials",
]

MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.CompanyMiddleware",
    "core.middleware.BusinessErrorMiddleware",
]

ROOT_URLCONF = "o2c.urls"
WSGI_APPLICATION = "o2c.wsgi.application"
ASGI_APPLICATION = "o2c.asgi.application"

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
                "o2c.context.shell",
            ],
        },
    },
]

# --- Database and broker ----------------------------------------------------------------------
_DATABASE = env.db_url("DATABASE_URL", default="postgres:///o2c")
DATABASES = {
    "default": {
        **_DATABASE,
        "CONN_MAX_AGE": env.int("DB_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_DATABASE.get("OPTIONS", {}),  # of the URL: host of a socket, sslmode
            "connect_timeout": 5,
            "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
            f" -c statement_timeout={env.int('DB_STATEMENT_TIMEOUT_SECONDS', default=120)}s",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
if REDIS_URL.startswith("unix://"):
    CELERY_BROKER_URL = f"redis+socket{REDIS_URL[4:]}".replace("?db=", "?virtual_host=")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SOFT_TIME_LIMIT = 210
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 3, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY = False
# A claimed row of due work belongs to its worker this long; longer than any task may run.
LEASE_SECONDS = env.int("O2C_LEASE_SECONDS", default=300)

# --- People and login -------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "core.auth.RoleBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "core.auth.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "api": "120/m/key",  # requests of a program with its key
    "api_failed": "20/m/ip",
    "answer": "30/m/ip,10/5m/key",  # on pages of signed links (core.links)
}
# The throttle counts by network: without this, everybody behind the proxy would be one network.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("O2C_TRUSTED_PROXIES", default=int(PRODUCTION))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator gave the address; nobody claimed it
MFA_TOTP_ISSUER = "o2c"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 12 * 3600  # absolute; idle is shorter
SESSION_IDLE_SECONDS = env.int("O2C_SESSION_IDLE_MINUTES", default=120) * 60
SESSION_COOKIE_SAMESITE = "Lax"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
    }
}

# --- Security ---------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz)$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
BANK_FILE_MAX_BYTES = env.int("O2C_BANK_FILE_MAX_MIB", default=1024) * 1024 * 1024
UPLOAD_MAX_BYTES = env.int("O2C_UPLOAD_MAX_MIB", default=32) * 1024 * 1024

# --- Languages, time --------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("sv", _("Swedish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ------------------------------------------------------------------------------------
DATA_DIR = Path(env.str("O2C_DATA_DIR", default=str(BASE_DIR / ".o2c")))
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [
    path for path in (BASE_DIR / "static/src", BASE_DIR / "static/dist") if path.is_dir()
]
_S3_BUCKET = env.str("S3_BUCKET", default="")
STORAGES = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": _S3_BUCKET,
                "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
                "access_key": env.str("S3_ACCESS_KEY", default=None),
                "secret_key": env.str("S3_SECRET_KEY", default=None),
                "default_acl": None,
                "file_overwrite": False,
            },
        }
        if _S3_BUCKET
        else {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": env.str("MEDIA_ROOT", default=str(DATA_DIR / "documents")),
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    ),
    "staticfiles": {
        "BACKEND": "core.static_storage.HashedStaticFilesStorage"
        if env.bool("O2C_HASHED_STATIC", default=PRODUCTION)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MAX_AGE = 31_536_000 if PRODUCTION else 60  # of names without a hash

# --- Mail -------------------------------------------------------------------------------------
# EMAIL_URL=smtp://user:secret@host:587 or smtps://; consolemail:// prints.
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="o2c <no-reply@o2c.example>")

# Where mails that came back lie: maildir:/path, eml:/path (a folder) or imaps://user:secret@host/INBOX.
BOUNCES_URL = env.str("O2C_BOUNCES_URL", default="")

# What comes in by itself, by company: nord=/srv/bank/nord,sued=/srv/bank/sued for bank files, and
# nord=imaps://user:secret@host/INBOX for remittance advice.
BANK_FOLDERS = env.dict("O2C_BANK_FOLDERS", default={})
ADVICE_INBOXES = env.dict("O2C_ADVICE_INBOXES", default={})

# --- Invoices by Peppol and by letter -------------------------------------------------------------
# An access point that speaks docs/access-point.md; without one nothing goes by Peppol.
ACCESS_POINT_URL = env.str("O2C_ACCESS_POINT_URL", default="").rstrip("/")
ACCESS_POINT_KEY = env.str("O2C_ACCESS_POINT_KEY", default="")
ACCESS_POINT_SECRET = env.str("O2C_ACCESS_POINT_SECRET", default="")  # signs what it tells us
# For development: the access point is a simulator on this machine, reached by plain http.
ACCESS_POINT_IS_SIMULATOR = env.bool("O2C_ACCESS_POINT_IS_SIMULATOR", default=False)
# Print batches of letters are handed over here as well, a folder a company.
LETTER_FOLDER = env.str("O2C_LETTER_FOLDER", default=str(DATA_DIR / "letters"))

# --- Payments by card and wallet ------------------------------------------------------------------
# A provider that speaks docs/payment-provider.md, by company: nord=https://pay.example/v1; without
# one nothing can be paid online. The merchant is the company's code unless it is named.
PAYMENT_URLS = env.dict("O2C_PAYMENT_URLS", default={})
PAYMENT_KEYS = env.dict("O2C_PAYMENT_KEYS", default={})
PAYMENT_SECRETS = env.dict("O2C_PAYMENT_SECRETS", default={})  # signs what it tells us
PAYMENT_MERCHANTS = env.dict("O2C_PAYMENT_MERCHANTS", default={})
# More than this is given back only after a second person approved, in the currency of the books.
PAYMENT_REFUND_LIMIT = env.int("O2C_PAYMENT_REFUND_LIMIT", default=250)
# For development: the provider is a simulator on this machine, reached by plain http.
PAYMENT_IS_SIMULATOR = env.bool("O2C_PAYMENT_IS_SIMULATOR", default=False)

# --- Exchange rates ------------------------------------------------------------------------------
# Rates of the European Central Bank, or of a mirror that serves its XML; empty: none are fetched.
RATES_URL = env.str("O2C_RATES_URL", default="")
# For development: the address is a simulator on this machine, reached by plain http.
RATES_IS_SIMULATOR = env.bool("O2C_RATES_IS_SIMULATOR", default=False)

# --- Look -------------------------------------------------------------------------------------
DJANGO_TABLES2_TEMPLATE = "tables/table.html"
FORM_RENDERER = "core.forms.Renderer"

# --- Logging: one JSON object a line ------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"fontTools": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}},
}
