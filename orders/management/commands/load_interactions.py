"""Load drug interactions: `./run load_interactions ansm PAIRS.json.gz SUBSTANCES.csv`, or `ours FILE.csv`, `limits FILE.csv`."""

import csv
import json

from django.core.management.base import BaseCommand, CommandError

from emr.errors import Refusal
from emr.models import Staff
from orders.actions.safety import load_interactions
from orders.rules import safety_file


class Command(BaseCommand):
    help = "Load interactions (ansm: JSON of pairs and CSV of substances; ours: one CSV) or limits of doses (limits: one CSV)."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=["ansm", "ours", "limits"])
        parser.add_argument("files", nargs="+")

    def handle(self, *args, kind, files, **options):
        system = Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("code").first()
        if system is None:
            raise CommandError("The institution is not set up yet: run ./run first.")
        try:
            loaded = read(kind, files)
            load_interactions(by=system, **loaded)
        except OSError as error:
            raise CommandError(f"{error.filename or files[0]} cannot be read: {error.strerror or error}") from error
        except (ValueError, KeyError, csv.Error) as error:
            raise CommandError(f"The files are not what {kind} needs: {error}") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(", ".join(f"{len(rows)} {name}" for name, rows in loaded.items() if name != "source"))


def read(kind, files) -> dict:
    """What the files say, as load_interactions takes it."""
    if kind == "ansm":
        if len(files) != 2:
            raise CommandError("ansm needs two files: the pairs (.json or .json.gz) and the substances (.csv).")
        with safety_file.open_text(files[0]) as pairs, safety_file.open_text(files[1]) as substances:
            memberships, rules = safety_file.ansm(json.load(pairs), csv.DictReader(substances))
        return {"memberships": memberships, "rules": rules, "source": safety_file.ANSM}
    with safety_file.open_text(files[0]) as file:
        lines = list(csv.DictReader(file))
    read_rows = safety_file.own_rules if kind == "ours" else safety_file.own_limits
    return {"rules" if kind == "ours" else "limits": read_rows(lines), "source": files[0].rsplit("/", 1)[-1]}
