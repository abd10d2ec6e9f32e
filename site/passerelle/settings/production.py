"""Settings of a public server: HTTPS only, hashed static files, and nothing left to a default."""

from .base import *  # noqa: F403
from .base import CACHES, env

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
WAGTAILADMIN_BASE_URL = env.str("BASE_URL")
DEBUG = False
# `check --deploy` would have DENY, but Wagtail shows its previews in a frame of the same site.
SILENCED_SYSTEM_CHECKS = ["security.W019"]

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static_files.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False

# The thread of each process would feed the index of its own; here a process does nothing else.
SEARCH_WORKER_IN_PROCESS = env.bool("SEARCH_WORKER_IN_PROCESS", default=False)

# Several processes serve: they count attempts to sign in together, in a table of the database that
# `manage.py createcachetable` makes.
CACHES["default"] = env.cache("CACHE_URL", default="dbcache://passerelle_cache")
# The proxy that speaks HTTPS.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1)

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Programs that watch the site ask these from inside, without HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
