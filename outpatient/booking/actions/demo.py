"""Demo polyclinic: specialties, doctors with timetables, a duty roster, and some coupons given out.

Demo data by rule, not from a real timetable; the doctors' names are made up. Which specialties need a referral and which have
district doctors: spec booking R37, R69.
"""
import datetime as dt

from emr import clock
from emr.actions.staff import enrol_staff, grant_role
from emr.errors import Refusal
from emr.models import Department, Patient, Staff, StaffRole
from outpatient.booking.actions.booking import book_coupon, check_in
from outpatient.booking.actions.booking_setting import set_doctor, set_specialty
from outpatient.booking.actions.duty import set_duty
from outpatient.booking.actions.timetable import add_exception, add_template, make_receptions
from outpatient.booking.models import Booking, DoctorSetting, Duty, Reception, ReceptionTemplate, Specialty
from outpatient.booking.queries.reception import free_coupons
from outpatient.booking.queries.timetable import exceptions

EVERY, ARRIVED, DAYS_GIVEN = 3, 2, 3  # every third coupon is given; the first two of today have come; of the nearest three days
MORNING, AFTERNOON = (dt.time(8), dt.time(14)), (dt.time(14), dt.time(20))
DAYS_OF_SHIFTS = ((1, 3, 5), (2, 4))  # a doctor's week: mornings and afternoons change about
# code -> names, needs a referral, has district doctors, minutes of a coupon, online share (None = the institution's)
SPECIALTIES = {
    "therapist": ("Therapist", "Терапевт", "Тэрапеўт", False, True, 12, None),
    "gynaecologist": ("Gynaecologist", "Гинеколог", "Гінеколаг", False, True, 15, None),
    "surgeon": ("Surgeon", "Хирург", "Хірург", False, False, 12, None),
    "ophthalmologist": ("Ophthalmologist", "Офтальмолог", "Афтальмолаг", False, False, 15, 40),
    "otolaryngologist": ("Otolaryngologist", "Оториноларинголог", "Атарыналарынголаг", False, False, 12, None),
    "neurologist": ("Neurologist", "Невролог", "Неўролаг", True, False, 15, None),
    "cardiologist": ("Cardiologist", "Кардиолог", "Кардыёлаг", True, False, 20, None),
    "endocrinologist": ("Endocrinologist", "Эндокринолог", "Эндакрынолаг", True, False, 15, None),
    "oncologist": ("Oncologist", "Онколог", "Анколаг", True, False, 20, 0),
}
DOCTORS = [("therapist", "Лесова", "Инна", "Петровна"), ("therapist", "Дубров", "Павел", "Ильич"),
           ("gynaecologist", "Рябинина", "Ольга", "Львовна"),
           ("surgeon", "Камнев", "Игорь", "Олегович"), ("ophthalmologist", "Зорина", "Вера", "Ивановна"),
           ("otolaryngologist", "Тихонин", "Лев", "Юрьевич"), ("neurologist", "Ясенева", "Анна", "Марковна"),
           ("cardiologist", "Полевой", "Денис", "Андреевич"), ("oncologist", "Озёрная", "Майя", "Сергеевна")]
SINCE = dt.date(2000, 1, 1)
AHEAD = dt.timedelta(days=14)


def publish_demo_receptions(*, by) -> int:
    """Set up what is missing of the demo polyclinic, make its receptions, give some coupons out; the number of new receptions.

    May be called again: what is there already is left as it is, with its bookings.
    """
    _set_up_specialties(by)
    _enrol_doctors(by)
    _open_today(by)
    patients = list(Patient.objects.filter(died_at__isnull=True, merged_into__isnull=True, is_unknown=False)
                    .order_by("number")[:200])
    before = set(Reception.objects.values_list("pk", flat=True))
    for number, (doctor, department) in enumerate(_doctors(), start=0):
        _set_up_timetable(doctor, department, str(101 + number), by)
        for template in ReceptionTemplate.objects.filter(doctor=doctor):
            try:
                make_receptions(template, until=clock.today() + AHEAD, by=by)
            except Refusal:  # made already
                continue
        _give_out(doctor, before, patients[number % 7::7], by)
    _set_up_duties(by)
    return Reception.objects.exclude(pk__in=before).count()


def _set_up_specialties(by):
    there = set(Specialty.objects.values_list("code", flat=True))
    for code, (name, name_ru, name_be, referral, district, minutes, q) in SPECIALTIES.items():
        if code not in there:
            set_specialty(code=code, name=name, name_ru=name_ru, name_be=name_be, needs_referral=referral, by_district=district,
                          step_minutes=minutes, quota_online=q, by=by)


def _open_today(by):
    """A demo begun on a Saturday or Sunday works on that day like on a Friday, so that its queue is not empty."""
    today = clock.today()
    if today.isoweekday() > 5 and not exceptions(first=today, last=today):
        add_exception(kind="extra", first=today, as_weekday=5, reason="Demo: the polyclinic is open today", by=by)


def _enrol_doctors(by):
    """A doctor of every specialty, once, in the first polyclinic department; none where there is no such department."""
    department = Department.objects.filter(kind=Department.Kind.OUTPATIENT, institution__is_ours=True).order_by("code").first()
    for number, (code, family, given, patronymic) in enumerate(DOCTORS if department else (), start=1):
        staff_code = f"DEMO-PC-{number:02}"
        if Staff.objects.filter(code=staff_code).exists():
            continue
        specialty = Specialty.objects.get(code=code)
        doctor = enrol_staff(code=staff_code, family=family, given=given, patronymic=patronymic, position=specialty.name, by=by)
        grant_role(doctor, role="ward_doctor", department=department, since=SINCE, by=by)
        set_doctor(doctor, specialty=specialty, by=by)


def _doctors():
    """(doctor, department) for everybody who holds the role of a doctor in a polyclinic department today, once each."""
    today, seen = clock.today(), {}
    roles = StaffRole.objects.filter(role="ward_doctor", department__kind=Department.Kind.OUTPATIENT, since__lte=today,
                                     staff__left_on__isnull=True).exclude(until__lt=today)
    for role in roles.select_related("staff", "department").order_by("staff__code", "department__code"):
        seen.setdefault(role.staff_id, (role.staff, role.department))
    return list(seen.values())


def _set_up_timetable(doctor, department, room, by):
    """Mornings and afternoons by turns, each doctor in a room of his own; who has no specialty is a therapist."""
    if ReceptionTemplate.objects.filter(doctor=doctor).exists():
        return
    if not DoctorSetting.objects.filter(doctor=doctor).exists():
        set_doctor(doctor, specialty=Specialty.objects.get(code="therapist"), by=by)
    shifts = (MORNING, AFTERNOON) if int(room) % 2 else (AFTERNOON, MORNING)
    for (begins, ends), weekdays in zip(shifts, DAYS_OF_SHIFTS, strict=True):
        add_template(doctor=doctor, department=department, room=room, weekdays=weekdays, begins=begins, ends=ends, by=by)


def _give_out(doctor, before, patients, by):
    """Some coupons of the doctor's new receptions of the nearest days; the first of today have come."""
    until = clock.today() + dt.timedelta(days=DAYS_GIVEN)
    rows = free_coupons().filter(reception__doctor=doctor, reception__day__lt=until).exclude(reception__in=before)
    coupons = [row for row in rows if row.number % EVERY == 1]
    for coupon, patient in zip(coupons, patients, strict=False):
        channel = Booking.Channel.PHONE if coupon.number % 2 else Booking.Channel.REGISTRY
        try:
            booking = book_coupon(coupon, patient, by=by, channel=channel, **_override(channel, coupon))
        except Refusal:  # a specialist by referral, or he has a coupon of that specialty already
            continue
        if coupon in coupons[:ARRIVED] and clock.day_of(coupon.starts_at) == clock.today():
            check_in(booking, by=by)


def _override(channel, coupon):
    specialty = coupon.reception.specialty
    return {"override": "Demo: the referral was shown on paper"} if specialty and specialty.needs_referral else {}


def _set_up_duties(by):
    """The first three doctors of the polyclinic take turns for a week."""
    doctors = [doctor for doctor, _department in _doctors()][:3]
    for ahead in range(7 if len(doctors) == 3 else 0):
        day = clock.today() + dt.timedelta(days=ahead)
        for turn, part in enumerate(Duty.Part.values):
            if not Duty.objects.filter(day=day, part=part).exists():
                set_duty(day=day, part=part, staff=doctors[(ahead + turn) % 3], phone=f"10-0{turn + 1}", by=by)
