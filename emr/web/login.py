"""Signing in and out."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.utils.translation import gettext_lazy as _

from emr import idle
from emr.actions.staff_pin import forgive
from emr.models import Staff
from emr.navigation import DEMO_LOGINS, ROLE_NAMES

YEAR = 365 * 24 * 3600


class SignInForm(AuthenticationForm):
    """User name and password; what went wrong is said without telling whether the name exists."""

    error_messages = {
        "invalid_login": _(
            "User name and password do not match. Check the keyboard layout and Caps Lock, then try again."
        ),
        "inactive": _("User name and password do not match. Check the keyboard layout and Caps Lock, then try again."),
    }
    username = forms.CharField(
        label=_("User name"),
        max_length=80,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    terminal = forms.ChoiceField(label=_("This terminal stands"), required=False, choices=list(idle.KINDS.items()), help_text=_(
        "On the ward it locks after 5 minutes without a touch, in an office after 15."))


class Login(LoginView):
    """The sign-in page; whoever is signed in already goes on to the page he wanted."""

    template_name = "emr/login/page.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_initial(self):
        return super().get_initial() | {"terminal": self.request.COOKIES.get(idle.KIND_COOKIE, idle.OFFICE)}

    def form_valid(self, form):
        if isinstance(form.get_user().actor, Staff):
            forgive(form.get_user().actor)
        response = super().form_valid(form)
        kind = idle.begin(self.request, form.cleaned_data["terminal"])
        response.set_cookie(idle.KIND_COOKIE, kind, max_age=YEAR, httponly=True, samesite="Lax",
                            secure=settings.SESSION_COOKIE_SECURE)
        return idle.seen(self.request, response)

    def get_context_data(self, **kwargs):
        rows = (
            [{"username": name, "role": ROLE_NAMES[name], "icon": icon} for name, icon in DEMO_LOGINS.items()]
            if settings.DEMO
            else []
        )
        return super().get_context_data(demo_logins=rows, **kwargs)


class Logout(LogoutView):
    """Sign out, by POST only. The browser is told to forget what it kept (docs/operations.md: what a browser holds).

    A field `keep`, set by emr/js/kept.js, says that entries of a colleague wait here for her to sign in again: then the script
    has wiped what belongs to this person, and only that.
    """

    def dispatch(self, request, *args, **kwargs):
        answer = super().dispatch(request, *args, **kwargs)
        if request.method == "POST" and not request.POST.get("keep"):
            answer["Clear-Site-Data"] = '"storage"'
        return answer
