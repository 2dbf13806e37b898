"""Pages of the administration: appeals (R6), duty roster (R78), how coupons are given out, with previews and proposals (R5, R26-R28, R97)."""
import uuid

import pytest
from django.urls import reverse

from emr import clock
from emr.models import JournalEntry
from outpatient.booking.actions.appeal import send_appeal
from outpatient.booking.models import Appeal, BookingSetting, DoctorSetting, Duty, Specialty
from tests.booking.factories import make_attached, make_polyclinic, make_reception, make_setting, make_specialty, signed_in
from tests.factories import make_institution, make_staff

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
    values |= {"quota_online": 40, "online_days": [1, 2, 3, 4, 5], "online_from": "07:00", "online_until": "20:00"}
    answer = post(admin, "settings", **values)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    row = BookingSetting.objects.get()
    assert row.quota_online == 40 and row.online_hours == [{"days": [1, 2, 3, 4, 5], "from": "07:00", "until": "20:00"}]
    assert JournalEntry.objects.get(act="booking.change_setting").data["changes"]["quota_online"] == [30, 40]
    assert post(admin, "settings", **values | {"quota_online": 140}).status_code in (400, 422)
    row.refresh_from_db()
    assert row.quota_online == 40


def test_r26_r27_doctors_differ_from_their_specialty_and_the_page_previews_what_a_share_means(admin):
    department, doctor, registrar = make_polyclinic()
    surgeon = make_specialty("surgeon", quota_online=40)
    assert post(admin, "specialty_new", code="neurologist", name="Neurologist", needs_referral="on", quota_online=0).status_code == 302
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
