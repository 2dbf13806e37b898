"""Signing in: who the login belongs to, how passwords are kept, what a locked-out person reads."""
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpResponse
from django.utils.translation import gettext as _


class Argon2(Argon2PasswordHasher):
    """Argon2id at 19 MiB, two passes (OWASP's floor): Django's default takes 100 MiB, so that twenty guesses at once
    would eat the machine; limits on tries do the rest."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1


class Backend(ModelBackend):
    """Logins of people who still work or are treated here. Demo logins are refused outside demo mode."""

    def user_can_authenticate(self, user):
        if user.is_demo and not settings.DEMO:
            return False
        return user.is_active and user.actor is not None

    def get_user(self, user_id):
        from emr.models import User

        user = User.objects.select_related("staff", "patient").filter(pk=user_id, is_active=True).first()
        return user if user and self.user_can_authenticate(user) else None


def locked_out(request, credentials, *args, **kwargs):
    """The answer after too many wrong passwords: the same for known and unknown names."""
    return HttpResponse(_("Too many attempts. Wait a quarter of an hour, then try again."), status=429,
                        content_type="text/plain; charset=utf-8")
