"""Write a document of one patient to a file."""
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from emr.errors import Refusal
from fhir_export.actions.export_patient import KINDS, export_patient
from fhir_export.actions.hospital import ensure_hospital
from fhir_export.queries.sent import find_patient


class Command(BaseCommand):
    help = "Write a FHIR R4 document of one patient (by record number or id) to a file; the disclosure is recorded."

    def add_arguments(self, parser):
        parser.add_argument("patient", metavar="ID")
        parser.add_argument("--document", choices=KINDS, default="ips")
        parser.add_argument("--out", metavar="FILE", required=True)
        parser.add_argument("--encounter", metavar="ID", help="the stay of a discharge document; else the latest")
        parser.add_argument("--recipient", default="")
        parser.add_argument("--language", help="en, ru or be; else the patient's")

    def handle(self, *args, patient, document, out, encounter, recipient, language, **options):
        by = ensure_hospital()
        try:
            row = find_patient(patient)
            if row is None:
                raise CommandError(f"{patient}: no such patient; give the record number or the id")
            sent = export_patient(row, by=by, kind=document, encounter=encounter, recipient=recipient, language=language)
        except Refusal as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from refusal
        Path(out).write_bytes(sent.body)
        self.stdout.write(f"{out}: {sent.resources} resources, {len(sent.body)} bytes, SHA-256 {sent.sha256}")
