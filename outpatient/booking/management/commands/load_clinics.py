"""./run load_clinics FILE --source TEXT: load institutions into the directory of the public site."""
import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from emr.errors import Refusal
from emr.models import Staff
from outpatient.booking.actions.clinic import load_clinics


class Command(BaseCommand):
    help = "Load institutions into the directory: a CSV file with the columns of outpatient/booking/data/minsk_polyclinics.csv"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="where the list is known from")

    def handle(self, *, file, source, **_options):
        system = Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("pk").first()
        if system is None:
            raise CommandError("The institution is not set up yet: run ./run once, or create its data first.")
        try:
            with file.open(encoding="utf-8", newline="") as lines:
                load_clinics(rows=list(csv.DictReader(lines)), source=source, by=system)
        except (OSError, UnicodeDecodeError, Refusal) as error:
            raise CommandError(str(error)) from error
