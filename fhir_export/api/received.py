"""Taking bundles in over FHIR, and saying what this server does."""
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from emr.api.acts import actor_of
from emr.errors import NotFound
from emr.queries import institution
from fhir_export.actions.import_bundle import import_bundle
from fhir_export.api.fhir import FhirView, base_of
from fhir_export.queries.received import in_order_of
from fhir_export.rules import outcome
from fhir_export.rules.received_text import read_document

VERSION = "1"


class BaseView(FhirView):
    def post(self, request):
        actor, body = actor_of(request), request.data
        name = f"FHIR interface, {actor.family}"
        document = import_bundle(body, by=actor, name=name)
        bundle, items = read_document(body)
        rows = in_order_of(document, [(item.kind, item.source_id) for item in items])
        return Response(outcome.received(rows, str(bundle.get("type") or "")))


class MetadataView(FhirView):
    permission_classes = [AllowAny]

    def get(self, request):
        ours = institution.current()
        return Response(outcome.capability_statement(base_of(request), ours.name if ours else "", VERSION))


class NothingView(FhirView):
    """Every other address of the FHIR base: a quick 404 as an OperationOutcome."""

    permission_classes = [AllowAny]

    def get(self, request, rest=""):
        raise NotFound()

    post = put = patch = delete = get
