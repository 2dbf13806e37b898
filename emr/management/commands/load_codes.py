"""`./run load_codes KIND [FILE]`: load a terminology, such as a classification of diseases."""
import csv
import gzip
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from emr.actions.code import load_codes
from emr.errors import Refusal
from emr.models import Staff
from emr.rules.codes import ICD10, ICD10CM

DATA = Path(__file__).resolve().parents[2] / "data"
KINDS = {"icd10cm": ICD10CM, "icd10": ICD10}
SHIPPED = {"icd10cm": DATA / "icd10cm_april2026_en.csv.gz"}
GROUPS = {"chapter", "block", "kind"}  # headings of the classification: shown, never chosen


class Command(BaseCommand):
    help = "Loads a code system from a CSV file (may be gzipped). icd10cm is shipped; icd10 needs your own file."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("file", nargs="?", type=Path, help="the file; for icd10cm the shipped one when left out")

    def handle(self, *args, kind, file, **options):
        path = file or SHIPPED.get(kind)
        if path is None:
            raise CommandError(f"Name the file: ./run load_codes {kind} FILE")
        by = Staff.objects.filter(kind=Staff.Kind.SYSTEM).first()
        if by is None:
            raise CommandError("The institution is not set up yet; set it up first.")
        try:
            rows = list(read(path))
            load_codes(by=by, system=KINDS[kind], rows=rows)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{path} could not be read: {error}") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{len(rows)} codes of {KINDS[kind]} loaded.")


def read(path: Path):
    """The rows of a file with at least the columns code and a title; other columns that we know are taken too."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if not {"code"} <= set(lines.fieldnames or ()) or not any(
                name.startswith("title_") for name in lines.fieldnames):
            raise CommandError(f"{path}: the columns code and title_en or title_ru are needed")
        for line in lines:
            yield {"code": line["code"].strip(), "parent": line.get("parent") or "",
                   "title_en": line.get("title_en") or "", "title_ru": line.get("title_ru") or "",
                   "title_be": line.get("title_be") or "",
                   "is_selectable": line.get("kind") not in GROUPS and line.get("active_ru", "1") != "0"}
