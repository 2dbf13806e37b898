"""The site for everybody, without an account: finding, looking, choosing (spec booking R1-R7, R11-R18, R32, R55)."""
import datetime as dt
import re
import uuid
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from emr import clock
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.demo_clinics import load_demo_clinics
from outpatient.booking.models import Appeal, Clinic, Coupon, DoctorSetting, Reception, Specialty
from outpatient.booking.rules.asker import asker
from outpatient.booking.rules.offer import offers
from tests.booking.factories import (
    as_visitor,
    make_attached,
    make_polyclinic,
    make_reception,
    make_setting,
    make_specialty,
    morning,
    signed_in,
)
from tests.factories import make_institution, make_staff, make_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    """Two surgeons of a polyclinic with two buildings; the first receives tomorrow and in three days, the second tomorrow only.
    """
    site = SimpleNamespace(system=make_system(), institution=make_institution())
    site.department, site.doctor, site.registrar = make_polyclinic()
    site.other = make_staff("ward_doctor", department=site.department)
    load_demo_clinics(by=site.system)
    make_setting()
    site.surgeon = make_specialty("surgeon")
    with clock.at(morning(0, hour=12)):
        site.first, site.later, site.second = (make_reception(
            doctor, specialty=site.surgeon, by=site.registrar, days=days, room=room)
            for doctor, days, room in ((site.doctor, 1, "11"), (site.doctor, 3, "11"), (site.other, 1, "12")))
        yield site


def shown(client, name, *args, query="", status=200, **names):
    answer = client.get(reverse(f"polyclinic:{name}", args=args) + query, **names)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return answer.content.decode()


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def day_of(html, day):
    """What the calendar says of one day."""
    found = re.search(rf'<a class="day-box" href="\?day={day.isoformat()}.*?</a>', html, re.S)
    return text(found[0]) if found else ""


def tomorrow(days=1):
    return clock.today() + dt.timedelta(days=days)


# -- the first page, and the directory


def test_r1_r2_r32_the_first_page_has_addresses_the_five_functions_and_what_to_do_when_it_is_urgent(site, client):
    said = text(shown(client, "home"))
    assert all(row.address in said and row.phone in said for row in Clinic.objects.filter(institution__isnull=False))
    assert all(word in said for word in ("Order a coupon", "My coupons", "Cancel a coupon", "Call a doctor home",
                                         "Addresses and telephones"))
    assert "If it is urgent" in said and "103" in said


def test_r32_the_urgent_note_stands_before_the_specialties(site, client):
    said = text(shown(client, "specialties"))
    assert said.index("If it is urgent") < said.index("Surgeon")


def test_r4_an_institution_that_is_not_connected_shows_its_address_and_never_an_empty_calendar(site, client):
    said = text(shown(client, "other", Clinic.objects.get(kind="adult", number=30).pk))
    assert "Koltsova, 53, building 2" in said and "not connected here" in said and "no free coupons" not in said.lower()


@pytest.mark.parametrize("page", ["home", "specialties", "directory"])
def test_r4_a_database_out_of_reach_is_told_as_such(site, client, page):
    def broken(execute, *args):
        raise OperationalError("out of reach")

    shown(client, "home")
    with connection.execute_wrapper(broken):
        answer = client.get(reverse(f"polyclinic:{page}"), {"choose": "1"})
    said = text(answer.content.decode())
    assert answer.status_code == 503 and answer[
        "Retry-After"] and "Temporarily unavailable" in said and "+375 17 000-00-01" in said


def test_r11_the_directory_lists_both_institutions_and_the_choice_is_remembered(site, client):
    said = text(shown(client, "directory", query="?q=Koltsova"))
    assert "53, building 1" in said and "53, building 2" in said and "Gerasimenko" not in said
    assert "Polyclinic no. 3" in text(shown(client, "directory", query="?q=3"))
    shown(client, "home")
    assert client.get(reverse("polyclinic:directory")).url == reverse("polyclinic:home")
    assert "Koltsova" in shown(client, "directory", query="?choose=1")


# -- what is published


def test_r7_what_is_not_published_is_not_there_at_all(site, client):
    hidden = make_specialty("endocrinologist", is_published=False)
    make_reception(make_staff("ward_doctor", department=site.department), specialty=hidden, by=site.registrar)
    assert "Endocrinologist" not in shown(client, "specialties")
    for name in ("specialty", "days"):
        assert "Nothing is here" in shown(client, name, "endocrinologist", status=404)
    coupon = Coupon.objects.filter(reception__specialty=hidden).first()
    assert client.post(reverse("polyclinic:choose", args=[coupon.pk])).status_code == 404


def test_r7_a_doctor_who_is_not_published_is_neither_listed_nor_counted(site, client):
    DoctorSetting.objects.create(doctor=site.other, specialty=site.surgeon, is_published=False)
    assert site.other.full_name not in shown(client, "specialty", "surgeon")
    shown(client, "doctor", "surgeon", site.other.pk, status=404)
    assert "4 free" in day_of(shown(client, "days", "surgeon"), tomorrow())


def test_r12_a_doctor_is_listed_only_with_a_schedule_inside_the_horizon(site, client):
    late = make_staff("ward_doctor", department=site.department, family="Zimina")
    make_reception(late, specialty=site.surgeon, by=site.registrar, days=15)
    assert "Zimina" not in shown(client, "specialty", "surgeon")
    with clock.at(morning(1, hour=0)):
        assert "Zimina" in shown(client, "specialty", "surgeon")


# -- calendar and times


def test_r13_the_public_list_has_exactly_the_free_coupons_of_the_registry(site, client):
    taken = site.first.coupons.get(number=2)
    book_coupon(taken, make_attached(), by=site.registrar)
    desk = {offer.coupon.pk for found in offers(asker(make_attached(), "registry"), tomorrow(), doctor=site.doctor)
            for offer in found.coupons if offer.is_free}
    html = shown(client, "doctor", "surgeon", site.doctor.pk, query=f"?day={tomorrow()}")
    assert {str(pk) for pk in desk} == set(re.findall(r"/times/([0-9a-f-]{36})", html)) and len(desk) == 3


@pytest.mark.parametrize(("share", "sentence"), [
    ({"quota_online": 0}, "given by the registry only"), ({"quota_online": 20}, "the online coupons of this reception are used "
                                                                                "up"),
    ({"quota_advance": 0}, "given out in advance for that day are used up")])
def test_r14_r18_a_free_coupon_that_cannot_be_ordered_is_shown_with_time_reason_and_telephone(site, client, share, sentence):
    type(site.first).objects.update(**share)
    html = shown(client, "doctor", "surgeon", site.doctor.pk, query=f"?day={tomorrow(3)}")
    said = text(html)
    assert sentence in said and all(time in said for time in ("08:00", "08:15", "08:30", "08:45")) and "+375 17 000-00-01" in said
    assert not re.search(r"/times/", html) and "4 at the registry" in day_of(html, tomorrow(3))


def test_r15_a_day_is_green_grey_full_or_without_reception_each_with_icon_and_word(site, client):
    type(site.later).objects.filter(pk=site.later.pk).update(quota_online=0)
    full = make_reception(site.doctor, specialty=site.surgeon, by=site.registrar, days=2, coupons=1)
    book_coupon(full.coupons.get(), make_attached(), by=site.registrar)
    html = shown(client, "doctor", "surgeon", site.doctor.pk)
    said = [day_of(html, tomorrow(days)) for days in (1, 2, 3)]
    assert "4 free" in said[0] and "all taken" in said[1] and "4 at the registry" in said[2] and "no reception" in text(html)
    assert len(re.findall(r'class="day (green|grey|full|closed)', html)) == len(
        re.findall(r'class="day-mark [^"]*"><svg', html.split("legend")[0]))


def test_r15_a_day_beyond_the_horizon_is_shown_grey_with_the_day_it_opens(site, client):
    far = make_reception(site.doctor, specialty=site.surgeon, by=site.registrar, days=15)
    html = shown(client, "doctor", "surgeon", site.doctor.pk, query=f"?day={far.day}")
    assert "at the registry" in day_of(html, far.day) and "can be ordered from" in text(html)


def test_r16_own_coupons_are_marked_and_the_same_specialty_is_not_offered_that_day(site, client):
    patient = make_attached()
    booking = book_coupon(site.first.coupons.get(number=1), by=patient)
    client = as_visitor(client, patient)
    html = shown(client, "days", "surgeon", query=f"?day={tomorrow()}")
    assert "yours" in day_of(html, tomorrow()) and reverse("polyclinic:coupon", args=[booking.pk]) in html
    assert "already registered" in text(html) and "/times/" not in html
    other_day = shown(client, "days", "surgeon", query=f"?day={tomorrow(3)}")
    assert "yours" not in day_of(other_day, tomorrow(3)) and other_day.count("/times/") == 4


def test_r17_no_free_coupon_of_any_doctor_is_told_in_words_and_not_with_a_list(site, client):
    for coupon in Coupon.objects.all():
        book_coupon(coupon, make_attached(), by=site.registrar, override="asked to")
    assert "Currently there are no free coupons for any doctor of the chosen specialty" in text(
        shown(client, "specialty", "surgeon"))


def test_r17_a_coupon_that_the_registry_has_is_a_list_and_not_that_text(site, client):
    type(site.first).objects.update(quota_online=0)
    said = text(shown(client, "specialty", "surgeon"))
    assert "Currently there are no free coupons" not in said and "registry only" in said


def test_r55_doctor_then_day_and_day_then_doctor_lead_to_the_same_confirmation(site, client):
    client = as_visitor(client, make_attached())
    coupon = site.first.coupons.get(number=1)
    for name, args in (("doctor", ["surgeon", site.doctor.pk]), ("days", ["surgeon"])):
        html = shown(client, name, *args, query=f"?day={tomorrow()}")
        assert reverse("polyclinic:choose", args=[coupon.pk]) in html
    answer = client.post(reverse("polyclinic:choose", args=[coupon.pk]))
    assert answer.url == reverse("polyclinic:confirm", args=[coupon.pk])


def test_r65_r13_a_specialist_with_referral_asks_the_visitor_who_he_is(site, client):
    Specialty.objects.update(needs_referral=True)
    html = shown(client, "days", "surgeon", query=f"?day={tomorrow()}")
    assert "if the referral is in the file, the times open" in text(html) and "/times/" not in html


# -- everywhere


def test_each_list_takes_a_few_queries_however_long_it_is(site, client, django_assert_max_num_queries):
    for number in range(6):
        make_reception(make_staff("ward_doctor", department=site.department), specialty=site.surgeon, by=site.registrar,
                       days=2 + number)
    client = as_visitor(client, make_attached())
    pages = {"directory": ([], "?choose=1", 6), "home": ([], "", 5), "specialties": ([], "", 9),
             "specialty": (["surgeon"], "", 10),
             "days": (["surgeon"], "", 10), "doctor": (["surgeon", site.doctor.pk], "", 11), "mine": ([], "", 5)}
    for name, (args, query, most) in pages.items():
        with django_assert_max_num_queries(most):
            shown(client, name, *args, query=query)


def test_r2_every_page_of_a_visitor_is_told_not_to_be_kept(site, client):
    for name, args in (("home", []), ("specialties", []), ("days", ["surgeon"]), ("directory", [])):
        assert client.get(reverse(f"polyclinic:{name}", args=args))["Cache-Control"] == "no-store"


def test_staff_who_look_at_the_site_are_no_visitors(site, client):
    assert "Ordering for" not in shown(signed_in(client, site.registrar), "home")


def test_r6_a_refusal_that_a_setting_causes_leads_to_a_letter_that_says_what_was_refused(site, client):
    Reception.objects.filter(pk=site.first.pk).update(quota_online=0)
    html = shown(client, "doctor", "surgeon", site.doctor.pk, query=f"?day={tomorrow()}")
    address = html.split(reverse("polyclinic:ask"))[1].split('"')[0].replace("&amp;", "&")
    assert "reason=REFERRAL_VIA_REGISTRY" in address
    assert site.surgeon.name in shown(client, "ask", query=address)
    for number in range(4):
        answer = client.post(reverse("polyclinic:ask") + address, {"text": "More coupons, please.", "request_key": uuid.uuid4()})
        assert ("booking.too_many_appeals" in answer.content.decode()) == (number == 3)
    letter = Appeal.objects.first()
    assert Appeal.objects.count() == 3 and letter.sender and letter.patient is None
    assert (letter.specialty, letter.doctor, letter.day, letter.reason_code) == (site.surgeon, site.doctor, tomorrow(),
                                                                                 "REFERRAL_VIA_REGISTRY")
