"""Where the API describes itself: for programs and for people."""
from django.utils import translation
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.response import Response

from emr.api.schema import description


class Description(SpectacularAPIView):
    """The description for programs: JSON, or YAML when it is asked for."""

    schema = None
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiYamlRenderer2]

    def get(self, request):
        asked = request.query_params.get("lang")
        language = asked if asked and translation.check_for_language(asked) else translation.get_language()
        return Response(description(language or "en"))


class Docs(SpectacularSwaggerSplitView):
    """The description for people; without a script or style inside the page, which our policy forbids."""

    template_name = "emr/api_docs/page.html"
