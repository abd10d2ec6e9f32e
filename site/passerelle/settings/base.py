"""Settings shared by every environment; the only place that reads environment variables.

Every variable and its default is listed in the README's configuration table.
"""

import importlib
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[3]

env = environ.Env()


def origin(url: str) -> str:
    """Scheme, host and port of `url`, as a Content-Security-Policy names them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


DATA_DIR = Path(env.str("PASSERELLE_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _local_secret_key() -> str:
    """The key of this installation, made once and kept in the data folder for its owner alone."""
    path = DATA_DIR / "secret-key.txt"
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        if key := path.read_text(encoding="ascii").strip():
            return key
    path.write_text(key := secrets.token_urlsafe(50), encoding="ascii")
    return key


SECRET_KEY = env.str("SECRET_KEY", default="") or _local_secret_key()
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # addresses that can be read aloud, mailed and printed
WAGTAILADMIN_BASE_URL = env.str("BASE_URL", default="http://localhost:8000")

# The package of an organization that gives the site its own look and name: docs/theming.md.
THEME = env.str("PASSERELLE_THEME", default="")
_theme = _theme_dir = None
if THEME:
    try:
        _theme = importlib.import_module(THEME)
    except ModuleNotFoundError as problem:
        raise ImproperlyConfigured(
            f"PASSERELLE_THEME: there is no Python package “{THEME}”. Install it in the environment"
            " of the site, or put its folder on PYTHONPATH: see docs/theming.md."
        ) from problem
    _theme_dir = Path(str(_theme.__file__)).parent
SITE_NAME: str = getattr(_theme, "SITE_NAME", "Passerelle")


def _theme_first(folder: str) -> list[Path]:
    """The folders of that name: of two files with the same name, the theme's is taken."""
    folders = [_theme_dir / folder] if _theme_dir else []
    return [*(path for path in folders if path.is_dir()), BASE_DIR / folder]


INSTALLED_APPS = [
    # Rooms of Passerelle, the left may import the right: see docs/architecture.md.
    "demo",
    "accounts",
    "exchange",
    "notifications",
    "practices",
    "organizations",
    "taxonomy",
    "search",
    "core",
    # Wagtail
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "passerelle.apps.AdminConfig",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    # Others
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "ninja",
    "django_htmx",
    # Django
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

if THEME:
    INSTALLED_APPS.insert(0, THEME)

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.ContentSecurityPolicyMiddleware",
    # Pages are long lists of words; Django pads them against BREACH.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.AdminDoorMiddleware",
    "organizations.middleware.HiddenAdminMiddleware",
    "organizations.middleware.KnownRedirectMiddleware",
    "core.middleware.IncompleteFormMiddleware",
]

ROOT_URLCONF = "passerelle.urls"
CSRF_FAILURE_VIEW = "core.errors.csrf_failure"
WSGI_APPLICATION = "passerelle.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": _theme_first("templates"),
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.templatetags.typography"],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.i18n",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    }
]

# One URL chooses the database: SQLite in the data folder, or postgres://user:secret@host/name.
DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers wait for each other from the start of their transaction instead of failing at
        # its end, and readers never wait.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Seconds: a server that cannot be reached must not hold a reader until the network gives up.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One URL chooses the engine of the public search; the embedded one lives in the data folder.
SEARCH_URL = env.str("SEARCH_URL", default="embedded://")
SEARCH_DATA_DIR = DATA_DIR / "search"
# For Elasticsearch: an API key instead of a name and a secret in the URL, and the file of the
# authority that signed its certificate.
SEARCH_API_KEY = env.str("SEARCH_API_KEY", default="")
SEARCH_CA_CERTS = env.str("SEARCH_CA_CERTS", default="")
# Whether an embedded index is kept beside Elasticsearch, to answer while that is away.
SEARCH_STANDBY = env.bool("SEARCH_STANDBY", default=True)
# What a monitoring program shows (“Authorization: Bearer …”) to read /metrics.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Whether a thread of the serving process feeds the index. With Elasticsearch `search_worker` does,
# as a process of its own.
SEARCH_WORKER_IN_PROCESS = env.bool(
    "SEARCH_WORKER_IN_PROCESS", default=not SEARCH_URL.startswith("http")
)

AUTH_USER_MODEL = "core.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# One door for everyone: docs/decisions/0110-one-door.md.
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_space"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_DISPLAY = str
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Whoever types an address without account gets the same answer, and nobody a mail.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Every account has one verified address from the start; a change of it that waits is no obstacle.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "add_webauthn": "accounts.factor_forms.AddKeyForm",
    "edit_webauthn": "accounts.factor_forms.RenameKeyForm",
}
MFA_TOTP_ISSUER = SITE_NAME
# Clocks of phones are wrong by a few seconds.
MFA_TOTP_TOLERANCE = 1
# Who decides in the name of an organization or runs the site opens their session with two factors.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)
# How many proxies stand before the site and say from where readers come: rates are limited by it.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)

# Sign-in through the identity provider of the community, where it has one.
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
# It is trusted: an address that it has verified opens the account of that address.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_SERVER_URL := env.str("OIDC_SERVER_URL", default=""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "main",
                "name": env.str("OIDC_NAME", default="OpenID Connect"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }

CACHES = {
    # Counts attempts to sign in. In memory, each process counts for itself.
    "default": env.cache("CACHE_URL", default="locmemcache://"),
    # What each process remembers of pages and images: it must never push those counts out.
    **{
        name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
        for name in ("pages", "renditions")
    },
}

# French first, English complete.
LANGUAGE_CODE = "fr"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("fr", _("French")), ("en", _("English"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "passerelle.formats"
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
TIME_ZONE = env.str("TIME_ZONE", default="America/Toronto")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("PASSERELLE_STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = _theme_first("static")
# Serves each room's files straight from the source tree until `collectstatic` has run.
WHITENOISE_USE_FINDERS = True
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

WAGTAIL_SITE_NAME = SITE_NAME
# The public search is the room `search`; Wagtail's own serves the choosers of the admin only.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database.fallback"}}
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = [
    "csv",
    "docx",
    "odp",
    "ods",
    "odt",
    "pdf",
    "pptx",
    "txt",
    "xlsx",
    "zip",
]
# Every door cleans what comes in: organizations/uploads.py.
WAGTAILDOCS_DOCUMENT_FORM_BASE = "organizations.uploads.CheckedDocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "organizations.uploads.CleanImageForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "heic", "jpg", "jpeg", "png", "webp"]
# A photo of 48 million pixels has some 15 MB; it is kept with a quarter of them.
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 64_000_000
# By eye as good as JPEG at 85, at half its weight.
WAGTAILIMAGES_AVIF_QUALITY = 60
WAGTAIL_AUTOSAVE_INTERVAL = 3000
# Submitting is the way of this product; nobody publishes past their moderators.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "organizations.workflow.publish_approved_revision"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False

# “Vidéo” and “vidéo” are one tag, whose address has no accent.
TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True

X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True

# What readers' pages may load: docs/decisions/0250-content-security-policy.md.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    # Browsers hold it against the redirect to the identity provider as well.
    "form-action": ["'self'", *([origin(OIDC_SERVER_URL)] if OIDC_SERVER_URL else [])],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'self'"],
}
SECURE_CSP_ADMIN = {
    **SECURE_CSP,
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
}
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
        "microphone", "midi", "payment", "usb",
    )
)  # fmt: skip

vars().update(env.email("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10  # seconds
# Whether a thread of the serving process sends the mails that people are told things by; else
# `send_mails` does, as a process of its own.
MAILS_IN_PROCESS = env.bool("MAILS_IN_PROCESS", default=SEARCH_WORKER_IN_PROCESS)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="passerelle@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    # They tell of every page, task and request: of use to those who look for a fault in them.
    "loggers": {
        name: {"level": "WARNING"} for name in ("wagtail", "django_tasks", "elastic_transport")
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
