"""In a real browser: the page hides, what was being typed is still there after the PIN, Escape does not help."""
import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import PIN, give_pin, make_department, make_staff, number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_draft_survives_the_lock(page, live_server, client):
    nurse = give_pin(make_staff("head_nurse", department=make_department(), login=f"nurse{number()}", family="Ivanova"))
    client.force_login(nurse.user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                               "url": live_server.url}])
    page.goto(live_server.url + reverse("emr:own_pin"))
    page.fill("input[name=pin]", "9175")
    page.locator("details[data-menu] summary").filter(has_text="Ivanova").click()
    page.get_by_role("button", name="Lock this terminal").click()
    expect(page.locator("#lock")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    assert page.title() == "Locked"
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(page.locator("#lock")).to_be_visible()
    page.fill("#lock-pin", "0000")
    page.keyboard.press("Enter")
    expect(page.locator("[data-unlock-alert]").first).to_contain_text("not the PIN")
    page.fill("#lock-pin", PIN)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_visible()
    assert page.input_value("input[name=pin] >> nth=0") == "9175"
    page.reload()
    expect(page.locator("main")).to_be_visible()
