"""The duty roster of the polyclinic (R78)."""
from emr import acts, clock
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import Staff
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.models import Duty

acts.LAST_LINE["one_person_per_duty_and_day"] = errors.DutyJustChanged


@act("booking.set_duty")
def set_duty(*, by, day, part, staff, phone="", room=""):
    """Put somebody on duty for one day; whoever was on that duty is replaced. Raises Malformed, DutyJustChanged."""
    if part not in Duty.Part.values:
        raise Malformed(problem=f"part: one of {', '.join(Duty.Part.values)} is needed")
    if day < clock.today():
        raise Malformed(problem="day: today or later is needed")
    fits(Duty, phone=phone, room=room)
    before = Duty.objects.select_for_update(no_key=True).filter(day=day, part=part, replaced_at__isnull=True).first()
    if before:
        before.replaced_at = clock.now()
        before.save(update_fields=["replaced_at"])
    row = Duty.objects.create(day=day, part=part, staff=Staff.objects.get(pk=getattr(staff, "pk", staff)), phone=phone.strip(),
                              room=room.strip())
    record(row, day=day.isoformat(), part=part, staff=str(row.staff_id), instead_of=before and str(before.staff_id))
    return row
