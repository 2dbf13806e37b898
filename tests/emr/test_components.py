"""Components and the frame: how figures, times, states and forms are written, who sees which menu."""

import datetime as dt
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.urls import include, path
from django.utils import translation

from emr import clock, navigation
from emr.inputs import AmountInput, Segments
from emr.queries import institution
from emr.templatetags import _numbers
from emr.web import errors, language, login, styleguide

NOON = dt.datetime(2026, 11, 23, 9, 5, tzinfo=dt.UTC)  # 12:05 in Minsk


def draw(text, **context):
    with translation.override("en"):
        return engines["django"].from_string(text).render(context)


# --- figures and times ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (dt.date(1958, 11, 24), "67 y"),
        (dt.date(1958, 11, 23), "68 y"),
        (dt.date(2024, 11, 24), "23 mo"),
        (dt.date(2024, 11, 23), "2 y"),
        (dt.date(2026, 11, 4), "19 d"),
        (dt.date(2026, 11, 23), "0 d"),
        (None, "age unknown"),
    ],
)
def test_an_age_is_told_in_the_unit_a_clinician_uses(born, said):
    with clock.at(NOON):
        assert draw("{{ born|age }}", born=born) == said


def test_the_age_of_a_dead_patient_stands_still():
    patient = SimpleNamespace(birth_date=dt.date(1950, 1, 1), died_at=dt.datetime(2000, 6, 1, tzinfo=dt.UTC))
    assert draw("{{ patient|age }}", patient=patient) == "50 y"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0 min"),
        (59, "59 min"),
        (125, "2 h 05 min"),
        (4321, "3 d 0 h"),
        (-5, "−5 min"),
        (None, ""),
        (dt.timedelta(hours=2, minutes=5), "2 h 05 min"),
    ],
)
def test_a_duration_is_told_in_hours_and_minutes(value, said):
    assert draw("{{ value|since }}", value=value) == said


def test_times_are_those_of_the_ward():
    with clock.at(NOON):
        assert draw("{{ t|clock }} {{ t|moment }}", t=NOON) == "12:05 12:05"
        assert draw("{{ t|moment }}", t=NOON - dt.timedelta(days=1)) == "22 Nov 12:05"
        assert draw("{{ t|moment:'full' }}", t=NOON) == "23 Nov 2026 12:05"
        with translation.override("ru"):
            assert _numbers.day_and_clock(NOON - dt.timedelta(days=1)) == "22.11 12:05"


def test_a_quantity_keeps_its_digits_and_takes_the_sign_of_the_language():
    assert draw("{{ q|quantity }}", q=Decimal("72.50")) == "72.50"
    assert draw("{{ q|quantity }}", q=Decimal("1E-3")) == "0.001"
    assert draw("{{ q|quantity }}", q="1:160") == "1:160"
    with translation.override("ru"):
        assert _numbers.plain(Decimal("72.50")) == "72,50"


def test_money_has_two_digits_and_its_currency():
    assert draw("{{ m|money:'BYN' }}", m=Decimal("12345.5")) == "12\u202f345.50\u00a0BYN"
    assert draw("{{ m|money }}", m=Decimal("-0.005")) == "−0.01"
    assert draw("{{ m|money }}", m=None) == ""


# --- components ----------------------------------------------------------------------------------------------------

BANNER = '{% include "emr/components/allergies.html" %}'


def allergy(kind, substance="", criticality="low"):
    return SimpleNamespace(kind=kind, substance=substance, criticality=criticality, reaction="")


def test_the_banner_tells_an_allergy_from_none_known_and_from_not_asked():
    assert "penicillin" in draw(BANNER, allergies=[allergy("allergy", "penicillin", "high")])
    assert "no known allergy" in draw(BANNER, allergies=[allergy("none-known")])
    assert "allergies not asked" in draw(BANNER, allergies=[])


def test_what_a_person_wrote_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    page = draw(
        BANNER
        + "{% status evil %}{% card title=evil %}{{ evil }}{% endcard %}{% trend points label=evil %}{% bars rows %}"
        '{% include "emr/components/chip.html" with label=evil %}{% sparkline numbers label=evil %}',
        evil=evil,
        allergies=[allergy("allergy", evil)],
        points=[(NOON, Decimal(1))],
        rows=[(evil, 1)],
        numbers=[1, 2],
    )
    assert "<script" not in page and page.count("&lt;script&gt;") >= 7


def test_a_state_brings_its_own_word_or_ours():
    member = SimpleNamespace(value="on-hold", label="paused by the physician")
    assert "paused by the physician" in draw("{% status m %}", m=member)
    assert "on hold" in draw("{% status 'on-hold' %}") and "#player-pause" in draw("{% status 'on-hold' %}")
    assert "never heard of" in draw("{% status 'never heard of' %}")
    assert draw("{% status '' %}") == ""


class SampleForm(forms.Form):
    amount = forms.DecimalField(label="Amount", widget=AmountInput, help_text="As on the pack.")
    colour = forms.ChoiceField(label="Colour", widget=Segments, choices=[("r", "Red"), ("g", "Green")], required=False)


def test_a_field_that_is_wrong_says_so_to_eye_and_ear():
    form = SampleForm({"amount": "much", "colour": "g"})
    page = draw("{% field form.amount unit='mg' %}", form=form)
    assert (
        'for="id_amount"' in page and 'aria-invalid="true"' in page and 'id="id_amount_error"' in page and "mg" in page
    )
    described = re.search(r'aria-describedby="([^"]+)"', page).group(1).split()
    assert described and all(f'id="{name}"' in page for name in described)


def test_a_choice_as_buttons_is_a_named_radio_group():
    page = draw("{% field form.colour %}", form=SampleForm({"amount": "1", "colour": "g"}))
    assert (
        'role="radiogroup"' in page and 'aria-labelledby="id_colour_label"' in page and 'id="id_colour_label"' in page
    )
    assert re.search(r'value="g"[^>]* checked', page)


def test_a_line_of_measurements_marks_those_out_of_range_by_shape_and_number():
    page = draw(
        "{% trend points low=36 high=37.5 unit='°C' label='Temperature' %}",
        points=[(NOON, Decimal("36.6")), (NOON + dt.timedelta(hours=8), Decimal("38.90"))],
    )
    assert page.count('<rect class="point out"') == 1 and "38.90" in page and 'role="img"' in page
    assert draw("{% trend points %}", points=[]) == ""


# --- the frame -----------------------------------------------------------------------------------------------------


class Actor(SimpleNamespace):
    short_name = full_name = "Petrova V."

    def may(self, act):
        return act in self.acts

    @property
    def role_names(self):
        return {"ward_doctor"}


def every_page_of_the_menu():
    """Addresses for every entry, so that the menu is whole whatever pages the apps have by now."""
    names = {}
    for _label, entries in navigation.MENU:
        for app, name in (entry.name.split(":") for entry in entries):
            names.setdefault(app, []).append(path(f"{name}/", errors.not_found, name=name))
    return [path(f"{app}/", include((pages, app))) for app, pages in names.items()]


urlpatterns = every_page_of_the_menu()


@pytest.mark.urls(__name__)
def test_the_menu_shows_only_what_the_actor_may_open(rf):
    request = rf.get("/admissions/ward/7")
    request.actor = Actor(acts={"admissions.see_ward"})
    entries = [entry for group in navigation.menu(request) for entry in group["entries"]]
    assert [entry["name"] for entry in entries] == ["emr:home", "admissions:ward"]
    assert entries[1]["current"]


def test_a_stranger_has_no_menu(rf):
    request = rf.get("/")
    request.actor = None
    assert navigation.menu(request) == []


@pytest.mark.urls(__name__)
def test_no_letter_after_g_opens_two_pages_of_one_role(rf):
    request = rf.get("/")
    request.actor = SimpleNamespace(may=lambda act: True, role_names=set())
    letters = [entry["key"] for group in navigation.menu(request) for entry in group["entries"] if entry["key"]]
    assert len(letters) == len(set(letters))


@pytest.mark.django_db
def test_the_style_guide_is_drawn_with_one_query_at_most(rf, django_assert_max_num_queries):
    institution.forget()
    request = rf.get("/styleguide")
    with django_assert_max_num_queries(1):
        page = styleguide.page(request).content.decode()
    assert page.count('class="status') > 60 and "timegrid" in page and "{{" not in page and "{%" not in page


@pytest.mark.django_db
def test_an_error_page_says_what_to_do_next_and_its_code(rf):
    for view, code, status in [
        (errors.not_found, "emr.not_found", 404),
        (errors.forbidden, "emr.not_permitted", 403),
        (errors.csrf, "emr.form_too_old", 403),
        (errors.malformed, "emr.malformed", 400),
    ]:
        answer = view(rf.get("/x"))
        assert answer.status_code == status and f'data-refusal="{code}"' in answer.content.decode()


def test_the_page_of_a_broken_server_asks_nothing_of_the_database(rf):
    answer = errors.broken(rf.get("/x"))
    assert answer.status_code == 500 and "NOT be recorded" in answer.content.decode()


def test_a_language_is_kept_and_leads_back_to_our_own_page_only(rf):
    answer = language.choose(rf.post("/language", {"language": "ru", "next": "/patients"}))
    assert answer.url == "/patients" and answer.cookies["emr_language"].value == "ru"
    answer = language.choose(rf.post("/language", {"language": "xx", "next": "https://elsewhere.example/"}))
    assert answer.url == "/" and "emr_language" not in answer.cookies


def test_demo_logins_are_shown_in_demo_mode_only(rf, settings):
    view = login.Login()
    view.setup(rf.get("/login"))
    for demo in (True, False):
        settings.DEMO = demo
        rows = view.get_context_data(form=None)["demo_logins"]
        assert bool(rows) is demo
