"""The rules behind the checks, for reading: what speaks, how loud, and by whose word."""

from django.db.models import CharField, F, Q, Value

from emr.models import JournalEntry
from orders.models import ClassMembership, DoseLimit, InteractionRule
from orders.queries.medication import plain
from orders.queries.substance import base_name

COLUMNS = ("code", "what", "about", "tier", "severity", "sentence", "told_by", "is_active")


def keys_of(text) -> set[str]:
    """The keys by which rules may name the drug that is called so: its names and its classes. One query."""
    name = base_name(text)
    rows = ClassMembership.objects.filter(Q(substance__in=[name, plain(text)]) | Q(atc=text.strip().upper()[:7], atc__gt=""))
    return {f"substance:{name}", f"atc:{plain(text)}", *rows.values_list("key", flat=True)}


def all_rules(text="", *, tier="", severity="", source="", kind=""):
    """Interactions and limits in one list: code, what, about, tier, severity, sentence, told_by, is_active. At most two queries.

    `text`: a drug (its classes count), or words of the sentence. `kind`: interaction or limit.
    """
    pairs = InteractionRule.objects.order_by().annotate(what=F("left"), about=F("right"))
    limits = DoseLimit.objects.order_by().annotate(what=F("target"), about=Value("", output_field=CharField()))
    if text.strip():
        keys = keys_of(text)
        words = Q(sentence__icontains=text.strip())
        pairs = pairs.filter(words | Q(left__in=keys) | Q(right__in=keys) | Q(left__icontains=plain(text))
                             | Q(right__icontains=plain(text)))
        limits = limits.filter(words | Q(target__in=keys) | Q(target__icontains=plain(text)))
    wanted = {name: value for name, value in (("tier", tier), ("severity", severity), ("told_by__icontains", source.strip()))
              if value}
    pairs, limits = pairs.filter(**wanted).values(*COLUMNS), limits.filter(**wanted).values(*COLUMNS)
    if kind:
        return (pairs if kind == "interaction" else limits).order_by("code")
    return pairs.union(limits, all=True).order_by("code")


def severities() -> list[str]:
    """The words of the sources for how serious a rule is. One query."""
    pairs = InteractionRule.objects.order_by().values_list("severity")
    return sorted({severity for (severity,) in pairs.union(DoseLimit.objects.order_by().values_list("severity"))})


def one(code):
    """The rule or limit of this code; None when there is none."""
    return InteractionRule.objects.filter(code=code).first() or DoseLimit.objects.filter(code=code).first()


def changes(row):
    """Who set how loud it is, when and why, newest first."""
    return JournalEntry.objects.filter(act="orders.set_check_tier", about_id=row.pk).select_related("by_staff").order_by("-pk")


def members(text=""):
    """Substances and the classes they belong to, by name; filtered by substance, ATC code or class."""
    rows = ClassMembership.objects.order_by("substance", "atc", "key")
    asked = plain(text)
    if asked:
        rows = rows.filter(Q(substance__icontains=asked) | Q(key__icontains=asked) | Q(atc__istartswith=asked))
    return rows
