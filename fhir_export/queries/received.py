"""What other institutions sent, and what became of each resource."""
from collections import defaultdict

from django.db.models import Count, Q

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


def documents():
    """Received documents, newest first, with how many resources each holds and how many were refused."""
    refused = Count("resources", filter=Q(resources__outcome=ReceivedResource.Outcome.REFUSED))
    return ReceivedDocument.objects.select_related("sender", "received_by").defer("body").annotate(
        count=Count("resources"), refused=refused).order_by("-received_at", "-pk")


def find_document(pk) -> ReceivedDocument | None:
    return documents().filter(pk=pk).first()


def resources_of(document, *, outcome="", kind=""):
    """What became of each resource of a document; refused ones first."""
    rows = document.resources.select_related("patient").defer("body")
    rows = rows.filter(outcome=outcome) if outcome in OUTCOMES else rows
    return (rows.filter(resource_type=kind) if kind else rows).order_by("-outcome", "resource_type", "pk")


def patients_of(document) -> set:
    """The people whose charts a document touches."""
    return set(document.resources.filter(patient__isnull=False).values_list("patient", flat=True).distinct()[:2])


def received_about(patient):
    """Resources that stand for no row of the chart and are shown as received, newest document first."""
    return ReceivedResource.objects.filter(patient=patient, outcome__in=("kept", "refused")).select_related(
        "document__sender").order_by("-document__received_at", "resource_type", "pk")


def documents_about(patient):
    """Received documents that speak of this patient, newest first."""
    return ReceivedDocument.objects.filter(pk__in=ReceivedResource.objects.filter(patient=patient).values("document")).defer(
        "body").select_related("sender").annotate(
        count=Count("resources", filter=Q(resources__patient=patient))).order_by("-received_at")


def find_resource(pk) -> ReceivedResource | None:
    return ReceivedResource.objects.select_related("document__sender", "patient").filter(pk=pk).first()
