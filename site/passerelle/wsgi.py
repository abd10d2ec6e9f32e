"""The WSGI entry point: `gunicorn passerelle.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passerelle.settings.production")

application = get_wsgi_application()
