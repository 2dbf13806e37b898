"""The web application as Granian serves it."""
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emr.settings")

from emr import pg  # noqa: E402

pg.ensure(os.environ.get("EMR_PG_KIND", "main"))

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
