"""One reception changed: moved, cancelled, shortened, single coupons held back and given back (R19, R89)."""
import datetime as dt

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.inputs import ClockInput
from emr.pages import cleaned, look, request_key
from outpatient.booking.actions.cancelling import cancel_reception, move_reception, shorten_reception
from outpatient.booking.actions.coupon import give_back_coupon, withdraw_coupon
from outpatient.booking.queries import hits as hit_queries
from outpatient.booking.queries import reception as queries
from outpatient.booking.web.hits import answered, with_suggestions


class ChangeForm(forms.Form):
    """What becomes of it; the times are those of a shortened one."""

    what = forms.ChoiceField(label=_("What happens"),
                             choices=[("shorten", _("it is shortened")), ("cancel", _("it is cancelled"))])
    begins = forms.TimeField(label=_("Begins"), widget=ClockInput)
    ends = forms.TimeField(label=_("Ends"), widget=ClockInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class MoveForm(forms.Form):
    """Where it is held; no building means the head office."""

    room = forms.CharField(label=_("Consulting room"), max_length=20, required=False)
    place = forms.CharField(label=_("Building, when not the head office"), max_length=200, required=False)


class HoldBackForm(forms.Form):
    coupon = forms.UUIDField()
    reason = forms.CharField(max_length=200)


@look("booking.withdraw_coupon")
def page(request, reception_id):
    """Its coupons; and what a change would do to whom, before anything is done."""
    found = queries.one(reception_id)
    asked = cleaned(ChangeForm(request.GET)) if request.GET.get("reason") else None
    form = ChangeForm(initial={"begins": found.starts_at, "ends": found.ends_at} | (asked or {}))
    coupons = list(queries.coupons_of(request.actor, found.pk))
    return render(request, "booking/reception/change.html", {
        "reception": found, "coupons": coupons, "form": form, "asked": asked, "rows": _rows(found, asked) if asked else [],
        "free": [row for row in coupons if not (row.taken or row.withdrawn_at or row.is_past)],
        "move": MoveForm(initial={"room": found.room, "place": found.place}),
        "may_cancel": request.actor.may("booking.cancel_reception") and found.ends_at > clock.now()})


def _rows(reception, asked):
    coupons = None if asked["what"] == "cancel" else hit_queries.removed_by(reception, **_times(reception, asked))
    return with_suggestions([reception.pk], reception.day, reception.day, coupons)


def _times(reception, asked):
    return {name: timezone.make_aware(dt.datetime.combine(reception.day, asked[field])) for name, field in (
        ("starts_at", "begins"), ("ends_at", "ends"))}


@look("booking.cancel_reception")
def change(request, reception_id):
    """Cancel or shorten it, and answer everybody whom it hits, in one step."""
    found, asked = queries.one(reception_id), cleaned(ChangeForm(request.POST))
    told = {"by": request.actor, "request_key": request_key(request), "reason": asked["reason"], **answered(request)}
    if asked["what"] == "cancel":
        cancel_reception(found.pk, **told)
        return redirect(f"{reverse('booking:receptions')}?day={found.day.isoformat()}")
    shorten_reception(found.pk, **_times(found, asked), **told)
    return redirect("booking:reception", found.pk)


@look("booking.move_reception")
def move(request, reception_id):
    """It is held in another room or building; everybody with a coupon of it is told."""
    move_reception(reception_id, by=request.actor, request_key=request_key(request), **cleaned(MoveForm(request.POST)))
    return redirect("booking:reception", reception_id)


@look("booking.withdraw_coupon")
def hold_back(request, reception_id):
    """Hold one coupon back, with the reason that stays visible."""
    data = cleaned(HoldBackForm(request.POST))
    withdraw_coupon(data["coupon"], by=request.actor, reason=data["reason"], request_key=request_key(request))
    return redirect("booking:reception", reception_id)


@look("booking.give_back_coupon")
def give_back(request, reception_id, coupon_id):
    """It is given out again."""
    give_back_coupon(coupon_id, by=request.actor, request_key=request_key(request))
    return redirect("booking:reception", reception_id)
