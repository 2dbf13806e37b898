"""The costs of the house reach each bed-day: step by step, nothing lost, shown before they are set."""
import datetime as dt
import random
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from billing.actions.charge_item import post_charges
from billing.actions.overhead_run import spread_overhead
from billing.errors import CentreUnclear
from billing.models import ChargeItem, OverheadRun, Tariff
from billing.rules.step_down import Centre, rates, read, step_down
from emr import clock
from tests.billing.factories import make_accountant, make_case
from tests.factories import make_staff

TEXT = "administration; 900.00; laundry=1, therapy=3, surgery=5\nlaundry; 100.00; therapy=30, surgery=10"


def test_each_centre_gives_what_it_has_and_what_came_to_it():
    held = step_down(read(TEXT, ["therapy", "surgery"]))
    assert held == {"therapy": Decimal("450.00"), "surgery": Decimal("550.00")}  # 300 + 150; 500 + 50
    assert [row["rate"] for row in rates(held, {"therapy": 90})] == [None, Decimal("5.00")]


def test_no_kopeck_is_lost():
    dice = random.Random(8)
    for _ in range(300):
        size = dice.randint(1, 6)
        centres = [Centre(f"c{n}", Decimal(dice.randrange(10 ** 7)) / 100, {
            name: Decimal(dice.randint(1, 999)) for name in [*(f"c{later}" for later in range(n + 1, size)), "a", "b", "c"]})
                   for n in range(size)]
        assert sum(step_down(centres).values()) == sum(centre.cost for centre in centres)


@pytest.mark.parametrize("text", ["", "laundry", "laundry; x; a=1", "laundry; 1.00; ", "laundry; 1.00; nobody=1",
                                  "laundry; 1.00; a=0", "laundry; -1; a=1",
                                  "laundry; 1.001; a=1", "x; 1.00; a=1\nx; 1.00; a=1", "x; 1.00; a=1\ny; 1.00; x=1",
                                  "x; NaN; a=1", "x; 1.00; a=1e999"])
def test_a_line_that_cannot_be_read_is_refused(text):
    with pytest.raises(CentreUnclear):
        read(text, ["a"])


@pytest.mark.django_db
def test_rates_are_shown_set_and_borne_by_bed_days(client):
    case, accountant = make_case(days=3), make_staff("accountant", login="acc")
    post_charges(by=accountant)
    client.force_login(accountant.user, backend="emr.signin.Backend")
    page = reverse("billing:overhead")
    key = re.search(r'name="request_key" value="([^"]+)"', client.get(page).content.decode())[1]
    since = clock.today() - dt.timedelta(days=10)
    data = {"request_key": key, "since": since, "until": clock.today(), "valid_from": since,
            "entered": f"house; 30.00; {case.department.code}=1"}
    assert client.post(page, data | {"entered": "?"}).status_code == 422 and not OverheadRun.objects.exists()
    assert "10.00" in client.post(page, data).content.decode() and not Tariff.objects.filter(kind="overhead").exists()
    assert client.post(page, data | {"decide": "1"}).status_code == 302
    assert OverheadRun.objects.get().rates[0]["rate"] == "10.00"
    assert post_charges(by=make_accountant()) == 3
    assert sum(ChargeItem.objects.filter(kind="overhead").values_list("amount", flat=True)) == 30
    with pytest.raises(CentreUnclear):
        spread_overhead(by=accountant, since=since, until=clock.today(), valid_from=clock.today(),
                        entered="house; 1.00; nobody=1")
    assert OverheadRun.objects.count() == 1 and client.get(page).status_code == 200
