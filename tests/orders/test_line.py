"""An order in one line: English, the Latin of prescriptions, Russian; read word for word or refused by the word."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from emr.errors import Refusal
from orders.actions.safety import load_safety_rules
from orders.models import MedicationRequest, PlannedDose
from orders.rules import line as lines
from orders.rules.line import Line
from tests.factories import make_staff, make_system, number
from tests.orders.factories import make_allergy, make_medication, make_stock, make_ward, sign_in

ONE = Line("ceftriaxone", Decimal(1), "g", route="IM", frequency="BID", days=7)


@pytest.mark.parametrize(
    "text",
    [
        "ceftriaxone 1 g im bid 7d",
        "Ceftriaxone 1g IM b.i.d. x 7 days",
        "ceftriaxone 1000 mg i.m. twice a day for 1 week",
        "ceftriaxone im 1 g, 7d, bid",
        "CEFTRIAXONE 1 gm intramuscular 2x/d 7 d",
        "ceftriaxone 1 g intra musculos bis in die 7 dies",
        "ceftriaxone 1 g bis in die intra musculos 7 diebus",
        "ceftriaxone 1 г в/м 2р/д 7д",
        "ceftriaxone 1 г внутримышечно 2 раза в день 7 дней",
        "ceftriaxone 1,0 г в/м 2 р/сут в течение 7 сут",
    ],
)
def test_the_same_order_in_three_languages(text):
    read = lines.read(text)
    grams = read.dose / (1000 if read.unit == "mg" else 1)
    assert (read.drug, grams, read.route, read.frequency, read.days, read.unit_assumed) == (
        "ceftriaxone",
        1,
        "IM",
        "BID",
        7,
        False,
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("цефтриаксон 1,0 в/м 2р/д 7д", Line("цефтриаксон", Decimal("1.0"), "g", True, "IM", "BID", 7)),
        ("парацетамол 0,5 внутрь 3 раза в день 5 дней", Line("парацетамол", Decimal("0.5"), "g", True, "PO", "TID", 5)),
        (
            "morphine 5mg sc q4h prn for pain max 6/d",
            Line("morphine", Decimal(5), "mg", route="SC", frequency="Q4H", as_needed=True, as_needed_for="pain", max_per_day=6),
        ),
        (
            "морфин 5 мг п/к при болях каждые 6 ч макс 4р/д",
            Line("морфин", Decimal(5), "mg", route="SC", frequency="Q6H", as_needed=True, as_needed_for="болях", max_per_day=4),
        ),
        (
            "benzylpenicillin 1 mln IU im q6h for 7 days",
            Line("benzylpenicillin", Decimal(1_000_000), "IU", route="IM", frequency="Q6H", days=7),
        ),
        (
            "бензилпенициллин 1 млн ЕД в/м каждые 6 часов",
            Line("бензилпенициллин", Decimal(1_000_000), "IU", route="IM", frequency="Q6H"),
        ),
        ("insulin glargine 10 IU sc at bedtime", Line("insulin glargine", Decimal(10), "IU", route="SC", frequency="NIGHTLY")),
        ("vitamin b12 1 mg im weekly 4 weeks", Line("vitamin b12", Decimal(1), "mg", route="IM", frequency="WEEKLY", days=28)),
        ("diazepam 10 mg per rectum statim", Line("diazepam", Decimal(10), "mg", route="PR", frequency="STAT")),
        ("warfarin 5 mg po daily", Line("warfarin", Decimal(5), "mg", route="PO", frequency="DAILY")),
        ("aspirin 100 mg", Line("aspirin", Decimal(100), "mg")),
    ],
)
def test_lines_are_read_word_for_word(text, line):
    assert lines.read(text) == line


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("ceftriaxone 1 g im bid foo", "orders.line_not_understood", "foo"),
        ("ceftriaxone 1 im bid", "orders.line_not_understood", "1"),
        ("ceftriaxone 1 g iv q.d.", "orders.line_not_understood", "q.d."),
        ("digoxin 0.25 mg po qod", "orders.line_not_understood", "qod"),
        ("insulin 10 u sc", "orders.line_not_understood", "10"),
        ("цефтриаксон 1,0 в/м №7", "orders.line_not_understood", "no7"),
        ("ceftriaxone 1 g im im", "orders.line_says_twice", "im"),
        ("ceftriaxone 1 g 2 g im", "orders.line_says_twice", "2 g"),
        ("ceftriaxone 1 g im bid tid", "orders.line_says_twice", "tid"),
        ("1 g im bid", "orders.line_names_no_drug", ""),
        ("", "orders.line_names_no_drug", ""),
        ("bid ceftriaxone", "orders.line_names_no_drug", ""),
    ],
)
def test_a_line_that_is_not_understood_is_refused_by_the_word(text, code, word):
    with pytest.raises(Refusal) as caught:
        lines.read(text)
    assert caught.value.code == code and word in caught.value.data.get("word", "") and word in str(caught.value)


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_reader(text):
    try:
        assert lines.read(text).drug
    except Refusal as refusal:
        assert str(refusal)


LINES = st.builds(
    Line,
    drug=st.sampled_from(["ceftriaxone", "цефтриаксон", "insulin glargine", "vitamin b12", "co-trimoxazole"]),
    dose=st.decimals(min_value="0.01", max_value="99999", places=2).map(
        lambda value: value.normalize() if value % 1 else value.quantize(Decimal(1))
    ),
    unit=st.sampled_from(sorted(lines.UNITS)),
    route=st.sampled_from(["", *sorted(lines.ROUTES)]),
    frequency=st.sampled_from(["", *sorted(lines.TIMES), "Q4H", "Q8H", "Q36H"]),
    days=st.none() | st.integers(1, 365),
    as_needed=st.just(True),
    as_needed_for=st.sampled_from(["pain", "headache", "боли", "fever above"]),
    max_per_day=st.none() | st.integers(1, 24),
) | st.builds(
    Line,
    drug=st.just("warfarin"),
    dose=st.integers(1, 5000).map(Decimal),
    unit=st.sampled_from(sorted(lines.UNITS)),
    route=st.sampled_from(["", *sorted(lines.ROUTES)]),
    frequency=st.sampled_from(["", *sorted(lines.TIMES)]),
    days=st.none() | st.integers(1, 9999),
)


@settings(max_examples=2 * settings.default.max_examples)
@given(LINES, st.sampled_from(sorted(lines.LANGUAGES)))
def test_what_is_written_is_read_back_the_same_in_each_language(line, language):
    assert lines.read(lines.write(line, language)) == line


@pytest.fixture
def ward():
    return make_ward()


def form(**values):
    return {"request_key": f"01a00000-0000-7000-8000-{number():012d}"} | values


@pytest.mark.django_db
def test_the_preview_shows_doses_stock_price_and_checks_and_saves_nothing(ward, client):
    doctor, stay = ward
    load_safety_rules(by=make_system())
    drug = make_medication(
        "Ceftriaxone", ingredients=["ceftriaxone sodium"], dose_unit="g", dose_per_unit=Decimal(1), stock_unit="vial", route="IM"
    )
    make_stock(drug, stay.department, quantity=12)
    make_allergy(stay.patient, "цефтриаксон")
    sign_in(client, doctor)
    page = client.post(reverse("orders:line_preview", args=[stay.pk]), form(line="цефтриаксон 1,0 в/м 2р/д 7д")).content.decode()
    for text in ("08:00", "20:00", "12 vial", "1.25", "grams", "recorded allergy", "into a muscle"):
        assert text in page, text
    assert page.count('<li class="chip">') == 14 and "17.50" in page  # every dose of the week, and what they cost
    assert not MedicationRequest.objects.exists() and not PlannedDose.objects.exists()
    told = client.post(reverse("orders:line_preview", args=[stay.pk]), form(line="цефтриаксон 1,0 wat")).content.decode()
    assert "wat" in told
    assert client.post(reverse("orders:line", args=[stay.pk]), form(line="цефтриаксон 1,0 в/м 2р/д 7д")).status_code == 422
    assert not MedicationRequest.objects.exists()
    signed = client.post(
        reverse("orders:line", args=[stay.pk]), form(line="цефтриаксон 1,0 в/м 2р/д 7д", override_reason="tolerated")
    )
    assert signed.status_code == 302
    order = MedicationRequest.objects.get()
    assert (order.medication, order.dose, order.dose_unit, order.route, order.timing) == (
        drug,
        1,
        "g",
        "IM",
        {"times": ["08:00", "20:00"]},
    )
    assert (order.ends_at - order.starts_at).days == 7 and order.doses.count() == 4


@pytest.mark.django_db
def test_of_several_products_the_writer_chooses(ward, client):
    doctor, stay = ward
    small, large = (
        make_medication("Warfarin", ingredients=["warfarin sodium"], strength=strength) for strength in ("1 mg", "5 mg")
    )
    sign_in(client, doctor)
    asked = {"line": "warfarin 5 mg po daily"}
    page = client.post(reverse("orders:line_preview", args=[stay.pk]), form(**asked)).content.decode()
    assert str(small.pk) in page and str(large.pk) in page
    answer = client.post(reverse("orders:line", args=[stay.pk]), form(**asked))
    assert answer.status_code == 422 and not MedicationRequest.objects.exists()
    assert client.post(reverse("orders:line", args=[stay.pk]), form(**asked, medication=str(large.pk))).status_code == 302
    assert MedicationRequest.objects.get().medication == large


@pytest.mark.django_db
def test_an_unknown_drug_and_a_bare_number_of_a_fluid_are_refused(ward, client):
    doctor, stay = ward
    make_medication("Sodium chloride", dose_unit="ml", dose_per_unit=Decimal(500), stock_unit="bag", route="IV")
    sign_in(client, doctor)
    for text in ("unobtainium 1 g po daily", "sodium chloride 10,0 iv daily"):
        assert client.post(reverse("orders:line", args=[stay.pk]), form(line=text)).status_code == 422
    assert not MedicationRequest.objects.exists()


@pytest.mark.django_db
def test_the_page_of_the_line_is_for_those_who_prescribe_here(ward, client):
    doctor, stay = ward
    page = sign_in(client, doctor).get(reverse("orders:line", args=[stay.pk])).content.decode()
    assert "one line" in page and "style=" not in page
    nurse = make_staff("ward_nurse", department=stay.department, login=f"nurse{number()}")
    assert sign_in(client, nurse).get(reverse("orders:line", args=[stay.pk])).status_code == 403
