"""The shift hand-over: the page that writes itself, remarks, both signatures, its paper."""
import datetime as dt

from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from emr import clock
from emr.access import log_reading
from emr.measure import read_moment
from emr.pages import look, page_of, request_key
from emr.printing import printed
from nursing.actions import hand_over as acts
from nursing.queries import hand_over as queries
from nursing.queries import worklist
from nursing.rules.hand_over import written
from nursing.rules.hand_over_words import shown


@look("nursing.see_hand_over")
def page(request):
    """What changed on the ward since the shift began, as it stands now."""
    mine = worklist.departments_of(request.actor)
    department = worklist.department_of(request.actor, request.GET.get("department"), mine)
    now = clock.now()
    context = {"department": department, "departments": mine}
    if department:
        since = _since(request, department, now)
        content = written(department, since=since, now=now)
        log_reading(request.actor, None, "hand-over", "care")
        context |= shown(content) | {
            "since": since, "waiting": queries.waiting(department),
            "last": queries.last_duty_ended(request.actor, department, now),
            "earlier": page_of(request, queries.of_department(department), 10),
            "began": queries.shift_began(request.actor, department, now)}
    return render(request, "nursing/handover/page.html", context | {
        "may_sign": request.actor.may("nursing.hand_over"), "may_remark": request.actor.may("nursing.remark_hand_over")})


def _since(request, department, now):
    asked = request.GET.get("since", "")
    if asked == "day":
        return now - dt.timedelta(hours=24)
    if asked == "mine" and (last := queries.last_duty_ended(request.actor, department, now)):
        return last
    return queries.shift_began(request.actor, department, now)


@look("nursing.see_hand_over")
def signed(request, hand_over_id):
    """A signed hand-over as it was; the nurse who comes signs here."""
    row = queries.one(request.actor, hand_over_id)
    is_open, is_mine = not row.taken_at and not row.error_at, row.outgoing_id == request.actor.pk
    return render(request, "nursing/handover/signed.html", shown(row.content) | {
        "row": row, "department": row.department,
        "may_take": is_open and not is_mine and request.actor.may("nursing.take_over"),
        "may_withdraw": is_open and (is_mine or "head_nurse" in request.actor.role_names)})


@look("nursing.see_hand_over")
def paper(request, hand_over_id):
    """The signed hand-over on paper, as a page or PDF."""
    row = queries.one(request.actor, hand_over_id)
    return printed(request, "nursing/handover/paper.html", shown(row.content) | {"row": row, "department": row.department},
                   name=f"hand-over-{row.handed_at:%Y-%m-%d-%H%M}")


@require_POST
@look("nursing.hand_over")
def sign(request):
    """Sign as the nurse who goes."""
    since = read_moment("since", request.POST.get("since", ""))
    row = acts.hand_over(request.POST.get("department"), by=request.actor, since=since, request_key=request_key(request))
    return redirect("nursing:hand_over_signed", row.pk)


@require_POST
@look("nursing.take_over")
def take(request, hand_over_id):
    """Sign as the nurse who comes."""
    acts.take_over(hand_over_id, by=request.actor, request_key=request_key(request))
    return redirect("nursing:hand_over_signed", hand_over_id)


@require_POST
@look("nursing.withdraw_hand_over")
def withdraw(request, hand_over_id):
    """Take a hand-over back that nobody has taken over."""
    acts.withdraw_hand_over(hand_over_id, by=request.actor, reason=request.POST.get("reason", ""),
                            request_key=request_key(request))
    return redirect("nursing:hand_over")


@require_POST
@look("nursing.remark_hand_over")
def remark(request, encounter_id):
    """Add a remark about a patient; answers with his remarks."""
    row = acts.remark_hand_over(encounter_id, by=request.actor, text=request.POST.get("text", ""),
                                request_key=request_key(request))
    return _remarks(request, row.encounter_id)


@require_POST
@look("nursing.undo_remark")
def undo_remark(request, remark_id):
    """Take a remark back."""
    row = acts.undo_remark(remark_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return _remarks(request, row.encounter_id)


def _remarks(request, encounter_id):
    if not request.htmx:
        return HttpResponseRedirect(reverse("nursing:hand_over"))
    rows = queries.remarks([encounter_id], clock.now() - queries.LONGEST)
    return render(request, "nursing/handover/_remarks.html", {
        "person": {"encounter": encounter_id, "remarks": [
            {"id": row.pk, "text": row.text, "by": row.recorded_by.short_name, "by_id": str(row.recorded_by_id),
             "at": row.written_at}
            for row in rows]}, "may_remark": True})
