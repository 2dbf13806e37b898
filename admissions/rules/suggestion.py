"""What the rules of a triage scale suggest, and why: the flag that decided is always told."""
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nursing.rules.vitals import CONSCIOUSNESS, SIGNS

WORDS = {
    "life_saving": _("needs a life-saving intervention now"), "high_risk": _("high-risk situation"),
    "fever": _("fever of a small child"), "tews": "TEWS", "mobility": _("Mobility"), "trauma": _("Injury"),
    "resources": _("Kinds of resources needed"), "consciousness": _("Consciousness"), "spo2": "SpO₂",
}
MOBILITY = {"walking": pgettext_lazy("mobility", "walks, or as usual for the age"),
            "help": pgettext_lazy("mobility", "with help"), "stretcher": pgettext_lazy("mobility", "lying, cannot move")}
CLINICAL_SIGNS = {
    "airway": _("airway blocked, not breathing"), "seizing": _("convulsing now"),
    "burn-face": _("burn of the face or inhaled smoke"),
    "glucose-low": _("blood sugar below 3 mmol/L"), "cardiac-arrest": _("cardiac arrest"),
    "confused": _("consciousness reduced, confused"), "chest-pain": _("chest pain"), "breathless": _("acute shortness of breath"),
    "coughing-blood": _("coughs blood"), "post-ictal": _("after a convulsion"),
    "focal-neurology": _("acute paralysis or loss of speech"),
    "aggression": _("aggression"), "threatened-limb": _("limb in danger"), "large-joint": _("large joint dislocated"),
    "open-fracture": _("open fracture"), "high-energy": _("accident with great force"),
    "stabbed-neck-chest": _("stab wound of neck or chest"), "bleeding-uncontrolled": _("bleeding that does not stop"),
    "burn-20": _("burn of more than 20 %"), "burn-electrical": _("electrical burn"),
    "burn-circumferential": _("burn all around a limb"),
    "burn-chemical": _("chemical burn"), "poisoning": _("poisoning or overdose"),
    "glucose-ketones": _("blood sugar above 11 mmol/L with ketones"), "vomiting-blood": _("vomits fresh blood"),
    "pregnant-abdomen-trauma": _("pregnant, injury of the abdomen"), "pregnant-abdomen-pain": _("pregnant, pain in the abdomen"),
    "severe-pain": _("severe pain"), "bleeding-controlled": _("bleeding that is stopped"),
    "finger-toe-joint": _("finger or toe dislocated"), "closed-fracture": _("closed fracture"), "burn-other": _("other burn"),
    "abdominal-pain": _("pain in the abdomen"), "glucose-high": _("blood sugar above 17 mmol/L without ketones"),
    "vomiting-persistent": _("vomits again and again"), "pregnant-trauma": _("pregnant, injury"),
    "pregnant-bleeding": _("pregnant, bleeding"), "moderate-pain": _("moderate pain"),
}


@dataclass(frozen=True)
class Flag:
    """One finding that decided: what, the value, the limit of the table."""

    key: str
    value: object = None
    limit: str = ""

    @property
    def text(self) -> str:
        """The flag in the reader's language: "Pulse 130 (>100)"."""
        if self.key.startswith("sign:"):
            return str(CLINICAL_SIGNS[self.key.removeprefix("sign:")])
        word = str(WORDS.get(self.key) or SIGNS[self.key].label)
        if self.key == "consciousness":
            return f"{word}: {CONSCIOUSNESS[self.value]}"
        value = "" if self.value is None else f" {self.value}"
        return f"{word}{value}{f' ({self.limit})' if self.limit else ''}"


@dataclass(frozen=True)
class Suggestion:
    """The level (1 most urgent; None: not enough is known), the flags that decided, what is missing, TEWS and its points."""

    scale: str
    version: str
    level: int | None
    flags: tuple = ()
    missing: tuple = ()
    score: int | None = None
    points: dict = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The flags in one line."""
        return "; ".join(flag.text for flag in self.flags)

    @property
    def lacks(self) -> str:
        """What is still needed, in one line."""
        return ", ".join(str(WORDS.get(key) or SIGNS[key].label) for key in self.missing)
