"""`./run load_ven FILE --from DAY --source TEXT`: load the institution's list of vital, essential and other drugs."""
import csv
import datetime as dt
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from billing.actions.ven_class import load_ven
from emr.errors import Refusal
from emr.models import Staff


class Command(BaseCommand):
    help = "Loads a VEN list: a CSV in UTF-8 with the columns code (of the formulary) and ven (V, E or N)."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--from", dest="since", type=dt.date.fromisoformat, required=True,
                            help="the first day on which it holds")
        parser.add_argument("--source", required=True, help="the order that approved it")

    def handle(self, *args, file, since, source, **options):
        by = Staff.objects.filter(kind=Staff.Kind.SYSTEM).first()
        if by is None:
            raise CommandError("The institution is not set up yet; set it up first.")
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                rows = [(row["code"].strip(), row["ven"].strip().upper()) for row in csv.DictReader(lines)]
            load_ven(by=by, classes=rows, source=source, valid_from=since)
        except (OSError, UnicodeDecodeError, csv.Error, KeyError, AttributeError) as error:
            raise CommandError(f"{file} could not be read; the columns code and ven are needed: {error}") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{len(rows)} drugs loaded, from {since}.")
