"""A ward browser without network: the last list with its time, entries that wait, a clash that a person decides (D18)."""
import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from emr import clock
from emr.models import JournalEntry
from nursing.actions.medication_administration import administer_dose
from nursing.models import MedicationAdministration
from orders.actions.medication_request import stop_medication
from tests.nursing.factories import make_dose, make_medication, make_order, make_ward
from tests.nursing.test_sheet_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def row(page, dose):
    return page.locator(f"tr[data-dose='{dose.pk}']")


def keeps_the_list(page, live_server):
    """The nurse opens her sheet; the browser says that it keeps the list, and its program is at work."""
    page.goto(f"{live_server.url}/nursing/")
    expect(page.locator("[data-list-kept]")).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def loses_the_network(page):
    page.context.set_offline(True)
    expect(page.locator(".kit-bar.bad")).to_contain_text("OFFLINE")


def sign_in_again(page, live_server, client, staff):
    client.force_login(staff.user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


def live_facts():
    return MedicationAdministration.objects.live()


@pytest.fixture
def ward(transactional_db):
    ward = make_ward(hours_ago=40)
    ward.others = [make_dose(make_order(ward.encounter, medication=make_medication(name=name)), minutes=-5)
                   for name in ("Furosemide", "Enalapril")]
    return ward


def test_without_network_entries_wait_and_a_clash_is_decided_by_a_person(live_server, page, client, ward):
    refused, taken = ward.others
    sign_in(page, live_server, client, ward.nurse)
    keeps_the_list(page, live_server)
    loses_the_network(page)
    assert page.url.endswith("/nursing/offline")
    expect(row(page, ward.dose)).to_contain_text(ward.patient.full_name)

    before = clock.now()
    row(page, ward.dose).get_by_role("button", name="Given").click()
    row(page, refused).get_by_role("button", name="More about this dose").click()
    page.locator("#press-what").select_option("refused")
    page.locator("#press-refused").select_option("nausea")
    page.get_by_role("button", name="Record it").click()
    row(page, taken).get_by_role("button", name="Given").click()
    expect(page.locator("[data-wait] [data-entry]")).to_have_count(3)
    after = clock.now()
    assert not live_facts().exists()

    page.reload()  # still without network: nothing is lost
    expect(page.locator(".kit-bar.bad")).to_contain_text("OFFLINE")
    expect(page.locator("[data-wait] [data-entry]")).to_have_count(3)
    expect(row(page, taken)).to_contain_text("waiting to be sent")

    theirs = administer_dose(taken, by=ward.colleague)
    page.context.set_offline(False)
    expect(page.locator("[data-clashes] [data-entry]")).to_have_count(1)
    expect(page.locator("[data-wait]")).to_be_hidden()
    facts = {fact.dose_id: fact for fact in live_facts()}
    assert len(facts) == 3 and facts[ward.dose.pk].status == "given" and facts[refused.pk].status == "refused"
    for dose in (ward.dose, refused):
        fact = facts[dose.pk]
        assert before - dt.timedelta(seconds=3) <= fact.happened_at <= after and fact.performer == ward.nurse
        assert fact.recorded_at > fact.happened_at
    assert facts[taken.pk] == theirs

    clash = page.locator("[data-clashes] [data-entry]")
    expect(clash).to_contain_text("Petrova")
    expect(clash.locator("[data-decision]")).to_contain_text(ward.patient.full_name)
    clash.get_by_role("button", name="Keep the record as it is").click()
    expect(clash.locator("[data-problem]")).to_have_text("Say why: a reason is needed here.")
    clash.locator("select").select_option("same-giving")
    clash.get_by_role("button", name="Keep the record as it is").click()
    expect(page.locator("[data-clashes]")).to_be_hidden()
    note = JournalEntry.objects.get(act="nursing.set_aside_confirmation")
    assert note.about_id == taken.pk and note.by == ward.nurse and note.data["what"] == "given"
    assert note.data["refusal"] == "nursing.dose_already_recorded"
    assert page.evaluate("window.emrKept.all()") == [] and live_facts().count() == 3


def test_sent_again_it_is_the_same_row_and_nobody_sends_for_a_colleague(live_server, page, client, ward):
    sign_in(page, live_server, client, ward.nurse)
    keeps_the_list(page, live_server)
    loses_the_network(page)
    row(page, ward.dose).get_by_role("button", name="Given").click()
    expect(page.locator("[data-wait] [data-entry]")).to_have_count(1)
    [entry] = page.evaluate("window.emrKept.all()")
    assert str(ward.patient.number) not in str(entry) and ward.patient.family not in str(entry)

    page.context.clear_cookies()  # the session ended meanwhile
    page.context.set_offline(False)
    expect(page.locator(".kit-bar[data-state=signed-out]")).to_contain_text("Sign in")
    assert not live_facts().exists()

    sign_in(page, live_server, client, ward.colleague)  # a colleague signs in at the same browser
    page.goto(f"{live_server.url}/nursing/")
    expect(page.locator("[data-list-kept]")).to_be_visible()
    assert page.locator("[data-waiting]").is_hidden()
    assert page.evaluate("caches.keys()") == [f"kept-{ward.colleague.pk}"]
    page.goto(f"{live_server.url}/nursing/offline")
    expect(page.locator("[data-others]")).to_contain_text("Ivanova")
    expect(page.locator("[data-wait]")).to_be_hidden()
    assert page.evaluate("async (entry) => (await window.emrQueue.send(), (await window.emrKept.all()).length)", entry) == 1
    token = page.evaluate("window.emrQueue.pulse()")["csrf"]
    sent = page.evaluate("""async ([entry, token]) => (await fetch(`/api/nursing/${entry.address}`, {
        method: "POST", body: JSON.stringify(entry.fields), headers: { "Content-Type": "application/json", "X-CSRFToken": token,
            "Idempotency-Key": entry.key, "X-Signed-In-As": entry.staff } })).json()""", [entry, token])
    assert sent["code"] == "emr.another_signed_in" and not live_facts().exists()

    sign_in_again(page, live_server, client, ward.nurse)  # she herself: it is sent by itself
    page.goto(f"{live_server.url}/nursing/offline")
    expect(row(page, ward.dose)).to_contain_text("Recorded")
    fact = live_facts().get()
    assert fact.performer == ward.nurse
    page.evaluate("(entry) => window.emrKept.put(entry)", entry)  # as if the first answer had been lost on its way
    page.evaluate("window.emrQueue.send()")
    assert page.evaluate("window.emrKept.all()") == [] and live_facts().get() == fact
    assert JournalEntry.objects.filter(act="nursing.administer_dose").count() == 1


def test_signing_out_asks_about_what_waits_and_leaves_nothing(live_server, page, client, ward):
    sign_in(page, live_server, client, ward.nurse)
    keeps_the_list(page, live_server)
    loses_the_network(page)
    row(page, ward.dose).get_by_role("button", name="Given").click()
    expect(page.locator("[data-wait] [data-entry]")).to_have_count(1)
    page.route("**/api/nursing/**", lambda route: route.abort())  # the server does not take it
    page.context.set_offline(False)
    page.goto(f"{live_server.url}/nursing/vitals")
    page.locator("summary", has_text="Ivanova").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#sign-out")).to_contain_text("not recorded yet")
    page.get_by_role("button", name="I wrote them down, sign out").click()
    page.wait_for_url("**/login*")
    assert page.evaluate("caches.keys()") == [] and page.evaluate("window.emrKept.all()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_a_high_risk_drug_is_not_given_without_network(live_server, page, client, ward):
    drug = make_medication(name="Potassium chloride", is_high_risk=True)
    risky = make_dose(make_order(ward.encounter, medication=drug), minutes=-5)
    sign_in(page, live_server, client, ward.nurse)
    keeps_the_list(page, live_server)
    loses_the_network(page)
    expect(row(page, risky)).to_contain_text("a second person is checked by the server")
    assert row(page, risky).get_by_role("button", name="Given").count() == 0
    row(page, risky).get_by_role("button", name="More about this dose").click()
    assert page.locator("#press-what option:not([disabled])").all_inner_texts() == ["refused", "withheld"]
    page.locator("#press-form").get_by_role("button", name="Record it").click()
    expect(page.locator("[data-reason-missing]")).to_be_visible()


@pytest.mark.parametrize("failure", ["no network", "server error"])
def test_a_save_that_fails_says_so_until_somebody_has_read_it(live_server, page, client, ward, failure):
    sign_in(page, live_server, client, ward.nurse)
    page.goto(f"{live_server.url}/nursing/vitals")
    page.route("**/vitals", lambda route: (route.abort() if failure == "no network" else route.fulfill(status=500, body="broken"))
               if route.request.method == "POST" else route.continue_())
    page.locator("input[name=temperature]").fill("36,6")
    page.keyboard.press("Enter")
    loud = page.get_by_role("alertdialog", name="NOT RECORDED")
    expect(loud).to_contain_text("36,6")
    for _press in range(3):
        page.keyboard.press("Escape")
    expect(loud).to_be_visible()
    page.get_by_role("button", name="I have written it down").click()
    expect(loud).to_be_hidden()
    assert not ward.encounter.observations.exists()


CAMERA = """
  window.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(["qr_code", "data_matrix"]); }
    detect() { return Promise.resolve([{ rawValue: "%s" }]); }
  };
  navigator.mediaDevices.getUserMedia = () => {
    const canvas = document.createElement("canvas");
    setInterval(() => canvas.getContext("2d").fillRect(0, 0, Math.random() * 9, 9), 50);
    return Promise.resolve(canvas.captureStream(20));
  };
"""


def test_the_camera_reads_where_the_browser_can(live_server, page, client, ward):
    sign_in(page, live_server, client, ward.nurse)
    page.add_init_script("delete window.BarcodeDetector")
    page.goto(f"{live_server.url}/nursing/")
    expect(page.locator("[data-camera]")).to_be_hidden()
    page.add_init_script(CAMERA % ward.patient.number)
    page.reload()
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.locator("#dialog-body")).to_contain_text("Now scan the pack")
    expect(page.locator("#dialog-body")).to_contain_text(ward.patient.full_name)


def test_who_may_takes_the_other_entry_back_and_records_her_own(live_server, page, client, ward):
    sign_in(page, live_server, client, ward.head)
    keeps_the_list(page, live_server)
    loses_the_network(page)
    row(page, ward.dose).get_by_role("button", name="More about this dose").click()
    page.locator("#press-site").fill("left arm")
    page.locator("#press-wristband").fill("another patient's")
    page.locator("#press-wristband").press("Enter")  # a scan alone records nothing
    expect(page.locator("#press-pack")).to_be_focused()
    page.locator("#press-wristband").fill(ward.patient.number)
    page.get_by_role("button", name="Record it").click()
    expect(page.locator("[data-wait] [data-entry]")).to_have_count(1)
    theirs = administer_dose(ward.dose, by=ward.nurse)
    page.context.set_offline(False)
    clash = page.locator("[data-clashes] [data-entry]")
    clash.get_by_placeholder("More words").fill("the nurse mistook the patient")
    clash.get_by_role("button", name="Take their entry back").click()
    expect(page.locator("[data-clashes]")).to_be_hidden()
    expect(page.locator("[data-wait]")).to_be_hidden()
    theirs.refresh_from_db()
    assert theirs.error_by == ward.head and theirs.error_reason == "the nurse mistook the patient"
    fact = live_facts().get()
    assert (fact.performer, fact.site) == (ward.head, "left arm") and fact.happened_at < theirs.error_at


def test_an_order_stopped_meanwhile_is_a_clash_and_a_list_of_yesterday_is_not_shown(live_server, page, client, ward):
    sign_in(page, live_server, client, ward.nurse)
    keeps_the_list(page, live_server)
    loses_the_network(page)
    expect(row(page, ward.dose).get_by_role("button", name="Given")).to_be_visible()
    stop_medication(ward.request, by=ward.doctor, reason="rash", at=clock.now() - dt.timedelta(seconds=30))
    row(page, ward.dose).get_by_role("button", name="Given").click()
    expect(page.locator("[data-wait] [data-entry]")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator("[data-clashes] [data-entry]")).to_contain_text("rash")
    assert not live_facts().exists()
    page.close()  # the browser is closed before anybody decided
    page = page.context.new_page()
    page.goto(f"{live_server.url}/nursing/")
    expect(page.locator("[data-clashing]")).to_contain_text("1")
    expect(page.locator("[data-list-kept]")).to_be_visible()
    page.context.set_offline(True)  # the sheet gives way by itself
    expect(page).to_have_url(re.compile("/nursing/offline"))
    page.evaluate("""async () => {
        const cache = await caches.open(window.emrKept.list), list = await cache.match("/nursing/offline");
        const headers = new Headers(list.headers);
        headers.set("x-kept-at", String(Date.now() - 13 * 3600 * 1000));
        await cache.put("/nursing/offline", new Response(await list.text(), { headers }));
    }""")
    page.reload()
    expect(page.get_by_role("heading").first).to_contain_text("No list is kept")
    assert ward.patient.family not in page.content()
