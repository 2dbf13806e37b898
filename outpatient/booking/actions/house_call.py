"""A doctor called home: accepted in the morning, handed over, visited the same day; cancelled by telephone only (R66-R68)."""
from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing
from emr.journal import record
from emr.models import Encounter, Institution, Patient, Staff
from emr.rules.texts import fits
from outpatient.actions.visit import start_visit
from outpatient.booking import errors_at_home as errors
from outpatient.booking.errors import NotForOthers, NotIdentified
from outpatient.booking.models import HouseCall
from outpatient.booking.queries.house_call import visible
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.house_call import doctor_for, is_open, is_served, place_of
from outpatient.errors import PatientHasDied
from outpatient.queries.card import open_card_of

acts.LAST_LINE["one_house_call_per_patient_and_day"] = errors.CalledMeanwhile
Channel = HouseCall.Channel


@act("booking.request_house_call")
def request_house_call(patient=None, *, by, channel="registry", phone=""):
    """Call a doctor home today, to the address as stored. `by`: staff, or the patient himself (channel web).

    `phone`: to be rung at the door. Raises HouseCallClosed outside the morning hours, NoAddress, NotServed, AlreadyCalled,
    NotIdentified without a card, PatientHasDied.
    """
    patient, channel = _who(patient, channel, by)
    patient = lock_patient(patient)
    if patient.died_at:
        raise PatientHasDied(patient=patient.short_name, at=patient.died_at)
    row, now, today = setting(), clock.now(), clock.today()
    if not is_open(row, now):
        raise errors.HouseCallClosed(since=f"{row.housecall_from:%H:%M}", until=f"{row.housecall_until:%H:%M}", phone=_phone())
    card = open_card_of(patient)
    if card is None or (card.valid_until and card.valid_until < today):
        raise NotIdentified()
    if HouseCall.objects.filter(patient=patient, day=today, cancelled_at__isnull=True).exists():
        raise errors.AlreadyCalled(phone=_phone())
    address, district = place_of(patient)
    if address is None or not address.house:
        raise errors.NoAddress()
    if not is_served(district):
        raise errors.NotServed(phone=_phone())
    fits(HouseCall, phone=phone.strip())
    call = HouseCall.objects.create(patient=patient, day=today, address=_told(patient), district_id=district, phone=phone.strip(),
                                    channel=channel, accepted_at=now, accepted_by=by if isinstance(by, Staff) else None)
    record(call, patient=patient, channel=channel)
    return call


@act("booking.hand_over_house_call")
def hand_over_house_call(call, *, by, doctor=None):
    """Hand a call to the doctor who goes there; without a name to the doctor of the district. May be handed on to another.

    Raises HouseCallIsOver (another day too), NoDoctorKnown.
    """
    call = _lock(call, by)
    _refuse_over(call)
    if call.day != clock.today():
        raise errors.HouseCallIsOver()
    doctor = Staff.objects.filter(pk=getattr(doctor, "pk", doctor), left_on__isnull=True).first() if doctor else doctor_for(call)
    if doctor is None:
        raise errors.NoDoctorKnown()
    call.doctor, call.handed_at, call.handed_by = doctor, clock.now(), by
    call.save(update_fields=["doctor", "handed_at", "handed_by"])
    record(call, patient=call.patient_id, doctor=str(doctor.pk))
    return call


@act("booking.begin_home_visit")
def begin_home_visit(call, *, by, at=None):
    """The doctor is with the patient: a visit at home begins, and the call is served. `at`: aware, default now.

    Its diagnoses and notes stand in the visit. Raises HouseCallIsOver, NotYourCall and what start_visit raises.
    """
    call = _lock(call, by)
    _refuse_over(call)
    if by.kind != Staff.Kind.SYSTEM and call.doctor_id and call.doctor_id != by.pk:
        raise errors.NotYourCall(doctor=call.doctor.short_name)
    department = call.district.department if call.district_id else _department_of(by)
    at = at or clock.now()
    call.encounter = start_visit(call.patient_id, by=by, department=department, doctor=by, kind=Encounter.Kind.HOME,
                                 started_at=at)
    call.visited_at, call.doctor = at, call.doctor or by
    call.handed_at, call.handed_by = call.handed_at or at, call.handed_by or by
    call.save(update_fields=["encounter", "visited_at", "doctor", "handed_at", "handed_by"])
    record(call, patient=call.patient_id, encounter=call.encounter)
    return call


@act("booking.cancel_house_call")
def cancel_house_call(call, *, by, reason):
    """Cancel a call that the patient takes back by telephone. When a doctor has it already, he is to be rung up (R68).

    Raises HouseCallIsOver, ReasonMissing.
    """
    call, reason = _lock(call, by), (reason or "").strip()
    _refuse_over(call)
    if not reason:
        raise ReasonMissing()
    fits(HouseCall, cancel_reason=reason)
    call.cancelled_at, call.cancelled_by, call.cancel_reason = clock.now(), by, reason
    call.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    record(call, patient=call.patient_id, reason=reason, stage="handed" if call.handed_at else "accepted")
    return call


@act("booking.note_doctor_told")
def note_doctor_told(call, *, by):
    """The doctor who had the cancelled call was rung up: the task is done. Raises NothingToTell."""
    call = _lock(call, by)
    if not call.cancelled_at or not call.handed_at or call.doctor_told_at:
        raise errors.NothingToTell()
    call.doctor_told_at, call.doctor_told_by = clock.now(), by
    call.save(update_fields=["doctor_told_at", "doctor_told_by"])
    record(call, patient=call.patient_id)
    return call


def _who(patient, channel, by):
    """For whom and by which channel: a patient calls for himself, and only by the web."""
    if isinstance(by, Patient):
        if patient is not None and getattr(patient, "pk", patient) != by.pk:
            raise NotForOthers()
        return by, Channel.WEB
    if patient is None:
        raise Malformed(problem="patient: name to whom the doctor is called")
    if channel not in Channel.values:
        raise Malformed(problem=f"channel: one of {', '.join(Channel.values)} is needed")
    return patient, channel


def _lock(call, by) -> HouseCall:
    """The call that the actor may know, its patient locked before it. Raises NotFound."""
    found = visible(by).filter(pk=getattr(call, "pk", call)).values_list("pk", "patient").first()
    if found is None:
        raise NotFound()
    lock_patient(found[1])
    return HouseCall.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "patient", "doctor", "district__department").get(pk=found[0])


def _refuse_over(call):
    if call.cancelled_at or call.visited_at:
        raise errors.HouseCallIsOver()


def _phone():
    return Institution.objects.filter(is_ours=True).values_list("phone", flat=True).first() or "—"


def _told(patient):
    return str(patient.addresses.filter(ended_at__isnull=True).order_by("-pk").first())[:500]


def _department_of(staff):
    """The department in which the doctor works. Raises NoDoctorKnown for somebody who works in none."""
    role = next((role for role in staff.live_roles if role.department_id), None)
    if role is None:
        raise errors.NoDoctorKnown()
    return role.department
