"""`./run issue_token --user NAME`: a bearer token for the API, printed once."""
from django.core.management.base import BaseCommand, CommandError

from emr.actions.user import issue_token
from emr.errors import Refusal
from emr.models import Staff, User


class Command(BaseCommand):
    help = "Print a bearer token for a login (Authorization: Bearer …). Only the token goes to standard output."

    def add_arguments(self, parser):
        parser.add_argument("--user", required=True, help="name of the login")
        parser.add_argument("--label", default="command line", help="what the token is for")
        parser.add_argument("--days", type=int, default=90, help="how long it is valid")

    def handle(self, *, user, label, days, **options):
        login = User.objects.filter(username=user, is_active=True).first()
        if login is None or login.actor is None:
            raise CommandError(f"There is no active login {user} with a person or system behind it.")
        try:
            token = issue_token(login, by=_system(), label=label, days=days)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(token.plain)


def _system():
    """The system's own Staff row, in whose name the console acts."""
    system = Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("pk").first()
    if system is None:
        raise CommandError("The institution is not set up yet: run ./run once, or create its data first.")
    return system
