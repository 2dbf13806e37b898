"""Project wiring. With `emr/urls.py` and `emr/navigation.py` the only place that names upper apps, as strings.

Everything an installation may set comes from the environment (see `docs/operations.md`); nothing secret stands here.
"""
import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from emr import pg
from emr.secrets import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
DEMO = os.environ.get("EMR_DEMO", "1" if not os.environ.get("DATABASE_URL") else "0") == "1"
DEBUG = os.environ.get("EMR_DEBUG", "0") == "1"
SECRET_KEY = secret_key(demo=DEMO)
ALLOWED_HOSTS = os.environ.get("EMR_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("EMR_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks_db",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "emr",
    "orders",
    "orders.laboratory",
    "nursing",
    "admissions",
    "outpatient",
    "outpatient.booking",
    "billing",
    "fhir_export",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "emr.middleware.ReadableMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "emr.middleware.ActorMiddleware",
    "emr.idle.IdleMiddleware",
    "emr.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "emr.urls"
WSGI_APPLICATION = "emr.wsgi.application"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
            "emr.navigation.context",
        ],
        "builtins": ["django.templatetags.i18n", "django.templatetags.static", "emr.templatetags.emr"],
    },
}]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {"default": pg.database()}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    # Limits of `docs/locking.md`: a waiting clerk gets a sentence within seconds, never a hanging page.
    "options", "-c lock_timeout=3s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s -c TimeZone=UTC "
    "-c pg_trgm.word_similarity_threshold=0.5")  # how near a misspelt name must come in the patient search
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "emr.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "emr.signin.Backend"]
PASSWORD_HASHERS = ["emr.signin.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "emr:login"
LOGIN_REDIRECT_URL = "emr:home"
LOGOUT_REDIRECT_URL = "emr:login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # nobody can lock a doctor out from another address
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "emr.signin.locked_out"
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 12 * 3600
# Seconds without activity after which a terminal locks, by its kind (emr.idle).
LOCK_AFTER = {"ward": 60 * int(os.environ.get("EMR_LOCK_WARD", "5")), "office": 60 * int(os.environ.get("EMR_LOCK_OFFICE", "15"))}
SECOND_PERSON_ON_DUTY = os.environ.get("EMR_SECOND_ON_DUTY", "0") == "1"  # only who is on shift signs as second person
# Receipt printers for coupons by place (registry, kiosk) or by the code of the device's login: "kiosk=network:192.0.2.7:9100
# KIOSK-2=file:/dev/usb/lp0".
SLIP_PRINTERS = dict(entry.split("=", 1) for entry in os.environ.get("EMR_SLIP_PRINTERS", "").split() if "=" in entry)
SLIP_CODE_PAGE = os.environ.get("EMR_SLIP_CODE_PAGE", "CP866")
KIOSK_IDLE = int(os.environ.get("EMR_KIOSK_IDLE", "60"))  # seconds without a touch after which a kiosk forgets who stood there
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "emr.web.errors.csrf"
SECURE = os.environ.get("EMR_HTTPS", "0") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {
    "default-src": [SELF], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"], "font-src": [SELF],
    "connect-src": [SELF], "worker-src": [SELF], "object-src": [NONE], "base-uri": [NONE], "form-action": [SELF],
    "frame-ancestors": [NONE],
}}

PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"  # the camera reads codes at the bedside

# Mail: a server, or files in the data folder (demonstrations); PUBLIC_URL is where links in mails lead.
EMAIL_HOST = os.environ.get("EMR_MAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_PORT = int(os.environ.get("EMR_MAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMR_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMR_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMR_MAIL_TLS", "1") == "1"
EMAIL_TIMEOUT = 30
EMAIL_FILE_PATH = pg.data_dir() / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("EMR_MAIL_FROM", "registry@localhost")
PUBLIC_URL = os.environ.get("EMR_PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('EMR_PORT', '8000')}").rstrip("/")

LANGUAGE_CODE = os.environ.get("EMR_LANGUAGE", "en")
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("be", _("Belarusian"))]
LANGUAGE_COOKIE_NAME = "emr_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("EMR_TIME_ZONE", "Europe/Minsk")
FORMAT_MODULE_PATH = ["emr.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("EMR_STATIC_ROOT", pg.data_dir() / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "emr.static_storage.StaticFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["emr.api.render.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["emr.api.render.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["emr.api.auth.BearerToken", "emr.api.auth.Session"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "emr.api.pages.Pages",
    "DEFAULT_SCHEMA_CLASS": "emr.api.schema.Schema",
    "EXCEPTION_HANDLER": "emr.api.refusals.handle",
    "PAGE_SIZE": 50,
    "COERCE_DECIMAL_TO_STRING": True,
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Hospital EMR", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False, "SCHEMA_PATH_PREFIX": "/api/",
    "SWAGGER_UI_DIST": "SIDECAR", "SWAGGER_UI_FAVICON_HREF": "SIDECAR", "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "POSTPROCESSING_HOOKS": [],  # words of choice stay where they are used: names made from their digest would change
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pdf", "exchange"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "emr.log.OneLine"}},  # identifiers only: no names, no bodies, no query strings
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("EMR_LOG", "WARNING")},
}
