"""Load a formulary file: `./run load_formulary KIND FILE`."""
import csv
import gzip

from django.core.management.base import BaseCommand, CommandError

from emr.errors import Refusal
from emr.models import Staff
from orders.actions.medication import load_formulary
from orders.rules import formulary_file


class Command(BaseCommand):
    help = "Load products from FILE (.csv or .csv.gz) into the formulary; a file may be loaded again."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=sorted(formulary_file.KINDS))
        parser.add_argument("file")
        parser.add_argument("--source", default="", help="where the file comes from; stands with each product")

    def handle(self, *args, kind, file, source, **options):
        system = Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("code").first()
        if system is None:
            raise CommandError("The institution is not set up yet: run ./run first.")
        try:
            with (gzip.open if file.endswith(".gz") else open)(file, "rt", encoding="utf-8", newline="") as lines:
                rows = list(formulary_file.read(kind, csv.DictReader(lines)))
            load_formulary(rows, by=system, source=source or formulary_file.SOURCES[kind])
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{file} is no readable CSV file in UTF-8: {error}") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{len(rows)} products from {file}")
