"""Refusals of districts and house calls."""
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal


class StreetIsThere(Refusal):
    code = "booking.street_is_there"
    message = _("This street stands in the directory already. Use that entry.")


class RuleIsThere(Refusal):
    code = "booking.rule_is_there"
    message = _("These houses belong to that district already. Look at its list.")


class RuleHasEnded(Refusal):
    code = "booking.rule_has_ended"
    message = _("A colleague ended this rule at {at}.")


class DistrictIsThere(Refusal):
    code = "booking.district_is_there"
    message = _("This department has a district of that number already. Choose another number.")


class DistrictHasDoctor(Refusal):
    code = "booking.district_has_doctor"
    message = _("The district has a doctor of this specialty from that day or later. Choose a later first day.")


class HousesUnreadable(Refusal):
    code, status = "booking.houses_unreadable", 422
    message = _("“{part}” is no list of houses. Write single houses and ranges with commas, such as 2-48 even, 17A, 51-.")


class NotADistrictSpecialty(Refusal):
    code, status = "booking.not_a_district_specialty", 422
    message = _("{specialty} has no districts. District doctors are therapists, paediatricians and gynaecologists.")


class DeputyNeedsLastDay(Refusal):
    code, status = "booking.deputy_needs_last_day", 422
    message = _("A deputy stands in until a day. Enter the last day of the leave.")


class HouseCallClosed(Refusal):
    code, status = "booking.housecall_closed", 422
    message = _("Calls are accepted in the morning of the same day, from {since} to {until}. If it is urgent, telephone: "
                "{phone}.")


class AlreadyCalled(Refusal):
    code = "booking.already_called"
    message = _("A doctor is called to this patient today already. To change or cancel it, telephone: {phone}.")


class CalledMeanwhile(Refusal):
    """A race that only the database saw."""

    code = "booking.already_called"
    message = _("A doctor was called to this patient at this moment. Look at today's calls.")


class NoAddress(Refusal):
    code, status = "booking.no_address", 422
    message = _("No address with a house is stored for this patient. The registry enters it.")


class NotServed(Refusal):
    code, status = "booking.not_served", 422
    message = _("This address lies in no district of ours. Telephone the registry: {phone}.")


class HouseCallIsOver(Refusal):
    code = "booking.house_call_is_over"
    message = _("This call is served, cancelled, or of another day. Look at today's calls.")


class DistrictDoctorUnknown(Refusal):
    code, status = "booking.district_doctor_unknown", 422
    message = _("The doctor of your district cannot be told from your address. Choose a doctor yourself, or ask the registry.")


class NoDoctorKnown(Refusal):
    code, status = "booking.no_doctor_known", 422
    message = _("No doctor of that district is known. Choose who goes there.")


class NotYourCall(Refusal):
    code, status = "booking.not_your_call", 403
    message = _("{doctor} has this call. Let the registry hand it over to you first.")


class NothingToTell(Refusal):
    code = "booking.nothing_to_tell"
    message = _("Nobody has to be rung up about this call.")
