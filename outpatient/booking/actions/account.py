"""The personal account: one login orders for several patients; each keeps his own limits (R72)."""
import secrets

from django.utils.translation import gettext as _

from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Malformed, NotPermitted, ReasonMissing
from emr.journal import record
from emr.models import Patient, Staff, User
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.models import AccountPatient
from outpatient.booking.queries import account as queries
from outpatient.booking.rules.account import until

acts.LAST_LINE["a_patient_is_in_an_account_once"] = errors.AlreadyInAccount
acts.LAST_LINE["emr_user_username_key"] = errors.LoginTaken
MOST = 12  # patients of one account
Proof = AccountPatient.Proof


@act("booking.open_account")
def open_account(patient, *, by, username):
    """Give a person a login for the personal account, his document having been shown at the registry.

    Personal data alone open no account: they are known to the family, and the login shows its holder's own record. Whoever
    is no patient (a guardian) is registered as a person first; without a card he orders only for others. The first password
    stands in `.first_password` of the answer, this once only. Raises HasAccount, LoginTaken, Malformed, PatientIsMerged.
    """
    patient, username = lock_patient(patient), (username or "").strip().lower()
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if patient.user_id:
        raise errors.HasAccount(username=patient.user.username)
    if not 4 <= len(username) <= 80 or not username.replace(".", "").replace("-", "").replace("_", "").isalnum():
        raise Malformed(problem=_("user name: four letters or digits at least, no spaces"))
    if User.objects.filter(username=username).exists():
        raise errors.LoginTaken()
    user, password = User(username=username, language=patient.language), secrets.token_urlsafe(9)
    user.set_password(password)
    user.save(force_insert=True)
    patient.user = user
    patient.save(update_fields=["user"])
    record(user, patient=patient, username=username)
    user.first_password = password
    return user


@act("booking.add_account_patient")
def add_account_patient(patient, *, by, account=None):
    """Let an account order for this patient from now on.

    By the holder himself: the caller has just identified the patient (actions.identification, R41). By the registry: for the
    `account` (a User) whose holder shows a document. A child leaves at 18. Raises AlreadyInAccount, AccountIsFull, NotPermitted.
    """
    if isinstance(by, Patient):
        account = by.user_id
    if not account:
        raise NotPermitted(act="booking.add_account_patient")
    patient = lock_patient(patient)
    account = User.objects.select_for_update(no_key=True).get(pk=getattr(account, "pk", account))
    if patient.user_id == account.pk:
        raise errors.AlreadyInAccount()
    rows = AccountPatient.objects.filter(account=account, ended_at__isnull=True)
    if rows.count() >= MOST:
        raise errors.AccountIsFull(most=MOST)
    rows.filter(patient=patient, until__lte=clock.today()).update(ended_at=clock.now(), end_reason="18")
    if rows.filter(patient=patient).exists():
        raise errors.AlreadyInAccount()
    row = AccountPatient.objects.create(account=account, patient=patient, until=until(patient.birth_date, clock.today()),
                                        proof=Proof.DOCUMENT if isinstance(by, Staff) else Proof.IDENTIFIED)
    record(row, patient=patient, account=account.username, proof=row.proof)
    return row


@act("booking.end_account_patient")
def end_account_patient(row, *, by, reason=""):
    """The account no longer orders for the patient: said by its holder, by the patient himself, or by the registry with a reason.

    Raises NotFound, ReasonMissing.
    """
    row, reason = _lock(row, by), (reason or "").strip()
    if isinstance(by, Patient):
        reason = reason or (_("Ended by the patient") if row.patient_id == by.pk else _("Removed by the holder of the account"))
    if not reason:
        raise ReasonMissing()
    fits(AccountPatient, end_reason=reason)
    row.ended_at, row.end_reason = clock.now(), reason
    row.save(update_fields=["ended_at", "end_reason"])
    record(row, patient=row.patient_id, account=row.account.username, reason=reason)
    return row


@act("booking.confirm_account_patient")
def confirm_account_patient(row, *, by):
    """A child who has come of age, or the registry on his word, lets the account go on ordering for him (R72).

    Raises NotFound; NotPermitted to the holder of the account, who cannot confirm for the other.
    """
    row = _lock(row, by)
    if isinstance(by, Patient) and row.patient_id != by.pk:
        raise NotPermitted(act="booking.confirm_account_patient")
    row.until, row.confirmed_at = None, clock.now()
    row.save(update_fields=["until", "confirmed_at"])
    record(row, patient=row.patient_id, account=row.account.username)
    return row


def _lock(row, by) -> AccountPatient:
    found = queries.one(by, getattr(row, "pk", row))
    lock_patient(found.patient_id)
    return AccountPatient.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(
        pk=found.pk, ended_at__isnull=True)
