"""Settings for tests: the throw-away cluster, quick hashing, plain static files."""
import os

os.environ.setdefault("EMR_PG_KIND", "test")
os.environ.setdefault("EMR_DEMO", "1")

from emr.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
AXES_ENABLED = False
ALLOWED_HOSTS = ["*"]
