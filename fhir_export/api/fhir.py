"""The FHIR face: how bodies come in and answers go out. Content type application/fhir+json, errors are OperationOutcome."""
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.views import APIView

from emr.api.refusals import handle
from fhir_export.errors import DocumentTooLarge
from fhir_export.rules.elements import dumps
from fhir_export.rules.outcome import refused

MOST_BYTES = 10 * 1024 * 1024  # of one request


class FhirRenderer(BaseRenderer):
    media_type, format, charset = "application/fhir+json", "fhir", None

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return data if isinstance(data, bytes) else b"" if data is None else dumps(data)


class JsonRenderer(FhirRenderer):
    media_type, format = "application/json", "json"


class FhirParser(BaseParser):
    """The body as it came, byte for byte."""

    media_type = "application/fhir+json"

    def parse(self, stream, media_type=None, parser_context=None):
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise DocumentTooLarge(limit=MOST_BYTES)
        if not body:
            raise ParseError("the body is empty")
        return body


class JsonParser(FhirParser):
    media_type = "application/json"


def as_outcome(error, context):
    """The one refusal handler's answer, said as FHIR says it."""
    response = handle(error, context)
    if response is not None:
        told = response.data
        response.data = refused(response.status_code, told["code"], told["message"])
    return response


class FhirView(APIView):
    """What all FHIR addresses share."""

    renderer_classes = [FhirRenderer, JsonRenderer]
    parser_classes = [FhirParser, JsonParser]
    schema = None  # FHIR describes itself in the CapabilityStatement

    def get_exception_handler(self):
        return as_outcome


def base_of(request) -> str:
    """The absolute address of the FHIR base that was asked."""
    path = request.path
    return request.build_absolute_uri(path[:path.index("/fhir/R4") + len("/fhir/R4")])
