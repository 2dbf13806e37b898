"""Papers of this app: the same template as a page for the browser's own printing, and as PDF with `?format=pdf`."""
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from emr import printing


def printed(request, template, context, *, name):
    """The paper as a page, or as the PDF `name`. Raises PdfUnavailable where the machine makes none."""
    if request.GET.get("format") != "pdf":
        return render(request, template, context)
    answer = HttpResponse(printing.pdf(render_to_string(template, context, request)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
