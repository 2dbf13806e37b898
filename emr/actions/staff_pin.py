"""The second person at one screen: who signs with his PIN, badge or password, and who may not.

`prove` and `confirm` run before the transaction of the act that needs them (emr.acts: `proofs`), so that a wrong try is
counted although the act leaves nothing. Tries are counted in the database: five wrong ones and only a full sign-in helps.
"""
import logging

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from emr import acts, clock
from emr.acts import act
from emr.errors import NotFound, Refusal
from emr.journal import record
from emr.models import Shift, Staff, StaffPin

MOST_WRONG = 5
SHORTEST, LONGEST = 4, 8
SHORTEST_BADGE = 6
RUNS = ("01234567890", "09876543210", "2580")


class PinMissing(Refusal):
    code, status = "emr.pin_missing", 422
    message = _("{name} signs too: let {name} type the PIN (or the password) here, or scan the badge.")


class WrongPin(Refusal):
    code, status = "emr.pin_wrong", 403
    message = _("This is not the PIN of {name}. Try again; {left} tries are left.")


class PinBlocked(Refusal):
    code, status = "emr.pin_blocked", 403
    message = _("Too many wrong tries for {name}. {name} signs in once with user name and password; then the PIN works again.")


class CannotSign(Refusal):
    code, status = "emr.cannot_sign", 422
    message = _("{name} does not work here at present and cannot sign. Ask another colleague.")


class NotOnDuty(Refusal):
    code, status = "emr.not_on_duty", 422
    message = _("{name} is not on duty now and cannot sign. Ask a colleague of this shift.")


class WrongPassword(Refusal):
    code, status = "emr.password_wrong", 403
    message = _("Your password is not right. Type it again; {left} tries are left.")


class PinTooWeak(Refusal):
    code, status = "emr.pin_too_weak", 422
    message = _("A PIN has 4 to 8 digits, not all the same and not in a row such as 1234. Choose another one.")


class BadgeUnreadable(Refusal):
    code, status = "emr.badge_unreadable", 422
    message = _("The code of a badge has 6 to 100 characters. Scan it again.")


class BadgeTaken(Refusal):
    code = "emr.badge_taken"
    message = _("This badge belongs to somebody else already. Take another one.")


acts.LAST_LINE["emr_staffpin_badge_key"] = BadgeTaken


@act("emr.set_pin", proofs={"by": "password"})
def set_pin(*, by, pin):
    """Choose the PIN with which one signs at a colleague's screen and unlocks a terminal; 4 to 8 digits.

    `password`: one's own, typed again. Raises PinTooWeak, WrongPassword, PinBlocked.
    """
    pin = str(pin or "").strip()
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST) or len(set(pin)) == 1 or any(
            pin in run for run in RUNS):
        raise PinTooWeak()
    row = keep_pin(by, pin)
    record(row, staff=str(by.pk))
    return row


def keep_pin(staff, pin) -> StaffPin:
    """Keep the hash of a PIN, inside an act; earlier wrong tries are forgotten."""
    return StaffPin.objects.update_or_create(staff=staff, defaults={
        "hash": make_password(pin), "set_at": clock.now(), "wrong": 0})[0]


@act("emr.issue_badge")
def issue_badge(staff, *, by, code):
    """Give somebody a badge: its code, as the reader reads it, signs like the PIN. An empty code takes the badge away.

    Raises BadgeUnreadable, BadgeTaken, NotFound.
    """
    row = Staff.objects.filter(pk=getattr(staff, "pk", staff)).first()
    if row is None:
        raise NotFound()
    code = str(code or "").strip()
    if code and not SHORTEST_BADGE <= len(code) <= 100:
        raise BadgeUnreadable()
    badge = StaffPin.objects.update_or_create(staff=row, defaults={"badge": _digest(code) if code else None})[0]
    record(badge, staff=str(row.pk), given=bool(code))
    return badge


def _digest(code):
    """A keyed digest: badge codes are short, so a plain one could be guessed by whoever reads the table."""
    return salted_hmac("emr.badge", code, algorithm="sha256").hexdigest()


def prove(signer, secret, *, by):
    """The Staff row of a second person who typed his own PIN, badge or password, and which of them it was.

    The system, telling what happened elsewhere, proves nothing. Whoever names himself is left to the act, which refuses him
    in its own words. Raises NotFound, PinMissing, CannotSign, NotOnDuty, PinBlocked, WrongPin.
    """
    if by.kind == Staff.Kind.SYSTEM:
        return signer, ""
    staff = Staff.objects.select_related("user", "pin").filter(pk=getattr(signer, "pk", signer)).first()
    if staff is None:
        raise NotFound()
    if staff.pk == by.pk:
        return staff, ""
    if not at_work(staff):
        raise CannotSign(name=str(staff))
    if not secret:
        raise PinMissing(name=str(staff))
    if settings.SECOND_PERSON_ON_DUTY and not Shift.objects.filter(staff=staff, during__contains=clock.now()).exists():
        raise NotOnDuty(name=str(staff))
    return staff, check(staff, secret)


def at_work(staff) -> bool:
    """May this person sign at all: works here, the login is not shut, and no demo login outside demo mode."""
    if staff.kind != Staff.Kind.PERSON or (staff.left_on and staff.left_on <= clock.today()):
        return False
    user = staff.user
    return user is None or (user.is_active and (settings.DEMO or not user.is_demo))


def check(staff, secret) -> str:
    """What of this person the secret is: pin, badge or password. Counts the try. Raises PinBlocked, WrongPin."""
    row = _reserve(staff)
    if row.hash and secret.isdigit() and check_password(secret, row.hash):
        how = "pin"
    elif row.badge and row.badge == _digest(secret):
        how = "badge"
    elif staff.user is not None and staff.user.check_password(secret):
        how = "password"
    else:
        logging.getLogger("emr").warning("wrong PIN of staff %s", staff.pk)
        raise WrongPin(name=str(staff), left=MOST_WRONG - row.wrong)
    forgive(staff)
    return how


def confirm(staff, password):
    """The actor himself, by his password, before he changes how he signs. Raises PinBlocked, WrongPassword."""
    if staff.kind == Staff.Kind.SYSTEM:
        return
    row = _reserve(staff)
    if staff.user is None or not staff.user.check_password(password or ""):
        raise WrongPassword(left=MOST_WRONG - row.wrong)
    forgive(staff)


def _reserve(staff) -> StaffPin:
    """Take one of the tries before anything is compared. Raises PinBlocked."""
    row = getattr(staff, "pin", None) or StaffPin.objects.get_or_create(staff=staff)[0]
    if not StaffPin.objects.filter(staff=staff, wrong__lt=MOST_WRONG).update(wrong=F("wrong") + 1):
        raise PinBlocked(name=str(staff))
    row.wrong = min(row.wrong + 1, MOST_WRONG)
    return row


def forgive(staff):
    """Forget wrong tries: after a right one, and after a full sign-in."""
    StaffPin.objects.filter(staff=staff, wrong__gt=0).update(wrong=0)
