"""`./run load_groups KIND [FILE] …`: load a version of the case grouper, or the mapping of one."""
import csv
import datetime as dt
import gzip
from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from billing.actions.grouper import load_group_rules, load_groups
from billing.models import GrouperVersion
from billing.rules import group_file
from emr.errors import Refusal
from emr.models import Staff

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "us_msdrg_fy2026.csv.gz"
FISCAL = (dt.date(2025, 10, 1), dt.date(2026, 10, 1))  # the days for which CMS published the shipped table


class Command(BaseCommand):
    help = ("Loads case groups (msdrg: shipped; ksg, groups: your file) or the mapping of a loaded version (map). "
            "Formats stand in docs/operations.md.")

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=["msdrg", "ksg", "groups", "map"])
        parser.add_argument("file", nargs="?", type=Path, help="CSV in UTF-8, may be gzipped; for msdrg the shipped one when "
                                                               "left out")
        parser.add_argument("--system", default="", help="name of the system: a table of your own, or whose version a mapping "
                                                         "is for")
        parser.add_argument("--name", default="", help="what people call the version")
        parser.add_argument("--source", default="", help="the order or register it comes from")
        parser.add_argument("--from", dest="since", type=dt.date.fromisoformat,
                            help="first day of discharge; for map: a day of the version")
        parser.add_argument("--until", type=dt.date.fromisoformat, help="the day before which it ends")
        parser.add_argument("--demo", action="store_true", help="invented content, marked so wherever it is shown")

    def handle(self, *args, kind, file, **options):
        path = file or (SHIPPED if kind == "msdrg" else None)
        if path is None:
            raise CommandError(f"Name the file: ./run load_groups {kind} FILE")
        by = Staff.objects.filter(kind=Staff.Kind.SYSTEM).first()
        if by is None:
            raise CommandError("The institution is not set up yet; set it up first.")
        try:
            with transaction.atomic(), (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig",
                                                                                     newline="") as lines:
                getattr(self, f"load_{kind}")(csv.DictReader(lines), by, options)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{path} could not be read: {error}") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def load_msdrg(self, lines, by, options):
        """The American table: weights and mean stays."""
        since, until = (options["since"], options["until"]) if options["since"] else FISCAL
        groups, without = group_file.msdrg(lines)
        self._loaded(load_groups(by=by, system="ms-drg", name=options["name"] or f"MS-DRG FY {since.year + (since.month > 9)}",
                                 source=options["source"] or "CMS, table of MS-DRG weights (public domain)", valid_from=since,
                                 valid_until=until, groups=groups, is_demo=options["demo"]))

        if without:
            self.stdout.write(f"Left out, because they have no weight: {', '.join(without)}.")

    def load_ksg(self, lines, by, options):
        """The Russian register V023: a version for each of its years, all or none."""
        for since, until, groups, unclear in group_file.ksg(lines):
            self._loaded(load_groups(by=by, system="ksg", name=options["name"] or f"KSG {since.year}",
                                     source=options["source"] or "Register V023",
                                     valid_from=since, valid_until=until or options["until"], groups=groups,
                                     is_demo=options["demo"]))
            if unclear:
                self.stdout.write(f"Left out, because the register has two different rows of each: {', '.join(unclear)}.")

    def load_groups(self, lines, by, options):
        """A table of the institution's own."""
        if not (options["system"] and options["since"] and options["source"]):
            raise CommandError("--system, --from and --source are needed.")
        self._loaded(load_groups(by=by, system=options["system"], name=options["name"] or options["system"],
                                 source=options["source"],
                                 valid_from=options["since"], valid_until=options["until"], groups=group_file.own(lines),
                                 is_demo=options["demo"]))

    def load_map(self, lines, by, options):
        """The mapping of a version that is there."""
        if not (options["system"] and options["since"]):
            raise CommandError("--system and --from (a day on which the version holds) are needed.")
        version = GrouperVersion.objects.filter(system=options["system"], valid__contains=options["since"]).first()
        if version is None:
            raise CommandError(f"No version of {options['system']} holds on {options['since']}.")
        rules = group_file.mapping(lines)
        load_group_rules(version, by=by, rules=rules)
        self.stdout.write(f"{len(rules)} rules of {version.name} loaded.")

    def _loaded(self, version):
        self.stdout.write(f"{version.groups.count()} groups of {version.name} loaded, for discharges from {version.valid.lower}"
                          f"{f' to before {version.valid.upper}' if version.valid.upper else ''}.")
        self.stdout.write(f"The file maps no diagnosis: no case is grouped by {version.name} until a mapping is loaded "
                          f"(./run load_groups map FILE --system {version.system} --from {version.valid.lower}) or a person "
                          f"says the group.")
