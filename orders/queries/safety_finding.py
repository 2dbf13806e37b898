"""What the checks said, counted: does a rule still help, or is it clicked away?"""

import datetime as dt

from django.db.models import Count, F, FloatField, Max, Min, Q
from django.db.models.functions import Cast

from emr import clock
from orders.models import SafetyFinding

AS_REPLAYED = "as prescribed in the replayed log"  # what a replay says for every doctor; nobody's own words
COMMON_SINCE, COMMON_TIMES = dt.timedelta(days=90), 3  # a reason is common when given for three orders in three months


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


def common_reasons(besides=(), most=5) -> list[str]:
    """Reasons in their authors' own words that were given most often in the last three months. One query.

    `besides`: words that are offered anyway.
    """
    rows = SafetyFinding.objects.filter(outcome=SafetyFinding.Outcome.OVERRIDDEN, recorded_at__gte=clock.now() - COMMON_SINCE)
    rows = rows.exclude(override_reason__in=["", AS_REPLAYED, *besides]).values("override_reason").annotate(
        times=Count("draft", distinct=True))
    return list(rows.filter(times__gte=COMMON_TIMES).order_by("-times", "override_reason")
                .values_list("override_reason", flat=True)[:most])
