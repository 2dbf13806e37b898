"""The directory of institutions: found by number or street, with their addresses (spec booking R1, R11)."""
from itertools import combinations
from math import hypot

import pytest
from django.urls import reverse

from emr.errors import Malformed
from outpatient.booking.actions.clinic import load_clinics
from outpatient.booking.actions.demo_clinics import load_demo_clinics
from outpatient.booking.models import Clinic
from outpatient.booking.queries import clinic as clinics
from outpatient.booking.rules.town_map import town_map
from tests.factories import make_institution, make_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory():
    make_institution()
    load_demo_clinics(by=make_system())


def found(text, **names):
    return [str(row) for row in clinics.directory(text, **names)]


def test_r11_a_number_lists_the_polyclinic_and_the_children_s_polyclinic(directory):
    assert found("3") == ["Polyclinic no. 3", "Children's polyclinic no. 3"]


@pytest.mark.parametrize("asked", ["Koltsova", "koltsova 53", "кольцова", "Кальцова 53"])
def test_r11_a_street_lists_both_institutions_of_the_block_with_their_addresses(directory, asked):
    rows = clinics.directory(asked)
    assert {row.address for row in rows} == {"Minsk, Koltsova, 53, building 1", "Minsk, Koltsova, 53, building 2"}
    assert {str(row) for row in rows} == {"Children's polyclinic no. 17", "Polyclinic no. 30"}


def test_r11_the_whole_list_of_the_brief_is_there_with_its_source(directory):
    others = Clinic.objects.filter(institution__isnull=True)
    assert others.count() == 42 and others.filter(kind="children").count() == 13 and not others.filter(source="").exists()
    assert len(found("", region="minsk-city")) == 44 and not found("", region="brest") and clinics.regions() == ["minsk-city"]


def test_r1_each_building_of_ours_has_its_own_address_and_stands_first(directory):
    own = clinics.own_buildings()
    assert len({row.address for row in own}) == 2 and all(row.phone for row in own)
    assert clinics.directory()[:2] == own


def test_r1_the_map_shows_who_has_a_place_as_links_that_do_not_touch_with_north_at_the_top(directory, client):
    drawn = town_map(clinics.directory(), clinics.everywhere())
    assert (len(drawn.marks), drawn.unplaced, drawn.others) == (27, 17, []) and "OpenStreetMap" in drawn.sources[0]
    gaps = [hypot(one.x - other.x, one.y - other.y) for one, other in combinations(drawn.marks, 2)]
    assert min(gaps) > 22 and all(0 < mark.x < drawn.width and 0 < mark.y < drawn.height for mark in drawn.marks)
    at = {(mark.row.kind, mark.row.number): mark for mark in drawn.marks}
    north, south, west, east = at["adult", 28], at["adult", 37], at["outpatient", 1], at["adult", 28]
    assert north.y < south.y and west.x < east.x
    text = client.get(reverse("polyclinic:directory"), {"choose": 1}).content.decode()
    assert text.count('class="mark"') == 27 and all(reverse("polyclinic:other", args=[mark.row.pk]) in text
                                                    for mark in drawn.marks)
    assert "<img" not in text.split('class="map"')[1] and "style=" not in text


def test_r1_the_frame_of_the_town_stays_whatever_is_asked_for_and_without_places_there_is_no_map(directory, client):
    whole, part = town_map(clinics.directory(), clinics.everywhere()), town_map(clinics.directory("Koltsova"),
                                                                                clinics.everywhere())
    assert {(mark.row.kind, mark.row.number) for mark in part.marks} == {("children", 17), ("adult", 30)}
    assert len(part.others) == 25 and part.height == whole.height
    assert [mark.at_x for mark in part.marks] == [mark.at_x for mark in whole.marks if mark.row.number in (17, 30)]
    assert town_map(clinics.directory("Gerasimenko"), clinics.everywhere()) is None
    assert "<figure" not in client.get(reverse("polyclinic:directory"), {"q": "Gerasimenko"}).content.decode()


def test_loading_again_corrects_and_adds_nothing(directory):
    row = {"region": "minsk-city", "city": "Minsk", "kind": "adult", "number": "30", "street": "Koltsova", "house": "53",
           "building": "3"}
    again = load_clinics(rows=[row], source="the registry", by=make_system())
    assert again.building == "3" and again.source == "the registry" and Clinic.objects.count() == 44


@pytest.mark.parametrize("wrong", [{"kind": "zoo"}, {"number": ""}, {"street": " "}, {"number": "x"}, {"latitude": "53.9"},
                                   {"latitude": "north", "longitude": "27"}, {"latitude": "nan", "longitude": "27"}])
def test_a_building_without_name_or_address_is_refused(directory, wrong):
    row = {"region": "minsk-city", "city": "Minsk", "kind": "adult", "number": "99", "street": "Koltsova", "house": "53"}
    with pytest.raises(Malformed):
        load_clinics(rows=[row, row | wrong], source="a list", by=make_system())
    assert Clinic.objects.count() == 44
