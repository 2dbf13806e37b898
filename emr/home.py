"""What stands on the first page: for each role the fragments that say what its reader must do next, in order.

With settings, urls and navigation a place that names upper apps, as strings only. A fragment is a page without head
(`<app>:home_…`) that its app answers to `hx-get`; a name that does not resolve (an app switched off) is left out.
"""
from django.urls import NoReverseMatch, reverse

EMERGENCY = ["admissions:home_alerts", "admissions:home_emergency", "laboratory:home_inbox"]
FRAGMENTS = {
    "er_nurse": ["admissions:home_emergency", "orders:home_verbal", "nursing:home_card", "laboratory:home_collection"],
    "er_doctor": ["orders:home_verbal", "nursing:home_late", *EMERGENCY, "admissions:home_beds", "orders:home_card",
                  "emr:today_drafts"],
    "ward_doctor": ["admissions:home_alerts", "orders:home_verbal", "nursing:home_late", "laboratory:home_inbox",
                    "admissions:home_ward", "admissions:home_beds", "outpatient:home_doctor",
                    "emr:today_drafts", "orders:home_card"],
    "ward_nurse": ["orders:home_verbal", "nursing:home_card", "admissions:home_ward", "laboratory:home_collection"],
    "student_nurse": ["nursing:home_card", "admissions:home_ward"],
    "intern": ["admissions:home_ward", "emr:today_drafts"],
    "head_nurse": ["orders:home_verbal", "nursing:home_late", "nursing:home_card", "admissions:home_ward", "admissions:home_beds",
                   "emr:today_glasses"],
    "lab": ["laboratory:home_bench", "laboratory:home_collection"],
    "pharmacist": ["orders:home_verification", "orders:home_card"],
    "registrar": ["booking:home_registry", "outpatient:home_registry", "admissions:home_beds", "emr:today_patients"],
    "call_operator": ["booking:home_registry"],
    "accountant": ["billing:home_card"], "cashier": ["billing:home_card"],
    "manager": ["billing:home_figures", "billing:home_card"],
    "admin": ["emr:today_accounts"],
    "patient": ["booking:home_patient", "outpatient:home_patient"],
    "integration": ["fhir_export:home_inbox"],
}
MOST = 8
STARTS = {"kiosk": "booking:kiosk"}  # devices whose first page is another one


def fragments(actor) -> list[str]:
    """Addresses of the actor's fragments, those of his first role first, none twice, at most eight."""
    names = [name for role in sorted(actor.role_names) for name in FRAGMENTS.get(role, [])]
    found = (_address(name) for name in dict.fromkeys(names))
    return [url for url in found if url][:MOST]


def start(actor) -> str:
    """Where a device begins; empty for people."""
    names = actor.role_names
    return next((_address(STARTS[name]) for name in names if name in STARTS), "") if len(names) == 1 else ""


def _address(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
