"""What the patient banner of our pages needs."""
from emr.permissions import sections
from emr.queries.chart import allergies


def banner(actor, patient) -> dict:
    """The patient, with the allergies for those whose role reads them (the laboratory itself does not)."""
    shown = "allergies" in sections(actor.role_names)
    return {"patient": patient, "allergies": allergies(patient) if shown else None}
