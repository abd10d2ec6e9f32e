"""Settings of the test suite: quick password hashes, mail in memory, index writes on demand."""

from .base import *  # noqa: F403

SECRET_KEY = "only-for-tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tests run the worker themselves, so that what they see does not depend on a thread.
SEARCH_WORKER_IN_PROCESS = False
