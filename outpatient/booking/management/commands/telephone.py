"""Connect the call centre to its telephone exchange."""
import os
import socket
import time

from django.core.management.base import BaseCommand, CommandError

from outpatient.booking.actions.telephone import ExchangeRefused, Telephone
from outpatient.booking.jobs import system

AGAIN = 10  # seconds until the next attempt after the exchange went away


class Command(BaseCommand):
    help = ("Notes calls that an Asterisk exchange tells of and lets it dial campaigns, until stopped. EMR_AMI_HOST, "
            "EMR_AMI_PORT, EMR_AMI_USER and EMR_AMI_SECRET say where and as whom.")

    def handle(self, *args, **options):
        host, user, secret = (os.environ.get(f"EMR_AMI_{name}", "") for name in ("HOST", "USER", "SECRET"))
        if not (host and user and secret):
            raise CommandError("Set EMR_AMI_HOST, EMR_AMI_USER and EMR_AMI_SECRET (docs/operations.md, 'Telephone exchange').")
        port, by = int(os.environ.get("EMR_AMI_PORT", "5038")), system()
        if by is None:
            raise CommandError("Set up the hospital first: ./run")
        while True:
            try:
                with socket.create_connection((host, port), timeout=AGAIN) as connection:
                    telephone = Telephone(connection, by=by, say=self.stderr.write)
                    telephone.sign_in(user, secret)
                    self.stdout.write("Connected to the telephone exchange.")
                    telephone.live()
            except ExchangeRefused as refusal:
                self.stderr.write(str(refusal))
            except OSError as error:
                self.stderr.write(f"The telephone exchange cannot be reached: {error}")
            time.sleep(AGAIN)
