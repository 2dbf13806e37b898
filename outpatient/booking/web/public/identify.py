"""The visitor says who he is, without an account (R41-R52), and leaves."""
import re

from django import forms
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal
from emr.inputs import DayInput
from emr.models import Patient
from outpatient.booking import errors
from outpatient.booking.actions.identification import identify_visitor
from outpatient.booking.models import BookingSetting
from outpatient.booking.queries import hold
from outpatient.booking.queries import reception as receptions
from outpatient.booking.queries.clinic import own_buildings
from outpatient.booking.queries.setting import setting
from outpatient.booking.web.public.order import keep, look_again
from outpatient.booking.web.public.visitor import NEXT, forget, page, public, remember, wanted

DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})")


def text(label, length=120, required=True, help_text="", **attributes):
    return forms.CharField(label=label, max_length=length, required=required, help_text=help_text,
                           widget=forms.TextInput({"spellcheck": "false", **attributes}))


class IdentifyForm(forms.Form):
    """All requisites at once; which of them are asked follows from the institution's setting."""

    family = text(_("Family name"), autocomplete="family-name")
    initials = text(_("Initials of the first name and the patronymic"), 10, help_text=_("Two letters, such as A. P."),
                    autocomplete="off")
    given = text(_("Given name"), autocomplete="given-name")
    patronymic = text(_("Patronymic"), required=False, autocomplete="additional-name")
    birth_date = text(_("Birth date"), 20, required=False, help_text=_("Day, month and year, such as 01.02.1990"),
                      inputmode="decimal", autocomplete="bday", placeholder=_("DD.MM.YYYY"))
    birth_day = forms.DateField(label=_("or pick it in the calendar"), required=False, widget=DayInput)
    settlement = text(_("Town or village"), autocomplete="address-level2")
    street = text(_("Street"), required=False, help_text=_("One word of its name is enough; in a village without streets leave "
                                                           "it empty."),
                  autocomplete="off")
    house = text(_("House"), 20, help_text=_("With its building or letter, such as 53/2 or 17A"), autocomplete="off")
    flat = text(_("Flat"), 20, required=False, autocomplete="off")
    factor = text(_("Second proof"), 40, autocomplete="off")
    referral = text(_("Number of the referral"), 20, help_text=_("Ten letters and digits, below the words on the referral"),
                    autocomplete="off")
    field_order = ["referral"]

    def __init__(self, *args, row, full_names, **kwargs):
        super().__init__(*args, **kwargs)
        if row.population == BookingSetting.Population.REFERRAL:
            for name in set(self.fields) - {"referral", "birth_date", "birth_day"}:
                del self.fields[name]
            return
        short = row.identification == BookingSetting.Identification.SHORT
        left_out = ("referral", "initials") if short or full_names else ("referral", "given", "patronymic")
        left_out += ("settlement", "street", "house", "flat") if short else ()
        left_out += () if row.second_factor else ("factor",)
        for name in left_out:
            del self.fields[name]
        if row.second_factor:
            self.fields["factor"].label = row.get_second_factor_display()

    def clean(self):
        data = super().clean()
        typed = (data.get("birth_date") or "").strip()
        data["birth_date"] = ".".join(found.groups()) if (found := DIGITS.fullmatch(typed)) else typed or data.pop(
            "birth_day", None)
        if not data["birth_date"]:
            self.add_error("birth_date", _("Enter the birth date."))
        data.pop("birth_day", None)
        return data


@public
def identify(request):
    """Who is there? One answer for everything that does not fit; the coupon that was chosen waits meanwhile."""
    row, refusal = setting(), None
    full_names = request.POST.get("full_names") == "1"
    places = own_buildings()
    form = IdentifyForm(request.POST or None, row=row, full_names=full_names,
                        initial={"settlement": places[0].named("city") if places else ""})
    if request.method == "POST" and form.is_valid():
        try:
            patient = identify_visitor(by=hold.system(), address_of_client=request.META.get("REMOTE_ADDR", ""),
                                       **form.cleaned_data)
            return _go_on(request, patient)
        except errors.WidenNames as found:
            refusal, full_names = found, True
            form = IdentifyForm(initial=form.cleaned_data, row=row, full_names=True)
        except Refusal as found:
            refusal = found
    coupon = wanted(request)
    return page(request, "identify.html", {
        "form": form, "refusal": refusal, "full_names": full_names, "setting": row, "coupon": coupon and _coupon(coupon)},
        status=refusal.status if refusal else 422 if form.errors else 200)


def _coupon(pk):
    try:
        return receptions.public_coupon(pk)
    except Refusal:
        return None


def _go_on(request, patient):
    """Back to the coupon that was chosen, kept in his own name now; else to his coupons."""
    pk = wanted(request)
    remember(request, patient)
    request.visitor = patient
    coupon = pk and _coupon(pk)
    if not coupon:
        code = request.session.pop(NEXT, None)
        return redirect("polyclinic:own_doctor", code) if code else redirect("polyclinic:mine")
    try:
        keep(request, coupon)
    except Refusal as refusal:
        return look_again(request, coupon, refusal)
    return redirect("polyclinic:confirm", coupon.pk)


@public
def leave(request):
    """Exit: the site forgets who was there (R52). Who has signed in with an account is signed out."""
    forget(request)
    if isinstance(request.actor, Patient):
        logout(request)
    return redirect("polyclinic:home")
