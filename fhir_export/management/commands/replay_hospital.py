"""Drive an event log through the product's own acts."""
import shutil
import sys
import time

from django.core.management.base import BaseCommand, CommandError

from emr import clock
from emr.errors import Refusal
from emr.loaded import keep_what_is_loaded
from fhir_export.actions.hospital import ensure_hospital
from fhir_export.actions.replay import HospitalReplay
from fhir_export.management.first_tables import make_first_tables
from fhir_export.queries.replay import outcome_table


class Progress:
    """A bar on a terminal, a plain line every few seconds otherwise."""

    def __init__(self, total, already, out):
        self.total, self.done, self.already, self.out = total, already, already, out
        self.began = self.told = time.monotonic()
        self.live = out.isatty()

    def step(self, event=None):
        self.done += 1
        now = time.monotonic()
        if now - self.told < (0.2 if self.live else 5) and self.done < self.total:
            return
        self.told = now
        rate = (self.done - self.already) / max(now - self.began, 0.001)
        text = f"{self.done} of {self.total} events, {rate:.0f} a second"
        if self.live:
            width = max(10, min(40, shutil.get_terminal_size().columns - len(text) - 4))
            full = int(width * self.done / max(self.total, 1))
            self.out.write(f"\r[{'#' * full}{'.' * (width - full)}] {text}")
        else:
            self.out.write(text + "\n")
        self.out.flush()

    def end(self):
        if self.live:
            self.out.write("\n")


class Command(BaseCommand):
    help = "Replay an event log (one JSON object a line, plain or gzipped) through the acts that people use; resumable."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--people", metavar="BULK", help="companion file with Patient, AllergyIntolerance, Practitioner rows")
        parser.add_argument("--shift-days", type=int, default=0, help="move all times by so many days")

    def handle(self, *args, file, people, shift_days, **options):
        make_first_tables()
        try:
            ensure_hospital()
            replay = HospitalReplay(file, people_path=people, shifted_days=shift_days)
        except Refusal as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from refusal
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        keep_what_is_loaded()
        already = len(replay.done)
        if already:
            self.stderr.write(f"{already} of {replay.log.lines} lines were done before; going on after them")
        progress = Progress(replay.log.lines - len(replay.log.problems), 0, sys.stderr)
        progress.already = already
        try:
            replay.run(on_event=progress.step)
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was done stays; run the same command again to go on.") from None
        progress.end()
        self.stdout.write(outcome_table(replay.replay))
        self.stdout.write(f"{time.monotonic() - progress.began:.1f} s, {clock.now():%Y-%m-%d %H:%M}")
