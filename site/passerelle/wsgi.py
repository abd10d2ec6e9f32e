"""The WSGI entry point: `gunicorn passerelle.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passerelle.settings.production")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402

from search.indexing import worker  # noqa: E402

if settings.SEARCH_WORKER_IN_PROCESS:
    worker.start_in_process()
