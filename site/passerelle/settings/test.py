"""Settings of the test suite: a data folder of its own, quick password hashes, mail in memory."""

import atexit
import os
import shutil
import tempfile

# Whatever the environment says, a test never writes where an installation keeps its data.
os.environ["PASSERELLE_DATA_DIR"] = tempfile.mkdtemp(prefix="passerelle-tests-")
# Nor does it meet the servers of an installation: those of the tests have variables of their own.
for name in ("DATABASE_URL", "SEARCH_URL"):
    os.environ.pop(name, None)
    if url := os.environ.get(f"TEST_{name}"):
        os.environ[name] = url

from .base import *  # noqa: E402, F403
from .base import DATA_DIR, DATABASES  # noqa: E402

atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)

# A file, as in an installation: SQLite in memory locks out a second thread instead of waiting.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    # What a power cut would lose may be lost.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )

SECRET_KEY = "only-for-tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tests run the worker themselves, so that what they see does not depend on a thread.
SEARCH_WORKER_IN_PROCESS = False
# The tests of it ask for it.
SECOND_FACTOR_REQUIRED = False
