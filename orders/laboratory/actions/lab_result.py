"""What the laboratory found: judged by the range of the day, kept with that range, corrected only by a new value."""
from decimal import Decimal, InvalidOperation

from emr import clock
from emr.access import ChartNotVisible, link_of
from emr.actions.fact import not_in_future, withdraw
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from emr.rules.texts import fits
from orders.laboratory import errors
from orders.laboratory.models import LabResult, LabTest, ReferenceRange, ResultSeen
from orders.laboratory.models.lab_test import said
from orders.laboratory.queries.lab_test import named, panel_named
from orders.laboratory.rules.lab_result import fitting, judged
from orders.laboratory.rules.unit import converted
from orders.models import ServiceRequest

COMPARATORS = ("", "<", "<=", ">", ">=")


@act("laboratory.record_result")
def record_result(request, *, by, value=None, value_text="", unit="", test=None, specimen=None, found_at=None, performer=None,
                  release=True, comparator=""):
    """Enter one value of a requested test: turned into the test's unit, judged by the range for sex and age on that day.

    `test` (row, key, name or LOINC) is needed for panels only; a missing unit means the test's own. `found_at` defaults to
    now. Raises UnknownTest, WhichTest, TestNotRequested, UnitNotPossible, AlreadyResulted, RequestCancelled, ValueMissing.
    """
    request = _lock_request(request, by)
    test = _test_of(request, test)
    found_at = not_in_future(found_at)
    earlier = LabResult.objects.live().filter(request=request, test=test).first()
    if earlier:
        raise errors.AlreadyResulted(test=str(test), value=_shown(earlier), at=earlier.found_at)
    result = LabResult(patient=request.patient, encounter=request.encounter, request=request, test=test,
                       specimen_id=getattr(specimen, "pk", specimen), performer=performer or by, found_at=found_at,
                       recorded_by=by)
    _set_value(result, value, value_text, unit, comparator)
    if release:
        result.released_at, result.released_by = clock.now(), by
    result.save(force_insert=True)
    record(result, patient=request.patient_id, encounter=request.encounter_id, **_told(result, value, unit))
    return result


def _lock_request(request, by):
    request = ServiceRequest.objects.live().select_for_update(no_key=True, of=("self",)).select_related(
        "patient", "encounter").filter(pk=getattr(request, "pk", request)).first()
    if request is None:
        raise NotFound()
    if not link_of(by, request.patient):
        raise ChartNotVisible()
    if request.category != ServiceRequest.Category.LABORATORY:
        raise errors.NotLaboratory(request=request.text)
    if request.cancelled_at:
        raise errors.RequestCancelled(request=request.text, reason=request.cancel_reason)
    return request


def _test_of(request, test) -> LabTest:
    """The test a value belongs to: the one the request asks for, or the named one of the panel it asks for."""
    asked = named(request.code, request.text)
    if test is None:
        if asked:
            return asked
        if panel_named(request.code, request.text):
            raise errors.WhichTest(name=request.text)
        raise errors.UnknownTest(name=request.text)
    if isinstance(test, LabTest):
        wanted = test
    elif asked and said(str(test)) in asked.known_as:
        wanted = asked
    else:
        wanted = named(str(test))
    if wanted is None:
        raise errors.UnknownTest(name=test)
    if asked and asked != wanted:
        raise errors.TestNotRequested(test=str(wanted), request=request.text)
    panel = None if asked else panel_named(request.code, request.text)
    if panel and wanted not in panel.tests.all():
        raise errors.TestNotRequested(test=str(wanted), request=request.text)
    return wanted  # a free-text request: the laboratory says what it did


def _set_value(result, value, value_text, unit, comparator):
    """Put the value into the result in the test's unit and judge it. Raises ValueMissing, UnitNotPossible, Malformed."""
    test, patient = result.test, result.patient
    if comparator not in COMPARATORS:
        raise Malformed(problem="comparator: one of < <= > >=")
    if value is None and not value_text.strip():
        raise errors.ValueMissing(test=str(test))
    fits(LabResult, value_text=value_text, unit=unit)
    if value is None:
        result.value_text = value_text.strip()
        return
    result.value = converted(_number(value), unit, test)
    result.value_text, result.comparator, result.unit = value_text.strip(), comparator, test.unit or unit
    one = fitting(ReferenceRange.objects.filter(test=test), sex=patient.sex, birth_date=patient.birth_date,
                  day=clock.day_of(result.found_at))
    result.flag = judged(result.value, comparator, one)
    if one:
        result.range_low, result.range_high, result.range_source = one.low, one.high, one.source


def _number(value) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise Malformed(problem="value: a number is needed") from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
        raise Malformed(problem="value: a number is needed")
    return number


def _shown(result):
    return f"{result.comparator}{result.value if result.value is not None else result.value_text} {result.unit}".strip()


def _told(result, value, unit):
    told = {"test": result.test.key, "value": _shown(result), "flag": result.flag, "released": bool(result.released_at)}
    return told | ({"as_entered": f"{value} {unit}"} if unit and unit != result.unit else {})


def _lock_result(result, by):
    """The result as it is now, its request being locked first. Raises NotFound, ChartNotVisible."""
    found = LabResult.objects.select_related("request").filter(pk=getattr(result, "pk", result)).first()
    if found is None:
        raise NotFound()
    ServiceRequest.objects.select_for_update(no_key=True).get(pk=found.request_id)
    locked = LabResult.objects.select_for_update(no_key=True, of=("self",)).select_related("patient", "test").get(pk=found.pk)
    if not link_of(by, locked.patient):
        raise ChartNotVisible()
    return locked


def _lock_live_result(result, by):
    result = _lock_result(result, by)
    if result.error_at:
        raise errors.ResultInError(at=result.error_at)
    return result


@act("laboratory.release_result")
def release_result(result, *, by):
    """Let the ward see a value that was entered without release. Raises AlreadyReleased, ResultInError."""
    result = _lock_live_result(result, by)
    if result.released_at:
        raise errors.AlreadyReleased(at=result.released_at)
    result.released_at, result.released_by = clock.now(), by
    result.save(update_fields=["released_at", "released_by"])
    record(result, patient=result.patient_id, encounter=result.encounter_id, test=result.test.key, value=_shown(result))
    return result


@act("laboratory.correct_result")
def correct_result(result, *, by, reason, value=None, value_text="", unit="", comparator=""):
    """Replace a wrong value: the old one is struck with the reason, the new one names it and is unseen again.

    Raises ReasonMissing, ResultInError, ValueMissing, UnitNotPossible.
    """
    old = _lock_live_result(result, by)
    withdraw(old, reason=reason, by=by)
    new = LabResult(patient=old.patient, encounter_id=old.encounter_id, request_id=old.request_id, test=old.test,
                    specimen_id=old.specimen_id, performer=by, found_at=old.found_at, recorded_by=by, replaces=old,
                    released_at=clock.now(), released_by=by)
    _set_value(new, value, value_text, unit, comparator)
    new.save(force_insert=True)
    record(new, patient=old.patient_id, encounter=old.encounter_id, replaces=str(old.pk), was=_shown(old), reason=reason,
           **_told(new, value, unit))
    return new


@act("laboratory.mark_result_seen")
def mark_result_seen(result, *, by, read_back=False):
    """Say that one has seen a released result; `read_back`: repeated a critical value to the laboratory by telephone.

    Raises AlreadySeen, NotReleased, ResultInError.
    """
    result = _lock_live_result(result, by)
    if not result.released_at:
        raise errors.NotReleased()
    seen = ResultSeen.objects.filter(result=result, staff=by).first()
    if seen and (seen.read_back or not read_back):
        raise errors.AlreadySeen(at=seen.seen_at)
    if seen:
        seen.read_back = True
        seen.save(update_fields=["read_back"])
    else:
        seen = ResultSeen.objects.create(result=result, staff=by, seen_at=clock.now(), read_back=read_back)
    record(result, patient=result.patient_id, encounter=result.encounter_id, test=result.test.key, flag=result.flag,
           read_back=read_back)
    return result
