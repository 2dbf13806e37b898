"""Refusals of the polyclinic."""
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal


class NotAVisit(Refusal):
    code, status = "outpatient.not_a_visit", 422
    message = _("{number} is no polyclinic visit. Open it in its own place.")


class PatientHasCard(Refusal):
    code = "outpatient.patient_has_card"
    message = _("The patient already has the outpatient card {number}. Use it, or close it first.")


class CardJustOpened(Refusal):
    """A race that only the database saw."""

    code = "outpatient.patient_has_card"
    message = _("A colleague opened a card for this patient at this moment. Look at it.")


class PatientHasDied(Refusal):
    code, status = "outpatient.patient_has_died", 422
    message = _("{patient} died on {at}. Check that this is the right patient.")


class CardIsClosed(Refusal):
    code = "outpatient.card_is_closed"
    message = _("The card {number} was closed at {at}. Open a new one.")


class PermissionInPast(Refusal):
    code, status = "outpatient.permission_in_past", 422
    message = _("The last day of the permission has passed already. Enter a day to come.")
