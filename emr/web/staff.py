"""Staff on pages: who works here, roles, shifts, logins, tokens."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.actions import staff as acts
from emr.actions import user as user_acts
from emr.inputs import DayInput, MomentInput
from emr.models import Department, Staff
from emr.navigation import ROLE_NAMES
from emr.pages import cleaned, look, page_of, request_key
from emr.permissions import ROLES
from emr.queries import staff as queries
from emr.web.staff_pin import BadgeForm

MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


def role_choices():
    """Roles that can be granted, in the words of the menu."""
    return sorted(((role, ROLE_NAMES.get(role, role)) for role in ROLES if role not in acts.NOT_GIVEN),
                  key=lambda row: str(row[1]))


class EnrolForm(forms.Form):
    family = forms.CharField(label=_("Family name"), max_length=120, widget=forms.TextInput({"autofocus": True}))
    given = forms.CharField(label=_("Given name"), max_length=120, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=120, required=False)
    position = forms.CharField(label=_("Position"), max_length=160, required=False)
    code = forms.CharField(label=_("Personnel number"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=[(k.value, k.label) for k in Staff.Kind if k != Staff.Kind.SYSTEM])
    username = forms.CharField(label=_("User name"), max_length=80, required=False, help_text=_("Empty: no login."))


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=role_choices)
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.all(), required=False,
                                        empty_label=_("Whole institution"))
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)


class ShiftForm(forms.Form):
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.all())
    starts_at = forms.DateTimeField(label=_("Begins"), widget=MomentInput, input_formats=MOMENTS)
    ends_at = forms.DateTimeField(label=_("Ends"), widget=MomentInput, input_formats=MOMENTS)


class PasswordForm(forms.Form):
    password = forms.CharField(label=_("New password"), max_length=200, strip=False,
                               widget=forms.PasswordInput({"autocomplete": "new-password"}))


class TokenForm(forms.Form):
    label = forms.CharField(label=_("What for"), max_length=80, required=False)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=3660, initial=90)


@look("emr.see_staff")
def found(request):
    """Who works here, with roles; filtered by words and role."""
    text, role = request.GET.get("q", ""), request.GET.get("role", "")
    page = page_of(request, queries.staff(request.actor, text, role))
    for row in page:
        row.role_words = [(ROLE_NAMES.get(role.role, role.role), role.department) for role in row.live_roles]
    context = {"page": page, "words": text, "role": role, "roles": role_choices(),
               "may_enrol": request.actor.may("emr.enrol_staff")}
    return render(request, "emr/staff/_rows.html" if request.htmx else "emr/staff/list.html", context)


@look("emr.see_staff")
def member(request, staff_id):
    """One member of staff: roles, coming shifts, login, tokens, and what may be done about them."""
    row = queries.member(request.actor, staff_id)
    names = ("grant_role", "end_role", "set_shift", "set_password", "issue_badge", "issue_token", "revoke_token",
             "end_employment")
    may = {name: request.actor.may(f"emr.{name}") for name in names}
    roles = [(role, ROLE_NAMES.get(role.role, role.role)) for role in row.roles.all()]
    return render(request, "emr/staff/page.html", {
        "member": row, "roles": roles, "may": may, "shifts": queries.shifts().filter(staff=row),
        "tokens": queries.tokens(user=row.user_id) if row.user_id and may["issue_token"] else [],
        "role_form": RoleForm(), "shift_form": ShiftForm(), "password_form": PasswordForm(), "badge_form": BadgeForm(),
        "token_form": TokenForm()})


@look("emr.enrol_staff")
def enrol(request):
    """Enrol somebody; roles and password follow on the next page."""
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = acts.enrol_staff(**form.cleaned_data, by=request.actor, request_key=request_key(request))
        return redirect("emr:staff_member", row.pk)
    return render(request, "emr/staff/enrol.html", {"form": form}, status=422 if request.method == "POST" else 200)


@look("emr.grant_role")
@require_POST
def grant_role(request, staff_id):
    """Give a role."""
    acts.grant_role(staff_id, **cleaned(RoleForm(request.POST)), by=request.actor, request_key=request_key(request))
    return redirect("emr:staff_member", staff_id)


@look("emr.end_role")
@require_POST
def end_role(request, role_id):
    """Let a role end at once."""
    row = acts.end_role(role_id, by=request.actor, request_key=request_key(request))
    return redirect("emr:staff_member", row.staff_id)


@look("emr.set_shift")
@require_POST
def set_shift(request, staff_id):
    """Put somebody on duty."""
    acts.set_shift(staff_id, **cleaned(ShiftForm(request.POST)), by=request.actor, request_key=request_key(request))
    return redirect("emr:staff_member", staff_id)


@look("emr.set_password")
@require_POST
def set_password(request, staff_id):
    """Give the login a new password."""
    row = queries.member(request.actor, staff_id)
    user_acts.set_password(row.user_id, **cleaned(PasswordForm(request.POST)), by=request.actor, request_key=request_key(request))
    return redirect("emr:staff_member", staff_id)


@look("emr.issue_token")
@require_POST
def issue_token(request, staff_id):
    """Issue an API token and show it, this once."""
    row = queries.member(request.actor, staff_id)
    token = user_acts.issue_token(row.user_id, **cleaned(TokenForm(request.POST)), by=request.actor,
                                  request_key=request_key(request))
    return render(request, "emr/staff/token.html", {"member": row, "token": token, "plain": getattr(token, "plain", "")})


@look("emr.revoke_token")
@require_POST
def revoke_token(request, staff_id, token_id):
    """Withdraw an API token."""
    user_acts.revoke_token(token_id, by=request.actor, request_key=request_key(request))
    return redirect("emr:staff_member", staff_id)


@look("emr.end_employment")
@require_POST
def leave(request, staff_id):
    """Somebody leaves today: login, tokens and roles end."""
    acts.end_employment(staff_id, by=request.actor, request_key=request_key(request))
    return redirect("emr:staff_member", staff_id)
