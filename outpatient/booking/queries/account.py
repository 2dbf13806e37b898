"""Accounts and their patients: for whom a login orders, and which logins order for a patient (R72)."""
from django.db.models import Q

from emr.errors import NotFound
from emr.models import Patient, Staff
from outpatient.booking.models import AccountPatient


def is_of(actor: Patient, patient) -> bool:
    """Does this patient belong to the actor's account: himself, or somebody he added?"""
    pk = getattr(patient, "pk", patient)
    if str(pk) == str(actor.pk):
        return True
    return actor.user_id is not None and AccountPatient.objects.standing().filter(account=actor.user_id, patient=pk).exists()


def in_account(actor: Patient, field="patient") -> Q:
    """A condition on rows that name a patient: those of the actor's account, without another query."""
    if not actor.user_id:
        return Q(**{field: actor.pk})
    return Q(**{field: actor.pk}) | Q(**{f"{field}__in": AccountPatient.objects.standing().filter(account=actor.user_id)
                                         .values("patient")})


def patients_of(actor: Patient) -> list[Patient]:
    """For whom this account orders: the holder first, then the others by name. One query."""
    rows = Patient.objects.filter(in_account(actor, "pk"), merged_into__isnull=True, died_at__isnull=True).order_by("sort_key")
    return sorted(rows, key=lambda row: row.pk != actor.pk)


def members(actor):
    """The rows behind the account: whom the holder added and has not let go, the newest first; a child's that ended at 18 too."""
    return AccountPatient.objects.filter(account=actor.user_id, account__isnull=False, ended_at__isnull=True).select_related(
        "patient").order_by("-since")


def attached_to(patient):
    """Which accounts order for this patient; each with its holder."""
    return AccountPatient.objects.standing().filter(patient=patient).select_related(
        "account__patient", "patient").order_by("-since")


def visible(actor):
    """Rows that this actor may end: of his own account, of himself, all for the registry."""
    rows = AccountPatient.objects.filter(ended_at__isnull=True).select_related("account__patient", "patient")
    if isinstance(actor, Patient):
        return rows.filter(Q(patient=actor) | Q(account=actor.user_id, account__isnull=False))
    if actor.kind == Staff.Kind.SYSTEM or "registrar" in actor.role_names:
        return rows
    return rows.none()


def one(actor, pk) -> AccountPatient:
    """One such row. Raises NotFound."""
    row = visible(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row
