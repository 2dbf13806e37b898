"""Refusals of the laboratory: what happened and what to do next."""
from django.utils.translation import gettext_lazy as _

from emr.acts import LAST_LINE
from emr.errors import Refusal


class UnknownTest(Refusal):
    code, status = "laboratory.unknown_test", 422
    message = _("No test of the catalogue answers to “{name}”. Choose the test that was done, or add it to the catalogue.")


class WhichTest(Refusal):
    code, status = "laboratory.which_test", 422
    message = _("“{name}” is a panel. Say which of its tests the value belongs to.")


class TestNotRequested(Refusal):
    code, status = "laboratory.test_not_requested", 422
    message = _("{test} was not asked for by the request “{request}”. Choose the request that asks for it.")


class NotLaboratory(Refusal):
    code, status = "laboratory.not_a_laboratory_request", 422
    message = _("“{request}” is no laboratory request. Open the laboratory worklist and choose one there.")


class RequestCancelled(Refusal):
    code = "laboratory.request_cancelled"
    message = _("The request “{request}” was cancelled: {reason}. Ask the ward for a new request.")


class RequestOfAnother(Refusal):
    code, status = "laboratory.request_of_another_encounter", 422
    message = _("One of the requests belongs to another stay or visit. Label each patient's tubes on their own.")


class NothingToLabel(Refusal):
    code, status = "laboratory.nothing_to_label", 422
    message = _("Choose at least one request for the tube.")


class AlreadyLabelled(Refusal):
    code = "laboratory.already_labelled"
    message = _("“{request}” already has the tube {accession}. Print its label again, or reject that tube first.")


class AlreadyResulted(Refusal):
    code = "laboratory.already_resulted"
    message = _("{test} already has the result {value} of {at}. Correct that result instead of adding another.")


class ResultMeanwhile(Refusal):
    """A race that only the database saw."""

    code = "laboratory.already_resulted"
    message = _("A colleague entered this result at the same moment. Open the request again and look at it.")


class ValueMissing(Refusal):
    code, status = "laboratory.value_missing", 422
    message = _("Enter a number or a text: the result of {test} is empty.")


class UnitNotPossible(Refusal):
    code, status = "laboratory.unit_not_possible", 422
    message = _("{test} cannot be measured in “{unit}”. Enter it in {expected}.")


class ResultInError(Refusal):
    code = "laboratory.result_in_error"
    message = _("This result was corrected or taken back at {at}. Open the one that holds now.")


class AlreadyReleased(Refusal):
    code = "laboratory.already_released"
    message = _("This result was released at {at}. Nothing more is needed.")


class NotReleased(Refusal):
    code = "laboratory.not_released"
    message = _("The laboratory has not released this result yet. Wait for it, or call the laboratory.")


class AlreadySeen(Refusal):
    code = "laboratory.already_seen"
    message = _("You marked this result as seen at {at}. Nothing more is needed.")


class WrongWristband(Refusal):
    code, status = "laboratory.wrong_wristband", 422
    message = _("The wristband says {scanned}, the tube belongs to {patient} ({number}). Do not draw: check the patient.")


class WrongTube(Refusal):
    code, status = "laboratory.wrong_tube", 422
    message = _("The tube says {scanned}, expected is {accession}. Take the right tube, or print the label again.")


class AlreadyCollected(Refusal):
    code = "laboratory.already_collected"
    message = _("The tube {accession} was drawn at {at}. Nothing more is needed.")


class NotCollected(Refusal):
    code = "laboratory.not_collected"
    message = _("Nobody recorded that the tube {accession} was drawn. Ask the ward to record it, then receive the tube.")


class AlreadyReceived(Refusal):
    code = "laboratory.already_received"
    message = _("The tube {accession} came in at {at}. Nothing more is needed.")


class SpecimenRejected(Refusal):
    code = "laboratory.specimen_rejected"
    message = _("The tube {accession} was rejected: {reason}. Label and draw a new one.")


class NameTaken(Refusal):
    code = "laboratory.name_taken"
    message = _("“{name}” already names {test}. Choose another name, or use that test.")


class RangeUpsideDown(Refusal):
    code, status = "laboratory.range_upside_down", 422
    message = _("The lower limit {low} is above the upper limit {high}. Check both.")


LAST_LINE["one_live_result_per_request_and_test"] = ResultMeanwhile
