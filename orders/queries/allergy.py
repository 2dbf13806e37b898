"""Does a recorded allergy speak against a product? Class and cross-reaction are no part of this check."""
from emr.models import AllergyIntolerance
from orders.queries.medication import plain


def against(patient, medication, ingredient_names) -> list[AllergyIntolerance]:
    """Live allergies of the patient whose substance is the product, its trade name or one of its substances.

    A salt counts as its substance ("penicillin g" stands against "penicillin g potassium"). One query.
    """
    names = {plain(name) for name in (medication.name, medication.name_ru, medication.trade_name, *ingredient_names)} - {""}
    rows = AllergyIntolerance.objects.live().filter(
        patient=getattr(patient, "pk", patient), ended_at__isnull=True).exclude(kind="none-known").exclude(
        verification__in=["refuted", "entered-in-error"])
    return [row for row in rows if _is_about(row, names, medication)]


def _is_about(row, names, medication):
    substance = plain(row.substance)
    if any(name == substance or name.startswith(f"{substance} ") for name in names):
        return True
    return bool(row.code and medication.atc and "atc" in row.system.lower() and medication.atc.startswith(row.code.upper()))
