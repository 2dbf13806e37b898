"""The directory of institutions: found by number, street or kind; our own buildings."""
import re

from django.db.models import F

from emr.errors import NotFound
from outpatient.booking.models import Clinic

ASKED = 60  # characters of a question that are read


def directory(text="", region="") -> list[Clinic]:
    """Buildings whose name or address has every word of the question, ours first. One query."""
    return asked_for(text, everywhere(region))


def everywhere(region="") -> list[Clinic]:
    """All buildings, of one region where asked, ours first. One query."""
    rows = Clinic.objects.select_related("institution").order_by(F("institution").asc(nulls_last=True), *Clinic._meta.ordering)
    return list(rows.filter(region=region) if region else rows)


def asked_for(text, rows) -> list[Clinic]:
    """Those of the buildings whose name or address has every word of the question.

    A number means the number of the institution where one has it, else a house. Words are compared by their beginning, in
    the three languages; ё = е.
    """
    found = rows
    for word in _words(text[:ASKED]):
        exact = [row for row in found if word.isdigit() and row.number == int(word)]
        found = exact or [row for row in found if any(known.startswith(word) for known in _known(row))]
    return found


def _words(text):
    return re.findall(r"\w+", text.lower().replace("ё", "е"))


def _known(row):
    """The words under which a building is found."""
    names = (row.city, row.city_ru, row.city_be, row.street, row.street_ru, row.street_be, row.house, row.building, str(row),
             str(row.get_kind_display()), row.institution.name if row.institution else "")
    return _words(" ".join(names))


def regions() -> list[str]:
    """Regions that have an institution in the directory."""
    return list(Clinic.objects.order_by("region").distinct("region").values_list("region", flat=True))


def one(pk) -> Clinic:
    """One building. Raises NotFound."""
    row = Clinic.objects.select_related("institution").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def own_buildings() -> list[Clinic]:
    """The buildings of our own institution, the head office first. One query."""
    return list(Clinic.objects.filter(institution__is_ours=True).order_by("kind", "pk"))
