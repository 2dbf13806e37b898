"""Compare ways of giving out coupons on simulated days, through the real engine."""
import csv
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import translation

from emr.actions.place import set_up_institution
from emr.models import Staff
from fhir_export.actions.hospital import SYSTEM, enrol_system
from outpatient.booking.actions.simulation import simulate
from outpatient.booking.rules.demand import World, rates_by_lead
from outpatient.booking.rules.outcome import picture as drawn
from outpatient.booking.rules.outcome import table
from outpatient.booking.rules.policy import POLICIES


class Command(BaseCommand):
    help = ("Lives some days of a polyclinic under each policy (none, share, eve release, reminders, waiting list, released "
            "no-shows; each "
            "adds to the one before) and prints what came of it. Works in a database of its own, which is removed at the end.")

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=5, help="days of one doctor (default 5)")
        parser.add_argument("--load", type=float, default=1.4, help="persons who ask per coupon (default 1.4)")
        parser.add_argument("--seed", type=int, default=1, help="another number, other people (default 1)")
        parser.add_argument("--no-show-rates", metavar="CSV", help="columns factor, value, no_show_rate; rows lead_band are used")
        parser.add_argument("--picture", metavar="SVG", help="write the picture there")

    def handle(self, *args, days, load, seed, no_show_rates, picture, **options):
        if not 1 <= days <= 60 or not 0 < load <= 5:
            raise CommandError("--days from 1 to 60 and --load up to 5, please.")
        world = World(days=days, load=load, seed=seed, missed_by_lead=_rates(no_show_rates))
        outcomes = self._live(world)
        self.stdout.write(table(outcomes))
        if picture:
            Path(picture).write_text(drawn(outcomes), encoding="utf-8")
            self.stdout.write(f"The picture is in {picture}.")

    def _live(self, world):
        """Simulate in a new database beside the hospital's, which nothing of this may touch."""
        name = connection.settings_dict["NAME"]
        self.stderr.write("making a database for the simulation")
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with translation.override("en"):
                system = enrol_system(by=Staff(**SYSTEM))
                set_up_institution(name="Simulated polyclinic", short_name="Simulated", time_zone=settings.TIME_ZONE, by=system)
                return simulate(world, POLICIES, by=system,
                                step=lambda outcome: self.stderr.write(f"lived under: {outcome.policy}"))
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def _rates(file):
    if not file:
        return {}
    try:
        with open(file, newline="", encoding="utf-8") as rows:
            return rates_by_lead(csv.DictReader(rows))
    except (OSError, KeyError, ValueError) as error:
        raise CommandError(f"{file} cannot be read as a table of no-show rates: {error}") from error
