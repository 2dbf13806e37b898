"""`./run verify_audit`: is the record still what was written?"""
from django.core.management import BaseCommand, CommandError

from emr.actions.seal import continue_after_restore
from emr.rules import audit


class Command(BaseCommand):
    help = ("Recomputes the hashes of all row images, checks every seal, compares each live row with its last image and "
            "lists what was written outside an act. Ends with status 1 when something is wrong.")

    def add_arguments(self, parser):
        parser.add_argument("--after-restore", action="store_true",
                            help="let transaction numbers go on above those of a restored database, then check")

    def handle(self, *args, after_restore, **options):
        if after_restore:
            self.stdout.write(f"Transaction numbers now go on {continue_after_restore()} higher.")
        found = 0
        for finding in audit.findings():
            found += 1
            self.stdout.write(str(finding))
        for name, count in audit.sums().items():
            self.stdout.write(f"{name}: {count}")
        if found:
            raise CommandError(f"{found} findings: the record is not what was written.")
        self.stdout.write("The record is whole.")
