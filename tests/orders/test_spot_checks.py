"""Spot checks of the rules as they are shipped, and of the ANSM thesaurus where an institution loads it.

What must speak and what must stay silent is expected by a named source each, not by what our tables happen to say. Silent means:
nobody is asked for a reason. The silent pairs are combinations that the guideline named beside them recommends.
"""
from pathlib import Path

import pytest
from django.core.management import call_command

from orders.actions.safety import load_safety_rules
from orders.models import MedicationRequest
from tests.factories import make_system
from tests.orders.factories import make_allergy, make_ward, prescribe
from tests.orders.test_safety import drug, findings

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).parents[3] / "shared" / "data" / "drugs"
PAIRS, SUBSTANCES = SHARED / "interactions_ansm_2020_fr.json.gz", SHARED / "interactions_ansm_2020_substances.csv"
SILENT = [
    ("metformin hydrochloride", "lisinopril", "ADA Standards of Care in Diabetes 2024, section 10: ACE inhibitor beside "
                                              "metformin"),
    ("bisoprolol fumarate", "ramipril", "ESC 2021 heart failure guideline: beta-blocker and ACE inhibitor, class I"),
    ("aspirin", "atorvastatin calcium", "ESC 2023 acute coronary syndromes guideline: aspirin and a statin, class I"),
    ("amlodipine besylate", "perindopril", "ESC/ESH 2018 hypertension guideline: ACE inhibitor with calcium channel blocker"),
    ("ceftriaxone sodium", "metronidazole", "WSES 2017 guideline, intra-abdominal infections: ceftriaxone with metronidazole"),
    ("acetaminophen", "morphine sulfate", "WHO 2018 guideline on cancer pain: paracetamol with an opioid"),
    ("albuterol sulfate", "ipratropium bromide", "GINA 2024, severe exacerbation: salbutamol with ipratropium"),
    ("omeprazole", "amoxicillin", "Maastricht VI 2022, H. pylori: proton pump inhibitor with amoxicillin"),
    ("enoxaparin sodium", "omeprazole", "NICE NG89 and CG141: prophylaxis of thrombosis beside acid suppression"),
    ("prednisone", "albuterol sulfate", "GINA 2024, exacerbation: systemic corticosteroid with salbutamol"),
]
LOUD = [
    ("warfarin sodium", "aspirin", {"warning", "hard-stop"}, "CHEST 2016 antithrombotic guideline: major bleeding"),
    ("sildenafil citrate", "nitroglycerin", {"hard-stop"}, "FDA label of sildenafil, section 4: contraindicated with nitrates"),
]


@pytest.fixture(params=["shipped", "thesaurus"])
def ward(request):
    load_safety_rules(by=make_system())
    if request.param == "thesaurus":
        if not PAIRS.exists():
            pytest.skip("the thesaurus is not shipped: its licence is not confirmed")
        call_command("load_interactions", "ansm", str(PAIRS), str(SUBSTANCES), verbosity=0)
    return *make_ward(), request.param


def tiers(stay, medication):
    return {str(each.tier) for each in findings(stay, medication) if each.needs_answer}


@pytest.mark.parametrize(("first", "second", "wanted", "source"), LOUD, ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_source_forbids_speaks_whichever_comes_first(ward, first, second, wanted, source):
    doctor, stay, _rules = ward
    one, other = drug("One", first), drug("Other", second)
    order = prescribe(stay, doctor, medication=one)
    assert tiers(stay, other) & wanted, source
    MedicationRequest.objects.filter(pk=order.pk).update(medication=other)
    assert tiers(stay, one) & wanted, source


@pytest.mark.parametrize("told", ["penicillin", "Penicillins", "пенициллин", "amoxicillin"])
def test_an_allergy_to_penicillin_speaks_for_amoxicillin(ward, told):
    """Source: FDA established pharmacologic class of amoxicillin, penicillin-class antibacterial."""
    _doctor, stay, _rules = ward
    make_allergy(stay.patient, told, criticality="high")
    assert tiers(stay, drug("Amoxicillin")) == {"hard-stop"}


@pytest.mark.parametrize(("first", "second", "source"), SILENT, ids=[f"{a} + {b}" for a, b, _source in SILENT])
def test_what_a_guideline_recommends_together_stays_silent(ward, first, second, source):
    doctor, stay, rules = ward
    prescribe(stay, doctor, medication=drug("One", first))
    found = tiers(stay, drug("Other", second))
    # The thesaurus asks for watchfulness more often; a recommended pair is never a hard stop by it either.
    assert not found if rules == "shipped" else "hard-stop" not in found, source
