"""A tube's four moments: label printed, drawn, received, rejected. Each is an act of its own."""
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.actions.encounter import lock_encounter
from emr.actions.fact import lock_fact, not_in_future, open_for_writing
from emr.acts import act
from emr.errors import NotFound, ReasonMissing, Refusal
from emr.journal import record
from emr.models import Encounter
from emr.numbering import next_number, with_check_digit
from emr.rules.texts import fits
from orders.laboratory import errors
from orders.laboratory.models import Specimen, SpecimenRequest
from orders.models import ServiceRequest


class BeforeLabel(Refusal):
    code, status = "laboratory.before_label", 422
    message = _("The tube was labelled at {at}; it cannot be drawn before. Check the time.")


@act("laboratory.label_specimen")
def label_specimen(encounter, *, by, requests, kind=""):
    """Give one tube its accession number (year, running number, check digit) for these requests of one stay or visit.

    Raises NothingToLabel, NotLaboratory, RequestOfAnother, RequestCancelled, AlreadyLabelled, ChartNotVisible.
    """
    encounter = Encounter.objects.filter(pk=getattr(encounter, "pk", encounter)).first()
    if encounter is None:
        raise NotFound()
    fits(Specimen, kind=kind)
    open_for_writing(encounter.patient_id, by)
    lock_encounter(encounter)
    asked = _lock_requests(requests, encounter)
    now = clock.now()
    year = clock.day_of(now).year % 100
    accession = with_check_digit(int(f"{year:02d}{next_number(f'specimen-{year}'):06d}"))
    specimen = Specimen.objects.create(patient_id=encounter.patient_id, encounter=encounter, accession=accession, kind=kind,
                                       labelled_at=now, recorded_by=by)
    SpecimenRequest.objects.bulk_create([SpecimenRequest(specimen=specimen, request=one) for one in asked])
    record(specimen, patient=encounter.patient_id, encounter=encounter, accession=accession, requests=[str(r.pk) for r in asked])
    return specimen


def _lock_requests(requests, encounter):
    ids = {getattr(one, "pk", one) for one in requests}
    if not ids:
        raise errors.NothingToLabel()
    asked = list(ServiceRequest.objects.live().select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    if len(asked) != len(ids):
        raise NotFound()
    for one in asked:
        if one.encounter_id != encounter.pk:
            raise errors.RequestOfAnother()
        if one.category != ServiceRequest.Category.LABORATORY:
            raise errors.NotLaboratory(request=one.text)
        if one.cancelled_at:
            raise errors.RequestCancelled(request=one.text, reason=one.cancel_reason)
    link = SpecimenRequest.objects.filter(request__in=asked, specimen__error_at__isnull=True,
                                          specimen__rejected_at__isnull=True).select_related("specimen", "request").first()
    if link:
        raise errors.AlreadyLabelled(request=link.request.text, accession=link.specimen.accession)
    return asked


@act("laboratory.collect_specimen")
def collect_specimen(specimen, *, by, at=None, wristband="", tube=""):
    """Record that the tube was drawn. With a scanned wristband and tube, both must be the right ones.

    Raises WrongWristband, WrongTube, AlreadyCollected, SpecimenRejected, TimeInFuture, BeforeLabel.
    """
    patient, specimen = lock_fact(Specimen, specimen, by)
    _refuse_rejected(specimen)
    if wristband and wristband.strip() not in (patient.number, str(patient.pk)):
        raise errors.WrongWristband(scanned=wristband.strip(), patient=patient.short_name, number=patient.number)
    if tube and tube.strip() != specimen.accession:
        raise errors.WrongTube(scanned=tube.strip(), accession=specimen.accession)
    if specimen.collected_at:
        raise errors.AlreadyCollected(accession=specimen.accession, at=specimen.collected_at)
    at = not_in_future(at)
    if specimen.labelled_at and at < specimen.labelled_at.replace(second=0, microsecond=0):
        raise BeforeLabel(at=specimen.labelled_at)
    return _stamp(specimen, by, collected_at=at, collected_by=by, scanned=bool(wristband and tube))


@act("laboratory.receive_specimen")
def receive_specimen(specimen, *, by, at=None):
    """Record that the drawn tube came into the laboratory. Raises NotCollected, AlreadyReceived, SpecimenRejected."""
    _, specimen = lock_fact(Specimen, specimen, by)
    _refuse_rejected(specimen)
    if specimen.received_at:
        raise errors.AlreadyReceived(accession=specimen.accession, at=specimen.received_at)
    at = not_in_future(at)
    if specimen.collected_at is None or at < specimen.collected_at:
        raise errors.NotCollected(accession=specimen.accession)
    return _stamp(specimen, by, received_at=at, received_by=by)


@act("laboratory.reject_specimen")
def reject_specimen(specimen, *, by, reason):
    """Refuse a tube that cannot be used (clotted, too little, wrong tube): its requests wait to be drawn again.

    Raises ReasonMissing, SpecimenRejected.
    """
    _, specimen = lock_fact(Specimen, specimen, by)
    _refuse_rejected(specimen)
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(Specimen, reject_reason=reason)
    return _stamp(specimen, by, rejected_at=clock.now(), rejected_by=by, reject_reason=reason)


def _refuse_rejected(specimen):
    if specimen.error_at:
        raise NotFound()
    if specimen.rejected_at:
        raise errors.SpecimenRejected(accession=specimen.accession, reason=specimen.reject_reason)


def _stamp(specimen, by, *, scanned=None, **columns):
    for name, value in columns.items():
        setattr(specimen, name, value)
    specimen.save(update_fields=list(columns))
    told = {name: value.isoformat() if name.endswith("_at") else value for name, value in columns.items()
            if not name.endswith("_by")}
    record(specimen, patient=specimen.patient_id, encounter=specimen.encounter_id, accession=specimen.accession, **told,
           **({} if scanned is None else {"scanned": scanned}))
    return specimen
