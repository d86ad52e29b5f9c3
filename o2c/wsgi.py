"""Entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings")
application = get_wsgi_application()
# Every page is imported before the first request, so that nobody waits for it.
get_resolver().url_patterns  # noqa: B018
