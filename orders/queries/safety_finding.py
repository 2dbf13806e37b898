"""What the checks said, counted: does a rule still help, or is it clicked away?"""

from django.db.models import Count, F, FloatField, Max, Min, Q
from django.db.models.functions import Cast

from orders.models import SafetyFinding


def fatigue(since, until):
    """Each rule that asked for an answer from `since` up to `until`, the most often shown first. One statement.

    Keys: rule, tier, told_by, shown (drafts of orders), overridden (of them signed all the same), percent, doctors.
    """
    rows = SafetyFinding.objects.filter(recorded_at__gte=since, recorded_at__lt=until).exclude(tier="info").values("rule")
    rows = rows.annotate(
        shown=Count("draft", distinct=True),
        doctors=Count("recorded_by", distinct=True),
        tier=Max("tier"),
        overridden=Count("draft", distinct=True, filter=Q(outcome=SafetyFinding.Outcome.OVERRIDDEN)),
        told_by=Min("told_by"),
    )
    return rows.annotate(percent=Cast(F("overridden"), FloatField()) * 100 / F("shown")).order_by("-shown", "rule")


def not_noted(findings, draft):
    """Those of the findings that were not kept yet as shown to the author of this draft. One statement."""
    kept = set(SafetyFinding.objects.filter(draft=draft, outcome=SafetyFinding.Outcome.SHOWN).values_list("rule", "about"))
    return [finding for finding in findings if (finding.rule[:160], finding.about[:300]) not in kept]
