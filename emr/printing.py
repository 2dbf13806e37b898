"""Paper: HTML to PDF without reaching anything, QR codes, and the printed form of a document.

WeasyPrint is loaded when first needed, because it wants Pango, which a bare machine has not. Call `pdf` outside
transactions: it takes a tenth of a second, and locks would be held for it.
"""
import atexit
import base64
import logging
import re
from functools import cache
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.errors import Refusal
from emr.queries import document as documents
from emr.queries import institution

STATIC = Path(__file__).resolve().parent / "static" / "emr"
LINKS = re.compile(r"<link\b[^>]*>")
MADE = ".letterhead .made { margin: 0; font-size: 0; line-height: 0; }"  # each foot of a PDF says it; browsers know no such foot


class PdfUnavailable(Refusal):
    code, status = "emr.pdf_unavailable", 503
    message = _("PDF output is off on this machine. Print the page from the browser instead; to switch PDF on, the "
                "administrator installs: apt-get install {packages}")
    PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def pdf(html: str, css: str | None = None) -> bytes:
    """The page as PDF. `css`: a style sheet of one's own instead of paper.css. Raises PdfUnavailable without Pango.

    Nothing is fetched: only data: addresses are open, so a text from outside can neither call out nor read files.
    """
    weasyprint = _weasyprint()
    fonts, fetcher = _font_configuration(), weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    sheet = weasyprint.CSS(string=css, font_config=fonts, url_fetcher=fetcher) if css else _paper_sheet()
    page = weasyprint.HTML(string=LINKS.sub("", html), url_fetcher=fetcher)
    return page.write_pdf(stylesheets=[sheet], font_config=fonts)


def printed(request, template, context, *, name):
    """A paper as a page for the browser's own printing, or with `?format=pdf` as the PDF `name`. Raises PdfUnavailable."""
    if request.GET.get("format") != "pdf":
        return render(request, template, context)
    answer = HttpResponse(pdf(render_to_string(template, context, request)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _weasyprint():
    try:
        import weasyprint
        import weasyprint.urls
    except OSError as error:
        raise PdfUnavailable(packages=PdfUnavailable.PACKAGES) from error
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of rules that only browsers understand
    return weasyprint


@cache
def _font_configuration():
    from weasyprint.text.fonts import FontConfiguration

    atexit.register(_font_configuration.cache_clear)  # its own clean-up fails once the interpreter is half gone
    return FontConfiguration()


@cache
def _paper_sheet():
    weasyprint = _weasyprint()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    return weasyprint.CSS(string=paper_css(), font_config=_font_configuration(), url_fetcher=fetcher)


@cache
def paper_css() -> str:
    """paper.css with the fonts inside it, and weights that WeasyPrint knows.

    The two files of Inter get names of their own: WeasyPrint writes faces of one name as one font into the PDF, and the letters
    of one alphabet are then drawn with the glyphs of the other.
    """
    css = (STATIC / "css" / "paper.css").read_text().replace("font-weight: 100 900;", "").replace(": 650", ": 700")
    css = re.sub(r'font-family: "Inter";([^}]*inter-cyrillic)', r'font-family: "Inter Cyrillic";\1', css)
    css = css.replace('"Inter", "DejaVu Sans"', '"Inter", "Inter Cyrillic", "DejaVu Sans"') + MADE
    return re.sub(r'url\("\.\./fonts/([a-z-]+\.woff2)"\)', lambda found: f'url("{_font(found[1])}")',
                  css)


def _font(name):
    return "data:font/woff2;base64," + base64.b64encode((STATIC / "fonts" / name).read_bytes()).decode()


def qr(text: str, scale: int = 3):
    """A QR code as an SVG element for a template."""
    import segno

    return mark_safe(segno.make(text, error="m", micro=False).svg_inline(scale=scale, border=1))


def bars(text: str):
    """Code 128 of the text as an SVG, a rectangle per bar, ten modules of white on both sides; no styles (strict CSP)."""
    from barcode import Code128  # with its drawing library five megabytes, for the worker that prints one

    modules, rows, end = Code128(text).build()[0], [], 0
    for module, run in groupby(modules):
        start, end = end, end + len(list(run))
        if module == "1":
            rows.append((start + 10, end - start))
    return format_html('<svg class="bars" viewBox="0 0 {} 40" role="img" aria-label="{}" shape-rendering="crispEdges" '
                       'preserveAspectRatio="none">{}</svg>', len(modules) + 20, text, format_html_join(
                           "", '<rect x="{}" y="0" width="{}" height="40"/>', rows))


def check_address(document) -> str:
    """What the QR code says: where anyone may ask whether this paper is genuine and still the newest version."""
    return f"{settings.PUBLIC_URL}/documents/check/{document.check_code}"


def document_html(document, language: str) -> str:
    """The paper form of a document: letterhead, patient, sections, signature line, version and QR code."""
    with translation.override(language):
        return render_to_string("emr/document/paper.html", {
            "document": document, "patient": document.patient, "encounter": document.encounter, "now": clock.now(),
            "institution": document.source or institution.current(), "qr": qr(check_address(document)),
            "newer": documents.newer(document)})
