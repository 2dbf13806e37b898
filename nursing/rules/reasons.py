"""Why a dose was refused or withheld: the lists a nurse chooses from (D2). The row keeps the code, or words of her own."""
from django.utils.translation import gettext_lazy as _

REFUSED = {
    "does-not-want": _("does not want it"), "nausea": _("nausea"), "taste": _("taste or size of the drug"),
    "fears-side-effects": _("fears side effects"), "feels-well": _("feels well without it"),
}
WITHHELD = {
    "absent": _("not on the ward"), "nil-by-mouth": _("nothing by mouth"), "asleep": _("asleep"), "vomiting": _("vomiting"),
    "low-pressure": _("pressure too low"), "slow-pulse": _("pulse too slow"), "no-access": _("no venous access"),
    "not-available": _("drug not available"), "told-by-doctor": _("the doctor said so"), "reaction": _("suspected reaction"),
}
NOT_SCANNED = {
    "band-missing": _("no wristband on the patient"), "band-unreadable": _("the wristband cannot be read"),
    "pack-unreadable": _("the code of the pack cannot be read"), "pack-without-code": _("the pack has no code"),
    "pack-unknown": _("the pack is not known"), "reader-broken": _("the reader does not work"),
    "isolation": _("isolation, no reader in the room"), "emergency": _("emergency"),
}
NOT_DONE = {
    "does-not-want": _("does not want it"), "absent": _("not on the ward"), "asleep": _("asleep"),
    "not-needed": _("not needed now"),
    "unstable": _("too unwell for it"), "no-material": _("material not available"), "told-by-doctor": _("the doctor said so"),
}
SET_ASIDE = {  # why what was pressed without network gives way to what the record says
    "same-giving": _("the same giving, recorded twice"), "pressed-in-error": _("pressed by mistake: it was not given"),
    "had-it-twice": _("the patient had it TWICE: the doctor has been told"),
    "given-all-the-same": _("it was given all the same: the doctor has been told"),
    "recorded-by-hand": _("recorded in another way"),
}
BETWEEN = "; "


def joined(code: str, words: str = "") -> str:
    """What is stored: the chosen code, the nurse's own words, or both."""
    return BETWEEN.join(part for part in (code, words.strip()) if part)


def said(reason: str) -> str:
    """The stored reason as people read it, in the language of the reader."""
    code, between, words = (reason or "").partition(BETWEEN)
    known = REFUSED.get(code) or WITHHELD.get(code) or NOT_SCANNED.get(code) or NOT_DONE.get(code) or SET_ASIDE.get(code)
    return f"{known}{between}{words}" if known else reason
