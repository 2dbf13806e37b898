"""The web application as Granian serves it."""
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emr.settings")

from emr import pg

pg.ensure(os.environ.get("EMR_PG_KIND", "main"))

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from emr.loaded import keep_what_is_loaded  # noqa: E402

get_resolver().url_patterns  # noqa: B018 (imports every page now, not with the first request)
keep_what_is_loaded()
