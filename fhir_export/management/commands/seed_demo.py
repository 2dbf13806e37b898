"""Fill an empty demo installation with its synthetic hospital."""
import sys

from django.core.management.base import BaseCommand

from fhir_export.actions.demo import seed_demo
from fhir_export.management.commands.replay_hospital import Progress


class Command(BaseCommand):
    help = "Set up the demo hospital in an empty installation; does nothing in one that has patients."

    def handle(self, *args, **options):
        progress = Progress(0, 0, sys.stderr)

        def step(event):
            progress.total = max(progress.total, progress.done + 1)
            progress.step(event)

        if seed_demo(on_event=step, say=lambda text: self.stderr.write(text)):
            progress.end()
            self.stderr.write(f"demo hospital ready: {progress.done} events")
