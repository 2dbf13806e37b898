"""Paper: nothing is reached, the printed form stays the same, anyone may check a code."""
import re
import socket
import threading
import zlib
from contextlib import suppress

import pytest
from django.urls import reverse

from emr import printing
from emr.actions.document import amend_document, rendering, sign_document, write_document
from emr.errors import Refusal
from emr.models import DocumentRendering
from tests.factories import make_department, make_encounter, make_staff

SECTIONS = [{"key": "a", "title": "Жалобы", "text": "<script>alert(1)</script>\nКашель"},
            {"key": "b", "title": "Drugs", "text": "", "rows": [{"text": "Ceftriaxone 1 g", "source": "x:1"}]}]


@pytest.fixture
def signed(db):
    department = make_department()
    doctor, stay = make_staff("ward_doctor", department=department), make_encounter(department=department)
    draft = write_document(stay.patient, by=doctor, encounter=stay, kind="progress-note", title="Day 2", sections=SECTIONS)
    return doctor, sign_document(draft, by=doctor)


@pytest.mark.pdf
def test_nothing_is_fetched_while_a_pdf_is_made():
    reached = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]

        def listen():
            with suppress(TimeoutError):
                reached.append(server.accept())

        listener = threading.Thread(target=listen)
        listener.start()
        page = (f'<link rel="stylesheet" href="http://127.0.0.1:{port}/a.css"><img src="http://127.0.0.1:{port}/b.png">'
                f'<style>@import "http://127.0.0.1:{port}/c.css"; p {{ background: url(http://127.0.0.1:{port}/d) }}</style>'
                '<p>text</p><a rel="attachment" href="file:///etc/hostname">x</a><img src="file:///etc/hostname">')
        made = printing.pdf(page)
        listener.join()
    assert made.startswith(b"%PDF-") and not reached and b"EmbeddedFile" not in made


def test_without_pango_the_refusal_says_what_to_install(monkeypatch):
    def absent():
        raise printing.PdfUnavailable(packages=printing.PdfUnavailable.PACKAGES)

    monkeypatch.setattr(printing, "_weasyprint", absent)
    with pytest.raises(Refusal) as refusal:
        printing.pdf("<p>x</p>")
    assert (refusal.value.code, refusal.value.status) == ("emr.pdf_unavailable", 503)
    assert "libpango" in str(refusal.value)


def test_the_style_sheet_carries_its_fonts():
    assert "../fonts" not in printing.paper_css() and "data:font/woff2" in printing.paper_css()


def test_the_paper_escapes_texts_and_tells_patient_version_and_code(signed):
    doctor, document = signed
    page = printing.document_html(document, "ru")
    assert "<script>" not in page and document.patient.full_name in page and document.check_code in page
    second = amend_document(document, by=doctor, sections=SECTIONS, reason="clearer")
    assert second.number in printing.document_html(document, "en") and "clearer" in printing.document_html(second, "en")


@pytest.mark.pdf
def test_the_printed_form_is_made_once_and_served_byte_for_byte(signed):
    _doctor, document = signed
    first = rendering(document, "ru")
    assert bytes(first.body).startswith(b"%PDF-")
    again = rendering(document, "ru")
    assert (again.pk, bytes(again.body)) == (first.pk, bytes(first.body)) and DocumentRendering.objects.count() == 1


def test_anyone_checks_a_code_and_reads_no_health_content(signed, client):
    doctor, document = signed
    page = client.get(reverse("emr:document_check", args=[document.check_code])).content.decode()
    assert document.number in page and "Кашель" not in page and document.patient.family not in page
    amend_document(document, by=doctor, sections=SECTIONS, reason="secret reason")
    page = client.get(reverse("emr:document_check", args=[document.check_code.lower()])).content.decode()
    assert "newer version" in page and "secret reason" not in page
    assert client.get(reverse("emr:document_check", args=["NOSUCHCODE"])).status_code == 404


@pytest.mark.pdf
def test_both_alphabets_are_drawn_with_their_own_letters():
    """Two files of one name became one font, and Russian words came out as other letters."""
    made = printing.pdf('<html lang="ru"><body class="paper"><p>Amlodipine Амлодипин</p></body></html>')
    names = {name for name in re.findall(rb"/BaseFont\s*/([A-Z]{6}\+[\w-]+)", made)}
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", made, re.S):
        try:
            names |= set(re.findall(rb"/BaseFont\s*/([A-Z]{6}\+[\w-]+)", zlib.decompress(stream)))
        except zlib.error:
            continue
    assert len({name for name in names if b"Inter" in name}) == 2
