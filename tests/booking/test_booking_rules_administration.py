"""Pages of the administration: appeals (R6), duty roster (R78), how coupons are given out, with previews and proposals (R5,
R26-R28, R97).
"""
import uuid

import pytest
from django.urls import reverse

from emr import clock
from emr.models import JournalEntry
from outpatient.booking.actions.appeal import send_appeal
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.models import (
    Appeal,
    Booking,
    BookingSetting,
    CalendarException,
    DoctorSetting,
    Duty,
    Reception,
    ReceptionTemplate,
    Specialty,
)
from tests.booking.factories import make_attached, make_polyclinic, make_reception, make_setting, make_specialty, signed_in
from tests.factories import make_institution, make_patient, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    make_institution()
    return signed_in(client, make_staff("admin"))


def post(client, to, *args, **data):
    return client.post(reverse(f"booking:{to}", args=args), {"request_key": str(uuid.uuid4())} | data)


def test_r6_appeals_are_answered_or_closed_in_the_inbox(admin):
    for text in ("More coupons to the neurologist", "Longer hours"):
        send_appeal(by=make_attached(), text=text, reason_code="ONLINE_QUOTA_SPENT")
    first, second = Appeal.objects.order_by("sent_at")
    page = admin.get(reverse("booking:appeals")).content.decode()
    assert "More coupons to the neurologist" in page and "ONLINE_QUOTA_SPENT" in page
    assert post(admin, "answer_appeal", first.pk, answer="From March on").status_code == 302
    assert post(admin, "answer_appeal", first.pk, answer="again").status_code == 409
    assert post(admin, "answer_appeal", second.pk).status_code == 302
    assert "Nothing to answer" in admin.get(reverse("booking:appeals")).content.decode()
    answered = admin.get(reverse("booking:appeals"), {"answered": 1}).content.decode()
    assert "From March on" in answered and "closed without an answer" in answered


def test_r78_the_roster_shows_who_is_on_duty_and_where_nobody_is(admin):
    doctor = make_staff("ward_doctor", family="Kowalski")
    assert post(admin, "duties", day=clock.today(), part="doctor", staff=doctor.pk, phone="10-01").status_code == 302
    page = admin.get(reverse("booking:duties")).content.decode()
    assert Duty.objects.get().staff == doctor and "10-01" in page and "nobody" in page
    assert post(admin, "duties", day="nonsense", part="doctor", staff=doctor.pk).status_code == 400 and Duty.objects.count() == 1


def test_r5_r28_a_setting_is_changed_on_the_page_and_tells_old_and_new(admin):
    make_setting(quota_online=30)
    page = admin.get(reverse("booking:settings"))
    values = {name: value for name, value in page.context["form"].initial.items() if value is not None and value is not False}
    assert {bound.name for _heading, fields in page.context["form"].sections() for bound in fields} == set(
        page.context["form"].fields)
    values |= {"quota_online": 40, "online_days": [1, 2, 3, 4, 5], "online_from": "07:00", "online_until": "20:00"}
    answer = post(admin, "settings", **values)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    row = BookingSetting.objects.get()
    assert row.quota_online == 40 and row.online_hours == [{"days": [1, 2, 3, 4, 5], "from": "07:00", "until": "20:00"}]
    assert JournalEntry.objects.get(act="booking.change_setting").data["changes"]["quota_online"] == [30, 40]
    assert post(admin, "settings", **values | {"quota_online": 140}).status_code in (400, 422)
    row.refresh_from_db()
    assert row.quota_online == 40


def test_r5_online_hours_have_several_pieces_a_day_entered_one_after_the_other(admin):
    make_setting(online_hours=[{"days": [1, 2], "from": "07:00", "until": "12:00"}])

    def values():
        form = admin.get(reverse("booking:settings")).context["form"]
        return {name: value for name, value in form.initial.items() if value is not None and value is not False}

    assert values()["online_from"] == "07:00"
    assert post(admin, "settings", **values(), online_days_2=[1, 2], online_from_2="14:00").status_code == 422
    assert post(admin, "settings", **values(), online_days_2=[1, 2], online_from_2="14:00",
                online_until_2="20:00").status_code == 302
    pieces = [{"days": [1, 2], "from": "07:00", "until": "12:00"}, {"days": [1, 2], "from": "14:00", "until": "20:00"}]
    assert BookingSetting.objects.get().online_hours == pieces
    asked = values()
    assert (asked["online_from_2"], asked["online_until_2"]) == ("14:00", "20:00")
    assert post(admin, "settings", **{name: value for name, value in asked.items() if name != "online_days"}).status_code == 302
    assert BookingSetting.objects.get().online_hours == pieces[1:], "a piece without days is taken away"


def test_r26_r27_doctors_differ_from_their_specialty_and_the_page_previews_what_a_share_means(admin):
    department, doctor, registrar = make_polyclinic()
    surgeon = make_specialty("surgeon", quota_online=40)
    assert post(admin, "specialty_new", code="neurologist", name="Neurologist", needs_referral="on",
                quota_online=0).status_code == 302
    assert Specialty.objects.get(code="neurologist").needs_referral
    assert post(admin, "specialty", surgeon.pk, name="Surgeon", is_published="on", quota_online=50).status_code == 302
    assert post(admin, "doctor", doctor.pk, specialty=surgeon.pk, is_published="on", quota_online=20).status_code == 302
    assert DoctorSetting.objects.get(doctor=doctor).quota_online == 20
    make_reception(doctor, department=department, by=registrar, specialty=surgeon, coupons=3, quota_online=None)
    page = admin.get(reverse("booking:doctor", args=[doctor.pk])).content.decode()
    assert "20 percent of 3 is none" in page
    assert "is none" not in admin.get(reverse("booking:doctor", args=[doctor.pk]), {"q": 80}).content.decode()
    page = admin.get(reverse("booking:specialties")).content.decode()
    assert "Neurologist" in page and doctor.family in page


def test_r12_timetables_are_entered_made_and_ended_on_the_page(client):
    department, doctor, registrar = make_polyclinic()
    DoctorSetting.objects.create(doctor=doctor, specialty=make_specialty())
    signed_in(client, registrar)
    assert post(client, "add_template", doctor=doctor.pk, department=department.pk, weekdays=[1, 2, 3, 4, 5], weeks="every",
                begins="08:00", ends="10:00").status_code == 302
    template = ReceptionTemplate.objects.get()
    assert post(client, "make_receptions", template.pk).status_code == 302 and Reception.objects.filter(
        template=template).exists()
    assert post(client, "add_exception", kind="holiday", first=clock.today(), reason="Day of the city").status_code == 302
    page = client.get(reverse("booking:timetable")).content.decode()
    assert doctor.family in page and "Monday" in page and "Day of the city" in page
    assert post(client, "withdraw_exception", CalendarException.objects.get().pk).status_code == 302
    assert post(client, "end_template", template.pk, until=clock.today()).status_code == 302
    assert not Reception.objects.standing().filter(template=template, day__gt=clock.today()).exists()


def test_r19_an_absence_shows_whom_it_hits_and_answers_all_in_one_step(client):
    department, doctor, registrar = make_polyclinic()
    surgeon, other = make_specialty(), make_staff("ward_doctor", department=department)
    for one in (doctor, other):
        DoctorSetting.objects.create(doctor=one, specialty=surgeon)
    lost = make_reception(doctor, by=registrar, specialty=surgeon)
    free = make_reception(other, by=registrar, specialty=surgeon)
    booking = book_coupon(lost.coupons.first(), make_patient(family="Kowalska"), by=registrar)
    signed_in(client, registrar)
    asked = {"doctor": doctor.pk, "first": lost.day, "last": lost.day, "reason": "ill"}
    page = client.get(reverse("booking:absence"), asked).content.decode()
    assert "Kowalska" in page and f'value="{free.coupons.first().pk}"' in page
    assert post(client, "absence", **asked, seen="x").status_code == 400 and Reception.objects.standing().count() == 2
    answer = post(client, "absence", **asked, **{"seen": booking.pk, f"answer-{booking.pk}": "move",
                                                 f"coupon-{booking.pk}": free.coupons.first().pk})
    assert answer.status_code == 200 and "Receptions cancelled: 1" in answer.content.decode()
    booking.refresh_from_db()
    assert booking.cancelled_by_clinic and Booking.objects.get(cancelled_at=None).coupon == free.coupons.first()


def test_r19_r89_one_reception_is_shortened_or_cancelled_and_a_coupon_held_back_on_its_page(
        client, django_assert_max_num_queries):
    department, doctor, registrar = make_polyclinic()
    surgeon, other = make_specialty(), make_staff("ward_doctor", department=department)
    lost, free = (make_reception(one, by=registrar, specialty=surgeon) for one in (doctor, other))
    coupons = list(lost.coupons.all())
    early, late = (book_coupon(coupons[n], make_patient(family=name), by=registrar)
                   for n, name in ((0, "Kowalska"), (3, "Borisova")))
    address = signed_in(client, registrar) and reverse("booking:reception", args=[lost.pk])
    assert address in client.get(reverse("booking:receptions"), {"day": lost.day}).content.decode()
    assert post(client, "hold_back_coupon", lost.pk, coupon=coupons[1].pk, reason="emergency reserve").status_code == 302
    with django_assert_max_num_queries(16):
        assert "emergency reserve" in client.get(address).content.decode()
    assert post(client, "give_back_coupon", lost.pk, coupons[1].pk).status_code == 302
    assert not lost.coupons.filter(withdrawn_at__isnull=False).exists()
    asked = {"what": "shorten", "begins": "08:00", "ends": "08:45", "reason": "training"}
    page = client.get(address, asked).content.decode()
    assert "Borisova" in page and "Kowalska" not in page and f'value="{free.coupons.last().pk}"' in page
    assert post(client, "change_reception", lost.pk, **asked).status_code == 409, "who is hit was not looked at"
    moved = {"seen": late.pk, f"answer-{late.pk}": "move", f"coupon-{late.pk}": free.coupons.last().pk}
    assert post(client, "change_reception", lost.pk, **asked, **moved).status_code == 302
    lost.refresh_from_db(), late.refresh_from_db()
    assert lost.ends_at == coupons[3].starts_at and late.cancelled_by_clinic
    asked |= {"what": "cancel", "reason": "ill"}
    assert "Kowalska" in client.get(address, asked).content.decode()
    assert post(client, "change_reception", lost.pk, **asked, seen=early.pk).status_code == 302
    assert Booking.objects.filter(cancelled_at=None).get().coupon == free.coupons.last() and client.get(
        address).status_code == 404
