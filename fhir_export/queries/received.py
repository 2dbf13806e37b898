"""What other institutions sent, and what became of each resource."""
from collections import defaultdict

from django.db.models import Count

from fhir_export.models import ReceivedDocument, ReceivedResource

OUTCOMES = [value for value, _label in ReceivedResource.Outcome.choices]


def earlier(sender, keys) -> dict:
    """{(kind, id): the latest row of a resource of this sender that was not refused}"""
    rows = ReceivedResource.objects.filter(
        document__sender=sender, resource_type__in={kind for kind, _id in keys},
        source_id__in={source_id for _kind, source_id in keys}).exclude(outcome="refused").order_by("pk")
    return {(row.resource_type, row.source_id): row for row in rows.defer("body")}


def texts(sender, kind, ids) -> dict:
    """{id: the JSON text as received} of the resources that others refer to."""
    rows = ReceivedResource.objects.filter(document__sender=sender, resource_type=kind, source_id__in=ids).order_by("pk")
    return dict(rows.values_list("source_id", "body"))


def document_by_digest(sha256: str) -> ReceivedDocument | None:
    return ReceivedDocument.objects.filter(sha256=sha256).first()


def outcomes(documents) -> dict:
    """{kind: {"read": n, outcome: n, "reasons": {reason: n}}} of these documents, in the order of kinds."""
    table = defaultdict(lambda: {"read": 0, "reasons": {}} | dict.fromkeys(OUTCOMES, 0))
    rows = ReceivedResource.objects.filter(document__in=documents).values("resource_type", "outcome", "reason").annotate(
        n=Count("pk"))
    for row in rows:
        entry = table[row["resource_type"] or "?"]
        entry["read"] += row["n"]
        entry[row["outcome"]] += row["n"]
        if row["reason"]:
            key = f"{row['outcome']}: {row['reason']}"
            entry["reasons"][key] = entry["reasons"].get(key, 0) + row["n"]
    return dict(sorted(table.items()))


def outcome_table(documents) -> str:
    """The closing table of an import: read = created + matched + updated + kept + refused, per kind, and the reasons."""
    table = outcomes(documents)
    head = f"{'resource':<28}{'read':>8}" + "".join(f"{name:>9}" for name in OUTCOMES)
    lines, sums = [head], dict.fromkeys(["read", *OUTCOMES], 0)
    for kind, entry in table.items():
        sums = {name: sums[name] + entry[name] for name in sums}
        lines.append(f"{kind:<28}" + f"{entry['read']:>8}" + "".join(f"{entry[name]:>9}" for name in OUTCOMES))
        lines += [f"    {reason}: {n}" for reason, n in sorted(entry["reasons"].items())]
    lines.append(f"{'all':<28}" + f"{sums['read']:>8}" + "".join(f"{sums[name]:>9}" for name in OUTCOMES))
    return "\n".join(lines)


def in_order_of(document, keys) -> list[ReceivedResource]:
    """The outcomes of a document's resources in the order of these (kind, id)."""
    rows = {}
    for row in document.resources.defer("body").order_by("pk"):
        rows.setdefault((row.resource_type, row.source_id), []).append(row)
    return [found.pop(0) for key in keys if (found := rows.get(key))]
