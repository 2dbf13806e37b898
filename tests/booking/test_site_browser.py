"""The public site in a real browser: without script at 360 px, by keyboard, and without a barrier that axe finds."""
import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from emr import clock
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.demo_clinics import load_demo_clinics
from outpatient.booking.models import Booking
from tests.booking.factories import as_visitor, make_attached, make_polyclinic, make_reception, make_setting, make_specialty
from tests.factories import make_institution, make_system

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text()
PHONE, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
SERIOUS = """() => axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`))"""


@pytest.fixture
def site():
    site = SimpleNamespace(system=make_system(), institution=make_institution())
    _department, site.doctor, site.registrar = make_polyclinic()
    load_demo_clinics(by=site.system)
    make_setting()
    site.surgeon = make_specialty("surgeon")
    site.first, site.later, site.closed = (
        make_reception(site.doctor, specialty=site.surgeon, by=site.registrar, days=days, room="11", **share)
        for days, share in ((1, {}), (2, {}), (4, {"quota_online": 0})))
    site.patient = make_attached(family="Ivanova", given="Anna", patronymic="Petrovna")
    return site


def visitor(new_context, live_server, client, patient, **options):
    """The browser of somebody who was identified on the site."""
    context = new_context(base_url=live_server.url, **options)
    as_visitor(client, patient)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                          "url": live_server.url}])
    return context.new_page()


def nothing_sticks_out(page):
    """Nothing is wider than the screen: no scrolling sideways."""
    assert page.locator("body").evaluate("body => document.documentElement.scrollWidth <= window.innerWidth")


def test_a_pensioner_books_moves_and_cancels_without_script_on_a_narrow_phone(site, new_context, live_server, client):
    page = visitor(new_context, live_server, client, site.patient, java_script_enabled=False, viewport=PHONE)
    page.goto(reverse("polyclinic:home"))
    page.get_by_role("link", name="Order a coupon").click()
    page.get_by_role("link", name="Surgeon").click()
    page.get_by_role("link", name=site.doctor.full_name).click()
    page.get_by_role("button", name="08:15").click()
    expect(page.locator("main")).to_contain_text("This coupon is kept for you")
    page.get_by_role("button", name="Order this coupon").click()
    booking = Booking.objects.get(patient=site.patient, held_until__isnull=True)
    expect(page.locator("main")).to_contain_text(booking.code)
    page.get_by_role("link", name="Another time").click()
    page.locator(".day.green a").nth(1).click()
    page.get_by_role("link", name="08:30").click()
    page.get_by_role("button", name="Move the coupon").click()
    page.get_by_role("link", name="Cancel the coupon").click()
    page.get_by_role("button", name="Yes, cancel").click()
    expect(page.locator("main")).to_contain_text("This coupon is cancelled")
    page.get_by_role("button", name="Exit").click()
    expect(page.locator("body")).not_to_contain_text("Ivanova")
    assert not Booking.objects.standing().exists()


def test_the_order_is_given_by_keyboard_alone(site, new_context, live_server, client):
    page = visitor(new_context, live_server, client, site.patient, viewport=WIDE)
    page.goto(reverse("polyclinic:days", args=["surgeon"]))
    for target in (page.get_by_role("button", name="08:00").first, page.get_by_role("button", name="Order this coupon")):
        for _press in range(90):
            if target.evaluate("element => element === document.activeElement"):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("Code to check in")


@pytest.mark.parametrize("look", [{"viewport": PHONE, "color_scheme": "dark"}, {"viewport": WIDE, "color_scheme": "light"}],
                         ids=["phone-dark", "wide-light"])
def test_axe_finds_no_serious_barrier_and_nothing_sticks_out(site, new_context, live_server, client, look):
    booking = book_coupon(site.first.coupons.get(number=1), by=site.patient)
    called_off = book_coupon(site.later.coupons.get(number=1), make_attached(), by=site.registrar)
    Booking.objects.filter(pk=called_off.pk).update(patient=site.patient, cancelled_at=clock.now(), cancelled_by_clinic=True,
                                                    cancel_reason="Ill")
    page = visitor(new_context, live_server, client, site.patient, **look)
    page.context.add_cookies([{"name": "emr_language", "value": "ru", "url": live_server.url}])
    closed = site.first.day + dt.timedelta(days=3)
    pages = [("directory", [], "?choose=1"), ("home", [], ""), ("specialty", ["surgeon"], ""),
             ("doctor", ["surgeon", site.doctor.pk], ""), ("days", ["surgeon"], f"?day={closed}"), ("identify", [], ""),
             ("confirm", [site.later.coupons.get(number=2).pk], ""), ("mine", [], ""), ("house_call", [], ""),
             ("coupon", [booking.pk], ""), ("cancel", [booking.pk], ""),
             ("move_to", [booking.pk, site.later.coupons.get(number=3).pk], "")]
    barriers, wide = {}, ("home", "days", "confirm")  # the wide screen differs in few pages
    for name, args, query in pages:
        if look["viewport"] == WIDE and name not in wide:
            continue
        page.goto(reverse(f"polyclinic:{name}", args=args) + query)
        nothing_sticks_out(page)
        page.evaluate(AXE)
        barriers |= {name: found} if (found := page.evaluate(SERIOUS)) else {}
    assert not barriers
