"""The rules behind the checks, for reading: what speaks, how loud, and by whose word."""

from django.db.models import CharField, F, Value

from orders.models import DoseLimit, InteractionRule


def all_rules(text=""):
    """Interactions and limits in one list: code, what, tier, severity, sentence, told_by, is_active. One query."""
    columns = ("code", "what", "about", "tier", "severity", "sentence", "told_by", "is_active")
    pairs = InteractionRule.objects.order_by().annotate(what=F("left"), about=F("right"))
    limits = DoseLimit.objects.order_by().annotate(what=F("target"), about=Value("", output_field=CharField()))
    if text:
        pairs, limits = pairs.filter(sentence__icontains=text), limits.filter(sentence__icontains=text)
    return pairs.values(*columns).union(limits.values(*columns), all=True).order_by("code")
