"""A nurse's day with the keyboard alone: list, give, refuse, as needed, did it help, care, hand-over. Keys are counted (I3)."""
import datetime as dt

import pytest

from emr import clock
from nursing.actions.care_plan import plan_care
from nursing.actions.medication_administration import give_as_needed
from nursing.actions.vitals import record_vitals
from nursing.models import CareTask, DoseEffect, HandOver, HandOverRemark, MedicationAdministration
from tests.nursing.factories import make_as_needed, make_dose, make_order, make_ward
from tests.nursing.test_care import CALM
from tests.nursing.test_sheet_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# How many keys a task may take, from the row before it; moving on to the next row is one of them.
BUDGET = {"give": 2, "refuse": 4, "care done": 2, "effect": 2, "as needed": 3, "hand over": 2, "take over": 2, "remark": 3}


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def to(self, row, key="j"):
        """Walk down (k: up) until the row is chosen; only the last step counts, as one works down the list."""
        for _step in range(40):
            self.page.keyboard.press(key)
            if self.page.evaluate("() => document.activeElement.id") == row:
                self.count += 1
                return
        raise AssertionError(f"the keyboard does not reach {row}")

    def within(self, task):
        taken, self.count = self.count, 0
        assert taken <= BUDGET[task], f"{task} took {taken} keys"


def test_a_day_of_a_nurse_without_a_mouse(live_server, page, client):
    ward = make_ward(hours_ago=40)
    second = make_dose(make_order(ward.encounter, hours_ago=40), minutes=-5)
    needed = make_as_needed(ward.encounter)
    earlier = give_as_needed(make_as_needed(ward.encounter), by=ward.nurse, given_at=clock.now() - dt.timedelta(minutes=70))
    plan = plan_care(ward.encounter, by=ward.nurse, kind="turning", timing={"every_hours": 2},
                     starts_at=clock.now() - dt.timedelta(minutes=5))
    record_vitals(ward.encounter, by=ward.nurse, values=CALM)
    sign_in(page, live_server, client, ward.nurse)
    page.goto(f"{live_server.url}/nursing/?view=list")
    keys = Keys(page)

    keys.to(f"w{ward.dose.pk}")
    keys.press("Enter")
    page.locator(f"#w{ward.dose.pk}[data-closed]").wait_for()
    keys.within("give")

    page.keyboard.press("Enter")  # pressed once too often: nothing is chosen, so nothing is done
    assert not DoseEffect.objects.exists() and MedicationAdministration.objects.count() == 2
    keys.to(f"w{second.pk}")
    keys.press("r")
    page.locator("dialog[open] select[name=refuse-code]:focus").wait_for()
    keys.press("ArrowDown", "Control+Enter")
    page.locator(f"#w{second.pk}[data-closed]").wait_for()
    keys.within("refuse")

    keys.to(f"t-care-{plan.pk}")
    keys.press("Enter")
    page.locator(f"#t-care-{plan.pk} >> text=/due/").wait_for(state="detached")
    keys.within("care done")

    keys.to(f"e{earlier.pk}", "k")
    keys.press("1")
    page.locator(f"#e{earlier.pk}").wait_for(state="detached")
    keys.within("effect")

    keys.to(f"n{needed.pk}")
    keys.press("Enter")
    page.locator("dialog[open] [name=reason]").wait_for()
    keys.press("Control+Enter")
    page.locator("dialog[open]").wait_for(state="detached")
    keys.within("as needed")

    facts = {fact.dose_id: fact.status for fact in MedicationAdministration.objects.filter(request__as_needed=False)}
    assert facts == {ward.dose.pk: "given", second.pk: "refused"}
    assert CareTask.objects.get().status == "done" and DoseEffect.objects.get().effect == "helped"
    assert MedicationAdministration.objects.filter(request=needed).exists()


def test_the_shift_is_handed_over_and_taken_over_without_a_mouse(live_server, page, client):
    ward = make_ward(hours_ago=40)
    sign_in(page, live_server, client, ward.nurse)
    page.goto(f"{live_server.url}/nursing/hand-over")
    keys = Keys(page)
    keys.to(f"h{ward.encounter.pk}")
    keys.press("r")
    page.keyboard.type("Daughter comes at six")
    keys.press("Enter")
    page.get_by_text("Daughter comes at six").wait_for()
    keys.within("remark")
    keys.press("o")
    page.locator("dialog[open] button:focus").wait_for()
    keys.press("Enter")
    page.get_by_text("not taken over yet").wait_for()
    keys.within("hand over")
    row = HandOver.objects.get()
    assert row.outgoing == ward.nurse and HandOverRemark.objects.count() == 1

    sign_in(page, live_server, client, ward.colleague)
    page.goto(f"{live_server.url}/nursing/hand-over/{row.pk}")
    keys.press("t")
    page.locator("dialog[open] button:focus").wait_for()
    keys.press("Enter")
    page.get_by_text("Taken over by").wait_for()
    keys.within("take over")
    row.refresh_from_db()
    assert row.incoming == ward.colleague
