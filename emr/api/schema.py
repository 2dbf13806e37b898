"""The OpenAPI description of the API: whose fields they are, how callers sign in, and a text built once per process.

Named by `emr.settings` and shown by `emr.api.docs`; apps write serializers and `act_view`s and find themselves here.
"""
import threading

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from emr.models.fields import ExactDecimalField

_built = {}  # language -> description
_building = threading.Lock()


class Schema(AutoSchema):
    """One view's part of the description."""

    def get_serializer_name(self, serializer, direction):
        """`nursing.api.vitals.VitalsInput` is NursingVitalsInput: two apps may both take a ReasonInput of their own."""
        app, _, rest = serializer.__class__.__module__.partition(".api")
        part = "" if rest in ("", ".serializers") else rest.strip(".")
        words = [*app.split(".")[-1].split("_"), *part.split("_")]
        name = serializer.__class__.__name__
        return "".join(word.capitalize() for word in words if word.lower() not in name.lower()) + name

    def _map_model_field(self, model_field, direction):
        if isinstance(model_field, ExactDecimalField):
            return {"type": "string", "format": "decimal"}
        return super()._map_model_field(model_field, direction)


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "emr.api.auth.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "A token that the administrator issued."}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "emr.api.auth.Session"
    name = "session"

    def get_security_definition(self, auto_schema):
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME,
                "description": "The signed-in browser; a write needs the X-CSRFToken header too."}


def description(language: str) -> dict:
    """The whole API in OpenAPI 3. The first two builds at once would spoil each other, so they take turns."""
    with _building:
        if language not in _built:
            with translation.override(language):
                _built[language] = SchemaGenerator().get_schema(request=None, public=True)
        return _built[language]
