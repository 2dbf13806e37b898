"""Streets, the houses of districts, and who looks after them."""
from django.db.models import Count, Q
from django.db.models.functions import Length

from emr import clock
from emr.errors import NotFound
from emr.models import PatientAddress
from emr.people.names import romanise
from outpatient.booking.models import DistrictDoctor, DistrictRule, Street
from outpatient.models import Card, District

BEGINNING = 4  # letters of a street's name by which it is looked for (A14)
UNFOLDED = str.maketrans({"Е": "[ЕЁ]", "У": "[УЎ]", "И": "[ИІ]"})  # what emr.people.names.fold made one


def streets(text=""):
    """The directory, by settlement and name; those whose present or a former name holds the text."""
    rows = Street.objects.annotate(rule_count=Count("rules", filter=Q(rules__ended_at__isnull=True))).order_by(
        "settlement", "name")
    return rows.filter(Q(name__icontains=text) | Q(settlement__icontains=text) | Q(
        former_names__icontains=text)) if text else rows


def rules(district=None):
    """Rules that hold, with district and street, by street. One query."""
    rows = DistrictRule.objects.filter(ended_at__isnull=True).select_related("street", "district__department").order_by(
        "street__settlement", "street__name", "houses")
    return rows.filter(district=district) if district else rows


def rule(actor, pk) -> DistrictRule:
    """One rule. Raises NotFound."""
    found = DistrictRule.objects.select_related("street", "district").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def doctors(day=None, specialty=None):
    """Who looks after which district on that day, deputies first. One query."""
    day = day or clock.today()
    rows = DistrictDoctor.objects.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day).select_related(
        "doctor", "district", "specialty").order_by(Length("district__code"), "district__code", "specialty__name",
                                                    "-is_deputy", "-since")
    return rows.filter(specialty=specialty) if specialty else rows


def districts():
    """All districts, by code."""
    return District.objects.select_related("department", "doctor").order_by(Length("code"), "code")


def is_configured(specialty) -> bool:
    """Has this specialty doctors of districts with streets today (R70)? One query."""
    return bool(specialty.by_district) and doctors(specialty=specialty).filter(
        district__in=DistrictRule.objects.filter(ended_at__isnull=True).values("district")).exists()


def home_of(patient):
    """The address where the patient lives now, or None. One query."""
    return PatientAddress.objects.filter(patient=getattr(patient, "pk", patient), ended_at__isnull=True).order_by("-pk").first()


def homes(keywords=()):
    """Addresses of everybody with an open card, where the street has one of these folded words, but for its ending. One query."""
    cards = Card.objects.filter(closed_at__isnull=True).values("patient")
    rows = PatientAddress.objects.filter(ended_at__isnull=True, patient__in=cards, patient__merged_into__isnull=True,
                                         patient__died_at__isnull=True).select_related("patient").order_by("patient__sort_key")
    beginnings = {begun for word in keywords for begun in (word[:BEGINNING].translate(UNFOLDED), romanise(word)[:BEGINNING])}
    return rows.filter(street__iregex="|".join(sorted(beginnings))) if beginnings else rows
