"""The catalogue: finding the test or panel behind a word or code."""
from django.db.models import Q

from orders.laboratory.models import LabPanel, LabTest
from orders.laboratory.models.lab_test import names_of


def catalogue(actor=None):
    """Tests in use, by name."""
    return LabTest.objects.filter(is_active=True)


def named(*words: str) -> LabTest | None:
    """The test that answers to the first of these words that names one: key, name, other name or LOINC code."""
    words = names_of(*words)
    if not words:
        return None
    found = list(LabTest.objects.filter(Q(known_as__overlap=words)))
    for word in words:
        for test in found:
            if word in test.known_as:
                return test
    return None


def panel_named(*words: str) -> LabPanel | None:
    """The panel that answers to one of these words, with its tests."""
    return LabPanel.objects.filter(known_as__overlap=names_of(*words)).prefetch_related("tests").first()


def panel_sizes() -> list[tuple[list[str], int]]:
    """For each panel its names and how many tests it has."""
    return [(panel.known_as, len(panel.tests.all())) for panel in LabPanel.objects.prefetch_related("tests")]


def asked_for(request) -> list[LabTest]:
    """The tests whose values a request waits for: its own, or those of its panel; none for free text."""
    test = named(request.code, request.text)
    if test:
        return [test]
    panel = panel_named(request.code, request.text)
    return list(panel.tests.all()) if panel else []
