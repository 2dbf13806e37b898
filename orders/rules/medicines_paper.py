"""The patient's paper of medicines: which drug is new, changed, as before or stopped for the one who goes home."""
from django.utils.translation import gettext as _

from orders.models import ReconciliationLine
from orders.rules import frequency, route

Decision = ReconciliationLine.Decision


def groups(decided, more, language) -> list[tuple]:
    """Title and drugs (name, how, why) of each group that is not empty; in the language that is switched on.

    `decided`: lines of the last reconciliation; `more`: orders for home written after it; `language` chooses the drugs' names.
    """
    rows = {"new": [_ordered(row, "", language) for row in more], "changed": [], "same": [], "stopped": []}
    for row in decided:
        for group, drug in _told(row, language):
            rows[group].append(drug)
    titles = [("new", _("New: begin to take")), ("changed", _("Changed: take it differently from now on")),
              ("same", _("As before: go on taking")), ("stopped", _("Stopped: do not take any more"))]
    return [(title, rows[name]) for name, title in titles if rows[name]]


def _told(row, language):
    """The group and the drug of one decision; two of a drug that another one replaces."""
    was = str(row.statement or (row.request and _name(row.request.medication, language)) or "")
    if row.decision == Decision.SUBSTITUTE:
        yield "stopped", {"name": was, "how": "", "why": row.reason}
        yield "new", _ordered(row.made, _("instead of {drug}").format(drug=was), language)
    elif row.decision == Decision.STOP:
        if row.statement:  # what was given in the hospital only is nothing to stop at home
            yield "stopped", {"name": was, "how": "", "why": row.reason}
    elif row.made:
        begun_here = row.statement is None and row.decision != Decision.CHANGE  # new to the one who goes home
        group = {Decision.NEW: "new", Decision.CHANGE: "changed", Decision.CONTINUE: "same"}[row.decision]
        yield "new" if begun_here else group, _ordered(row.made, row.reason, language)
    elif row.statement:
        yield "same", {"name": str(row.statement.text), "how": row.statement.dosage_text, "why": ""}


def _name(product, language):
    return " ".join(filter(None, [(product.name_ru if language == "ru" else "") or product.name, product.strength]))


def _ordered(order, why, language):
    how = [order.dose_words, str(route.words(order.route)), frequency.words(order.timing_text, order.timing), order.as_needed_for,
           order.instructions]
    return {"name": _name(order.medication, language), "how": ", ".join(filter(None, how)), "why": why}
