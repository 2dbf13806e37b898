"""The institution's rules of when an order ends whose author named no end."""
from orders.models import AutoStopRule


def rule_for(keys) -> AutoStopRule | None:
    """The rule for a drug with these keys of the checks (ATC groups, substances, classes): the shortest of those in force.

    One query.
    """
    return AutoStopRule.objects.filter(is_active=True, target__in=keys).order_by("days", "target").first()


def all_rules():
    """All rules, also those not in force."""
    return AutoStopRule.objects.all()
