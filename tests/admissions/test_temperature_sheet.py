"""The temperature sheet: morning and evening of seven days, two curves, the balance; on paper (B6)."""
import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from admissions.actions.admission import admit_patient
from admissions.actions.fluid_entry import record_fluid
from admissions.rules import temperature_sheet as rules
from emr import clock
from nursing.actions.vitals import record_vitals
from tests.factories import make_patient, make_staff


@pytest.fixture
def stay(house):
    return admit_patient(make_patient(family="Lying"), by=house.doctor, bed=house.bed,
                         started_at=clock.now() - dt.timedelta(days=9))


def test_each_half_of_a_day_keeps_its_last_value_and_the_curve_its_height(house, stay):
    yesterday = clock.start_of(clock.today() - dt.timedelta(days=1))
    for hour, temperature, pulse in ((7, "36.6", "70"), (9, "37.0", "80"), (19, "38.5", "180")):
        record_vitals(stay, by=house.nurse, values={"temperature": temperature, "heart_rate": pulse},
                      measured_at=yesterday + dt.timedelta(hours=hour))
    record_fluid(stay, by=house.nurse, kind="oral", ml=900, at=yesterday + dt.timedelta(hours=10))
    first = rules.first_day(stay)
    assert first == clock.today() - dt.timedelta(days=6) and rules.first_day(
        stay, stay.started_at.date() - dt.timedelta(days=3)) == clock.day_of(stay.started_at)
    days, curves = rules.week(stay, first)
    row = days[5]
    assert (row.halves[0]["temperature"], row.halves[1]["temperature"], row.fluids.net) == (Decimal("37.0"), Decimal("38.5"), 900)
    points = [tuple(map(float, point.split(","))) for point in curves["temperature"].split()]
    assert abs(points[1][1] - rules.HEIGHT * (1 - 2 / 7)) < 0.1
    assert curves["heart_rate"].split()[2].endswith(",0.0"), "a value at the top of its scale"
    assert all(0 <= x <= rules.WIDTH and 0 <= y <= rules.HEIGHT for x, y in points)


def test_the_paper_is_for_those_who_read_vital_signs(house, stay, client):
    record_vitals(stay, by=house.nurse, values={"temperature": "38.5"})
    client.force_login(make_staff("ward_nurse", department=house.therapy, login="n").user)
    address = reverse("admissions:temperature_sheet", args=[stay.pk])
    page = client.get(address).content.decode()
    assert "Lying" in page and "38.5" in page and "style=" not in page
    client.force_login(make_staff("registrar", login="r").user)
    assert client.get(address).status_code == 403
