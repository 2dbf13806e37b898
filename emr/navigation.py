"""The menu, by role, and what every page needs of its surroundings. With settings and urls the only place that names upper apps.

An entry whose url name does not exist (an app switched off) is left out. One database query at most per request: the
institution, which `emr.queries.institution` keeps for a minute.
"""
from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from emr import clock

DOCTORS = frozenset({"er_doctor", "ward_doctor", "doctor", "head_doctor"})
NURSES = frozenset({"er_nurse", "ward_nurse", "head_nurse"})
WARD = frozenset({"ward_doctor", "ward_nurse", "head_nurse"})
EMERGENCY = frozenset({"er_doctor", "er_nurse"})
LABORATORY = frozenset({"lab"})
PHARMACY = frozenset({"pharmacist"})
REGISTRY = frozenset({"registrar", "call_operator"})
MONEY = frozenset({"accountant", "cashier"})
MANAGERS = frozenset({"manager", "admin"})
CLINICAL = DOCTORS | NURSES
STAFF = CLINICAL | LABORATORY | PHARMACY | REGISTRY | MONEY | MANAGERS
LANGUAGE_NAMES = {"en": "English", "ru": "Русский", "be": "Беларуская"}


@dataclass(frozen=True)
class Entry:
    """One line of the menu: url name, word, icon, who sees it, the letter after `g`."""

    name: str
    label: object
    icon: str
    roles: frozenset
    key: str = ""


MENU = [
    ("", [
        Entry("emr:home", _("Today"), "home", STAFF | {"patient", "integration"}, "h"),
        Entry("emr:patients", _("Patients"), "users", STAFF, "p"),
        Entry("emr:my_record", _("My record"), "clipboard-text", frozenset({"patient"}), "r"),
        Entry("booking:my_coupons", _("My coupons"), "ticket", frozenset({"patient"}), "c"),
    ]),
    (_("Emergency"), [
        Entry("admissions:emergency", _("Emergency board"), "ambulance", EMERGENCY | {"manager", "registrar"}, "e"),
        Entry("admissions:beds", _("Bed board"), "bed", CLINICAL | {"registrar", "manager"}, "b"),
    ]),
    (_("Ward"), [
        Entry("admissions:ward", _("Ward board"), "layout-grid", WARD, "w"),
        Entry("nursing:medication", _("Medication"), "pill", CLINICAL, "m"),
        Entry("nursing:vitals", _("Vitals"), "activity", CLINICAL, "v"),
        Entry("nursing:tasks", _("Tasks"), "list-check", CLINICAL, "t"),
        Entry("nursing:handover", _("Handover"), "transfer-in", CLINICAL, "o"),
        Entry("admissions:requests", _("Admission requests"), "door-enter", WARD | {"registrar"}, "a"),
    ]),
    (_("Polyclinic"), [
        Entry("outpatient:day", _("My reception"), "stethoscope", DOCTORS, "d"),
        Entry("outpatient:dispensary", _("Dispensary observation"), "checkup-list", DOCTORS | {"head_nurse"}),
        Entry("booking:desk", _("Registry desk"), "ticket", REGISTRY, "c"),
        Entry("booking:queue", _("Queue"), "users", REGISTRY | DOCTORS, "q"),
        Entry("booking:schedule", _("Schedules"), "calendar-time", REGISTRY | {"manager"}),
        Entry("booking:house_calls", _("House calls"), "map-pin", REGISTRY | DOCTORS),
        Entry("booking:calls", _("Call centre"), "headset", frozenset({"call_operator", "registrar"})),
        Entry("booking:campaigns", _("Campaigns"), "vaccine", REGISTRY | {"manager"}),
    ]),
    (_("Laboratory"), [
        Entry("laboratory:worklist", _("Worklist"), "microscope", LABORATORY, "l"),
        Entry("laboratory:collection", _("Collection list"), "test-pipe", LABORATORY | NURSES),
        Entry("laboratory:results", _("New results"), "report-medical", CLINICAL | LABORATORY, "n"),
    ]),
    (_("Pharmacy"), [
        Entry("orders:verification", _("Orders to check"), "clipboard-check", PHARMACY, "v"),
        Entry("orders:formulary", _("Formulary"), "medicine-syrup", PHARMACY | DOCTORS, "f"),
        Entry("orders:stock", _("Stock"), "packages", PHARMACY | {"head_nurse"}, "s"),
    ]),
    (_("Money"), [
        Entry("billing:accounts", _("Accounts"), "file-invoice", MONEY | {"manager"}, "a"),
        Entry("billing:cashier", _("Cash desk"), "cash", frozenset({"cashier"}), "k"),
        Entry("billing:tariffs", _("Tariffs"), "list-details", MONEY | {"manager"}),
        Entry("billing:reports", _("Cost reports"), "report-money", frozenset({"accountant", "manager"})),
    ]),
    (_("Exchange"), [
        Entry("fhir_export:inbox", _("Received documents"), "file-import", DOCTORS | {"registrar", "admin"}, "i"),
        Entry("fhir_export:sent", _("Sent documents"), "file-export", DOCTORS | {"admin"}),
    ]),
    (_("Management"), [
        Entry("emr:reports", _("Reports"), "chart-line", MANAGERS | {"head_nurse"}, "y"),
        Entry("emr:staff", _("Staff and shifts"), "id", MANAGERS | {"head_nurse"}),
        Entry("emr:journal", _("Journal"), "history", MANAGERS, "j"),
        Entry("emr:access_log", _("Who read what"), "eye", MANAGERS),
        Entry("emr:settings", _("Institution"), "settings", frozenset({"admin"})),
    ]),
]

ROLE_NAMES = {
    "er_nurse": _("Emergency nurse"), "er_doctor": _("Emergency physician"), "ward_doctor": _("Ward physician"), "ward_nurse": _("Ward nurse"),
    "head_nurse": _("Head nurse"), "doctor": _("Physician"), "head_doctor": _("Head of department"), "lab": _("Laboratory"),
    "pharmacist": _("Pharmacist"), "registrar": _("Registrar"), "call_operator": _("Call centre operator"), "accountant": _("Accountant"),
    "cashier": _("Cashier"), "manager": _("Manager"), "admin": _("Administrator"), "patient": _("Patient"), "integration": _("Other system"),
}

KEYS = [
    {"label": _("Everywhere"), "keys": [
        ("?", _("these keys")), ("Ctrl K", _("go to a page or find a patient")), ("/", _("into the search field")),
        ("Ctrl Enter", _("send the form")), ("Alt P", _("print")), ("Esc", _("close, leave a field"))]},
    {"label": _("In lists"), "keys": [
        ("j  k", _("next, previous row")), ("Enter", _("open the row")), ("x", _("tick the row")), ("n  p", _("next, previous page"))]},
]


def context(request):
    """What templates find everywhere: actor, institution, menu, keys, the time."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "actor_role": SimpleLazyObject(lambda: ", ".join(str(ROLE_NAMES.get(role, role)) for role in sorted(actor.role_names)) if actor else ""),
        "institution": SimpleLazyObject(_institution),
        "demo": settings.DEMO,
        "now": clock.now(),
        "nav": SimpleLazyObject(lambda: menu(request)),
        "nav_quick": SimpleLazyObject(lambda: _quick(menu(request))),
        "keys": SimpleLazyObject(lambda: keys(request)),
        "languages": [(code, LANGUAGE_NAMES.get(code, name)) for code, name in settings.LANGUAGES],
        "home_url": _address("emr:home") or "/",
        "search_url": _address("emr:patients") if actor and actor.role_names & STAFF else "",
        "language_url": _address("emr:language"),
        "logout_url": _address("emr:logout"),
    }


def menu(request):
    """The groups of the menu that the actor's roles open, with addresses; groups without an entry are left out."""
    if hasattr(request, "_menu"):
        return request._menu
    actor = getattr(request, "actor", None)
    roles, taken, groups = (set(actor.role_names) if actor else set()), set(), []
    for label, entries in MENU:
        shown = []
        for entry in entries:
            url = _address(entry.name) if entry.roles & roles else ""
            if not url:
                continue
            key = entry.key if entry.key not in taken else ""
            taken.add(key)
            shown.append({"label": entry.label, "icon": entry.icon, "url": url, "key": key, "name": entry.name})
        if shown:
            groups.append({"label": label, "entries": shown})
    _mark_current(request.path, groups)
    request._menu = groups
    return groups


def keys(request):
    """The keyboard help: the fixed keys and the letters of the menu."""
    letters = [(f"g {entry['key']}", entry["label"]) for group in menu(request) for entry in group["entries"] if entry["key"]]
    return [*KEYS, {"label": pgettext_lazy("keyboard", "Go to"), "keys": letters}] if letters else KEYS


def _quick(groups):
    """Four entries for the bottom bar of a phone: home, then what the role uses most (the first of its groups)."""
    entries = [entry for group in groups for entry in group["entries"]]
    return entries[:4]


def _mark_current(path, groups):
    """The entry with the longest address that begins the present path is the current one."""
    entries = [entry for group in groups for entry in group["entries"]]
    fitting = [entry for entry in entries if path == entry["url"] or (entry["url"] != "/" and path.startswith(entry["url"]))]
    if fitting:
        max(fitting, key=lambda entry: len(entry["url"]))["current"] = True


def _address(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _institution():
    from emr.queries import institution

    return institution.current()
