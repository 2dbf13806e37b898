"""Compare the database with the log it was replayed from."""
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.actions.charge_item import post_charges
from emr import clock
from emr.errors import Refusal
from fhir_export.actions.hospital import ensure_hospital
from fhir_export.actions.replay import HospitalReplay
from fhir_export.queries import reconcile, reconcile_doses
from fhir_export.queries.charges import expected_charges
from fhir_export.rules.event_log import moment


class Command(BaseCommand):
    help = "Print counts and sums of the database beside the log's own; exit 1 on any difference."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args, file, **options):
        system = ensure_hospital()
        try:
            replay = HospitalReplay(file)
        except Refusal as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from refusal
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        with clock.at(replay.log.events[-1].at):
            post_charges(by=system)
        rows = reconcile.compare(replay, settings.TIME_ZONE)
        rows += [(f"charges {kind}, {what}", expected, found) for kind, what, expected, found in
                 expected_charges(replay)]
        rows += reconcile_doses.compare(replay, moment)
        wrong = self._print(rows)
        for reason, number in reconcile_doses.named(replay):
            self.stdout.write(f"doses given {reason}: {number}")
        missing = replay.log.lines - len(replay.done)
        if missing:
            self.stdout.write(f"{missing} lines of the log were not replayed yet: run replay_hospital again.")
        if wrong or missing:
            raise CommandError(f"{wrong} figures differ." if wrong else "The replay is not complete.")
        self.stdout.write("Everything agrees.")

    def _print(self, rows) -> int:
        wrong = 0
        self.stdout.write(f"{'':<36}{'log':>18}{'database':>18}")
        for name, log, database in rows:
            differs = log != database
            wrong += differs
            self.stdout.write(f"{name:<36}{log!s:>18}{database!s:>18}{'  DIFFERS' if differs else ''}")
        return wrong
