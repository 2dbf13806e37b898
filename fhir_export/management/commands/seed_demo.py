"""Fill an empty demo installation with its synthetic hospital."""
import sys
import time

from django.core.management.base import BaseCommand

from fhir_export.actions.demo import seed_demo
from fhir_export.management.commands.replay_hospital import Progress


class Command(BaseCommand):
    help = "Set up the demo hospital in an empty installation; does nothing in one that has patients."

    def handle(self, *args, **options):
        began = time.monotonic()

        def progress(total):
            self.stderr.write(f"setting up the demo hospital: {total} events")
            return Progress(total, 0, sys.stderr).step

        if seed_demo(progress=progress):
            self.stderr.write(f"demo hospital ready in {time.monotonic() - began:.0f} s")
