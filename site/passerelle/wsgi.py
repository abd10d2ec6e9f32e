"""The WSGI entry point: `gunicorn passerelle.wsgi`."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passerelle.settings.production")

_application = get_wsgi_application()

from django.conf import settings  # noqa: E402

from core.background import start_in_thread  # noqa: E402
from notifications import delivery  # noqa: E402
from search.indexing import worker  # noqa: E402


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request. The first one also starts what works beside it, in the same process."""
    if settings.SEARCH_WORKER_IN_PROCESS:
        start_in_thread("search-worker", worker.run)
    if settings.MAILS_IN_PROCESS:
        start_in_thread("mails", delivery.run)
    return _application(environ, start_response)
