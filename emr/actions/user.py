"""Logins: passwords and API tokens. Neither a password nor a token is ever stored or journalled, only their hashes are kept."""
import datetime as dt
import hashlib
import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emr import clock
from emr.acts import act
from emr.errors import Malformed, NotFound, Refusal
from emr.journal import record
from emr.models import ApiToken, User
from emr.rules import person

LONGEST_DAYS = 3660


class WeakPassword(Refusal):
    code, status = "emr.weak_password", 422
    message = gettext_lazy("This password is too easy to guess: {problem}")


class TokenRevoked(Refusal):
    code = "emr.token_revoked"
    message = gettext_lazy("This token was already withdrawn at {at}.")


def _lock_user(user) -> User:
    row = User.objects.select_for_update(no_key=True).filter(pk=getattr(user, "pk", user)).first()
    if row is None:
        raise NotFound()
    return row


@act("emr.set_password")
def set_password(user, *, by, password):
    """Give a login a new password; open sessions of it end. Raises WeakPassword, NotFound.

    Demo logins keep the short password printed by ./run; they are refused outside demo mode anyway.
    """
    user = _lock_user(user)
    try:
        if not user.is_demo:
            validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(problem=" ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    record(user)
    return user


@act("emr.issue_token")
def issue_token(user, *, by, label="", days=90):
    """Issue a bearer token for the API, valid for so many days. It stands in `.plain` of the answer, this once only.

    Raises Malformed, NotFound. A repetition under the same request key returns the row without the token.
    """
    user, label = _lock_user(user), person.text(label, field="label", limit=80)
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= LONGEST_DAYS:
        raise Malformed(problem=_("days: a whole number from 1 to {most} is needed").format(most=LONGEST_DAYS))
    plain, now = secrets.token_urlsafe(32), clock.now()
    token = ApiToken.objects.create(user=user, sha256=hashlib.sha256(plain.encode()).hexdigest(), label=label,
                                    issued_at=now, expires_at=now + dt.timedelta(days=days))
    record(token, user=str(user.pk), label=label, days=days)
    token.plain = plain
    return token


@act("emr.revoke_token")
def revoke_token(token, *, by):
    """Withdraw a token; the next call with it is refused. Raises TokenRevoked, NotFound."""
    row = ApiToken.objects.select_for_update(no_key=True).filter(pk=getattr(token, "pk", token)).first()
    if row is None:
        raise NotFound()
    if row.revoked_at:
        raise TokenRevoked(at=row.revoked_at)
    row.revoked_at = clock.now()
    row.save(update_fields=["revoked_at"])
    record(row, user=str(row.user_id))
    return row
