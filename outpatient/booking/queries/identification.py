"""Whom a visitor may be: records with an open card, in a number of queries that is the same for everybody (R53)."""
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from emr import clock
from emr.models import Patient, PatientContact, PatientIdentifier
from emr.people.names import digits
from orders.models import ServiceRequest
from outpatient.booking.models import DuplicateReport, Specialty, Street
from outpatient.models import Card

PHONE_DIGITS = 4  # the last digits of the telephone that serve as a second factor (A15)


def candidates(family_key: str, birth_date, factor: str = "") -> list[dict]:
    """Live records of this folded surname and birth date with a card that is open today, one row per address. One query.

    Joined, dropped-out and dead records and ended permissions are left out (R45, R46). `factor`: "card", "phone" or
    "policy" adds the values that the second factor may have.
    """
    cards = Card.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=clock.today()), patient=OuterRef("pk"),
                                closed_at__isnull=True)
    rows = Patient.objects.filter(
        Q(sort_key=family_key) | Q(sort_key__startswith=family_key + " "), Exists(cards), birth_date=birth_date,
        birth_precision=Patient.Precision.DAY, merged_into__isnull=True, died_at__isnull=True, is_unknown=False)
    rows = rows.annotate(home=FilteredRelation("addresses", condition=Q(addresses__ended_at__isnull=True)),
                         settlement=F("home__city"), street=F("home__street"), house=F("home__house"), flat=F("home__flat"))
    if factor:
        rows = rows.annotate(factors=_factors(factor, cards))
    wanted = ["pk", "family", "given", "patronymic", "settlement", "street", "house", "flat", *(["factors"] if factor else [])]
    found = list(rows.order_by("pk").values(*wanted))
    for row in found:
        row["factors"] = tuple(digits(value)[-PHONE_DIGITS:] if factor == "phone" else value for value in row.get("factors", ()))
    return [{name: "" if value is None else value for name, value in row.items()} for row in found]


def _factors(factor, cards):
    if factor == "card":
        return ArraySubquery(cards.values("number"))
    if factor == "phone":
        return ArraySubquery(PatientContact.objects.filter(patient=OuterRef("pk"), kind=PatientContact.Kind.PHONE, person="",
                                                           ended_at__isnull=True).values("value"))
    return ArraySubquery(PatientIdentifier.objects.filter(patient=OuterRef("pk"), kind="policy", ended_at__isnull=True)
                         .values("value"))


def referred(birth_date) -> list[tuple]:
    """(patient, referral) of everybody born that day who has a referral to one of our specialties, used or not. One query.

    Joined and dead records, cancelled and mistaken referrals are left out.
    """
    return list(ServiceRequest.objects.live().filter(
        category=ServiceRequest.Category.REFERRAL, cancelled_at__isnull=True, code__in=Specialty.objects.values("code"),
        patient__birth_date=birth_date, patient__birth_precision=Patient.Precision.DAY, patient__merged_into__isnull=True,
        patient__died_at__isnull=True).values_list("patient", "pk"))


def renamed_streets() -> list[Street]:
    """Streets that had other names, and villages without streets: what the comparison of addresses needs. One query."""
    return list(Street.objects.exclude(no_streets=False, former_names=[]))


def duplicate_reports():
    """Pairs of records that the registry has yet to look at, the oldest first; joined ones are done."""
    return DuplicateReport.objects.filter(settled_at__isnull=True, one__merged_into__isnull=True, other__merged_into__isnull=True
                                          ).select_related("one", "other").order_by("noted_at")
