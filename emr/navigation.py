"""The menu, by role, and what every page needs of its surroundings.

With settings and urls the only place that names upper apps, as strings.

An entry whose url name does not exist (an app switched off) is left out. One database query at most per request: the
institution, which `emr.queries.institution` keeps for a minute.
"""

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from emr import clock, idle

LANGUAGE_NAMES = {"en": "English", "ru": "Русский", "be": "Беларуская"}


@dataclass(frozen=True)
class Entry:
    """One line of the menu: url name, word, icon, the look or act that opens it, the letter after `g`."""

    name: str
    label: object
    icon: str
    look: str
    key: str = ""


MENU = [
    (
        "",
        [
            Entry("emr:home", _("Today"), "home", "", "h"),
            Entry("emr:patients", _("Patients"), "users", "emr.search_patients", "p"),
            Entry("emr:my_record", _("My record"), "clipboard-text", "emr.see_own_chart", "r"),
        ],
    ),
    (
        _("Emergency"),
        [
            Entry("admissions:board", _("Emergency board"), "ambulance", "admissions.see_board", "e"),
        ],
    ),
    (
        _("Ward"),
        [
            Entry("admissions:ward", _("Ward board"), "layout-grid", "admissions.see_ward", "w"),
            Entry("nursing:worklist", _("Medication"), "pill", "nursing.see_worklist", "m"),
            Entry("orders:verbal", _("Verbal orders"), "signature", "orders.see_verbal_orders"),
            Entry("nursing:vitals", _("Vitals"), "activity", "nursing.record_vitals", "v"),
            Entry("nursing:hand_over", _("Hand-over"), "arrows-exchange", "nursing.see_hand_over", "h"),
            Entry("admissions:beds", _("Beds"), "bed", "admissions.see_beds", "b"),
            Entry("admissions:requests", _("Admissions"), "door-enter", "admissions.answer_admission", "a"),
            Entry("nursing:compliance", _("Doses on time"), "clock-exclamation", "nursing.see_compliance", "d"),
        ],
    ),
    (
        _("Admission and movement"),
        [
            Entry("emr:phrases", _("Phrases"), "message", "emr.see_phrases"),
            Entry("admissions:consults", _("Consults"), "stethoscope", "admissions.answer_consult"),
            Entry("admissions:casualties", _("Many casualties"), "barcode", "admissions.receive_casualty"),
            Entry("admissions:journal", _("Journal of admissions"), "list-details", "admissions.see_journal"),
            Entry("admissions:calls", _("Calls of today"), "phone-call", "admissions.note_call"),
            Entry("admissions:receipts", _("Patients handed over"), "transfer-in", "admissions.see_receipts"),
            Entry("admissions:movement", _("Patient movement"), "arrows-exchange", "admissions.see_movement"),
        ],
    ),
    (
        _("Laboratory"),
        [
            Entry("laboratory:bench", _("Bench"), "microscope", "laboratory.see_bench", "l"),
            Entry("laboratory:collection", _("Collection list"), "test-pipe", "laboratory.see_collection", "c"),
            Entry("laboratory:inbox", _("New results"), "report-medical", "laboratory.see_inbox", "n"),
        ],
    ),
    (
        _("Pharmacy"),
        [
            Entry("orders:verification", _("Orders to verify"), "check", "orders.see_verification"),
            Entry("orders:policies", _("Policies of orders"), "list-check", "orders.see_order_policies"),
            Entry("orders:formulary", _("Formulary"), "medicine-syrup", "orders.see_formulary", "f"),
            Entry("orders:rules", _("Rules of the checks"), "alert-triangle", "orders.see_safety_rules"),
            Entry("orders:set_shelf", _("Order sets"), "clipboard-list", "orders.see_order_sets"),
            Entry("orders:fatigue", _("Checks that speak"), "alert-triangle", "orders.see_fatigue"),
            Entry("orders:stock", _("Stock"), "packages", "orders.see_stock", "s"),
            Entry("nursing:packs", _("Numbers of packs"), "scan", "nursing.name_pack"),
        ],
    ),
    (
        _("Polyclinic"),
        [
            Entry("outpatient:visits", _("Visits"), "stethoscope", "outpatient.see_visits", "o"),
            Entry("booking:receptions", _("Coupons"), "ticket", "booking.see_receptions", "t"),
            Entry("booking:desk", _("Registry desk"), "headset", "booking.see_desk", "k"),
            Entry("booking:queue", _("Queue"), "list-check", "booking.see_queue", "q"),
            Entry("booking:timetable", _("Timetables"), "calendar-time", "booking.add_template"),
            Entry("booking:offices", _("Offices"), "door", "booking.see_office"),
            Entry("booking:calls", _("Telephone"), "phone", "booking.see_calls"),
            Entry("booking:campaigns", _("Dialling campaigns"), "phone", "booking.begin_campaign"),
            Entry("booking:house_calls", _("House calls"), "home", "booking.see_house_calls"),
            Entry("booking:districts", _("Districts"), "list-check", "booking.see_districts"),
            Entry("booking:duplicates", _("Records to join"), "users", "booking.see_duplicates"),
            Entry("outpatient:permissions", _("Permissions ending"), "hourglass", "outpatient.see_permissions"),
            Entry("booking:untold", _("To telephone"), "phone", "booking.see_untold"),
            Entry("booking:no_shows", _("Missed visits"), "calendar-x", "booking.see_no_shows"),
            Entry("booking:waiting_list", _("Waiting list"), "bell", "booking.see_waiting_list"),
            Entry("booking:statistics", _("Figures of the receptions"), "chart-line", "booking.see_statistics"),
            Entry("booking:my_bookings", _("My coupons"), "calendar-check", "emr.see_own_chart"),
            Entry("booking:account", _("Personal account"), "users", "booking.see_account"),
        ],
    ),
    (
        _("Money"),
        [
            Entry("billing:accounts", _("Accounts"), "file-invoice", "billing.see_accounts", "u"),
            Entry("billing:desk", _("Cashier's desk"), "cash", "billing.see_desk", "x"),
            Entry("billing:tariffs", _("Tariffs"), "list-details", "billing.see_tariffs"),
            Entry("billing:totals", _("Cost reports"), "report-money", "billing.see_totals", "y"),
            Entry("billing:statistics", _("Statistics"), "chart-line", "billing.see_statistics", "z"),
            Entry("billing:periods", _("Months of the books"), "lock", "billing.see_books"),
        ],
    ),
    (
        _("Exchange"),
        [
            Entry("fhir_export:received", _("Received"), "file-import", "fhir_export.see_inbox", "i"),
            Entry("fhir_export:sent", _("Sent"), "file-export", "fhir_export.see_sent"),
        ],
    ),
    (
        _("Management"),
        [
            Entry("emr:staff", _("Staff and roles"), "id", "emr.see_staff"),
            Entry("emr:settings", _("Places"), "building", "emr.set_up_department"),
            Entry("booking:settings", _("How coupons are given out"), "settings", "booking.change_setting"),
            Entry("booking:duties", _("Duty roster"), "lifebuoy", "booking.set_duty"),
            Entry("booking:appeals", _("Appeals"), "message", "booking.answer_appeal"),
            Entry("booking:kiosk_pages", _("Pages of the kiosk"), "news", "booking.write_kiosk_page"),
            Entry("emr:journal", _("Journal"), "history", "emr.see_audit", "j"),
            Entry("emr:glasses", _("Emergency access"), "shield-lock", "emr.review_glass"),
            Entry("emr:access_log", _("Who read what"), "eye", "emr.see_access_log"),
        ],
    ),
]

ROLE_NAMES = {
    "er_nurse": _("Emergency nurse"),
    "er_doctor": _("Emergency physician"),
    "ward_doctor": _("Ward physician"),
    "ward_nurse": _("Ward nurse"),
    "student_nurse": _("Student nurse"),
    "intern": _("Doctor in training"),
    "head_nurse": _("Head nurse"),
    "lab": _("Laboratory"),
    "pharmacist": _("Pharmacist"),
    "registrar": _("Registrar"),
    "call_operator": _("Call centre operator"),
    "kiosk": _("Kiosk in the hall"),
    "accountant": _("Accountant"),
    "cashier": _("Cashier"),
    "manager": _("Manager"),
    "admin": _("Administrator"),
    "patient": _("Patient"),
    "integration": _("Other system"),
}
# One demo login per role, password "demo", and its icon on the page of signing in.
DEMO_LOGINS = {
    "er_nurse": "nurse", "er_doctor": "ambulance", "ward_doctor": "stethoscope", "ward_nurse": "nurse",
    "student_nurse": "nurse", "intern": "stethoscope", "head_nurse": "clipboard-check", "lab": "microscope",
    "pharmacist": "pill", "registrar": "ticket", "call_operator": "headset", "kiosk": "device-desktop",
    "accountant": "calculator", "cashier": "cash", "manager": "chart-line", "admin": "settings", "patient": "user",
    "integration": "arrows-exchange",
}

KEYS = [
    {
        "label": _("Everywhere"),
        "keys": [
            ("?", _("these keys")),
            ("Ctrl K", _("go to a page or find a patient")),
            ("/", _("into the search field")),
            ("Ctrl Enter", _("send the form")),
            ("Alt P", _("print")),
            ("Esc", _("close, leave a field")),
        ],
    },
    {
        "label": _("In lists"),
        "keys": [
            ("j  k", _("next, previous row")),
            ("Enter", _("open the row")),
            ("x", _("tick the row")),
            ("n  p", _("next, previous page")),
        ],
    },
]


def context(request):
    """What templates find everywhere: actor, institution, menu, keys, the time."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "actor_role": SimpleLazyObject(
            lambda: ", ".join(str(ROLE_NAMES.get(role, role)) for role in sorted(actor.role_names)) if actor else ""
        ),
        "institution": SimpleLazyObject(_institution),
        "demo": settings.DEMO,
        "now": clock.now(),
        "nav": SimpleLazyObject(lambda: menu(request)),
        "nav_quick": SimpleLazyObject(lambda: _quick(menu(request))),
        "keys": SimpleLazyObject(lambda: keys(request)),
        "languages": [(code, LANGUAGE_NAMES.get(code, name)) for code, name in settings.LANGUAGES],
        "home_url": _address("emr:home") or "/",
        "search_url": _address("emr:patients") if actor and actor.may("emr.search_patients") else "",
        "language_url": _address("emr:language"),
        "logout_url": _address("emr:logout"),
        "lock_after": idle.limit(request.session) if actor and not getattr(request, "auth", None) else 0,
        "pin_url": _address("emr:own_pin") if actor and actor.may("emr.set_pin") else "",
    }


def menu(request):
    """The groups of the menu that the actor may open, with addresses; groups without an entry are left out."""
    if hasattr(request, "_menu"):
        return request._menu
    actor = getattr(request, "actor", None)
    taken, groups = set(), []
    for label, entries in MENU:
        shown = []
        for entry in entries:
            url = _address(entry.name) if actor and (not entry.look or actor.may(entry.look)) else ""
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
    letters = [
        (f"g {entry['key']}", entry["label"]) for group in menu(request) for entry in group["entries"] if entry["key"]
    ]
    return [*KEYS, {"label": pgettext_lazy("keyboard", "Go to"), "keys": letters}] if letters else KEYS


def _quick(groups):
    """Four entries for the bottom bar of a phone: home, then what the role uses most (the first of its groups)."""
    entries = [entry for group in groups for entry in group["entries"]]
    return entries[:4]


def _mark_current(path, groups):
    """The entry with the longest address that begins the present path is the current one."""
    entries = [entry for group in groups for entry in group["entries"]]
    fitting = [
        entry for entry in entries if path == entry["url"] or (entry["url"] != "/" and path.startswith(entry["url"]))
    ]
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
