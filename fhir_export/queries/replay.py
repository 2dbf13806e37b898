"""What became of a replayed log."""
from collections import defaultdict

from django.db.models import Count

from fhir_export.models import Replay, ReplayedEvent


def outcomes(replay: Replay) -> dict:
    """Per event kind: how many lines were read, applied, refused (by code) and not modelled (by name)."""
    table = defaultdict(lambda: {"read": 0, "applied": 0, "refused": {}, "not-modelled": {}})
    rows = ReplayedEvent.objects.filter(replay=replay).values("kind", "outcome", "code", "message").annotate(n=Count("pk"))
    for row in rows.values("kind", "outcome", "code").annotate(n=Count("pk")):
        entry = table[row["kind"]]
        entry["read"] += row["n"]
        if row["outcome"] == "applied":
            entry["applied"] += row["n"]
        else:
            reasons = entry[row["outcome"]]
            reasons[row["code"] or "out of scope"] = reasons.get(row["code"] or "out of scope", 0) + row["n"]
    return dict(sorted(table.items()))


def outcome_table(replay: Replay) -> str:
    """The closing table of a replay: read = applied + refused (by code) + not modelled (named), per event kind."""
    lines, sums = [], [0, 0, 0, 0]
    head = f"{'event':<24}{'read':>8}{'applied':>9}{'refused':>9}{'not modelled':>14}"
    for kind, entry in outcomes(replay).items():
        refused, beyond = sum(entry["refused"].values()), sum(entry["not-modelled"].values())
        sums = [a + b for a, b in zip(sums, (entry["read"], entry["applied"], refused, beyond), strict=True)]
        why = ", ".join(f"{code} {n}" for code, n in sorted({**entry["refused"], **entry["not-modelled"]}.items()))
        lines.append(f"{kind:<24}{entry['read']:>8}{entry['applied']:>9}{refused:>9}{beyond:>14}  {why}".rstrip())
    total = f"{'all':<24}{sums[0]:>8}{sums[1]:>9}{sums[2]:>9}{sums[3]:>14}"
    notes = ReplayedEvent.objects.filter(replay=replay, outcome="applied").exclude(message="")
    beds = notes.filter(message__startswith="bed ").count()
    verbal = notes.filter(message__startswith="a verbal order").count()
    closing = [f"{beds} admissions found the log's bed taken and got a free bed of the same ward.",
               f"{verbal} orders were entered as verbal orders at their first dose."]
    read = replay.lines
    closing.append(f"{sums[0]} of {read} lines done." if sums[0] < read else f"All {read} lines done.")
    return "\n".join([head, *lines, total, *closing])
