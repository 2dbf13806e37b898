"""Kinds of formulary files, each line read into the fields of a product. Nothing is written here.

`fda`: the compact form of the FDA NDC directory (public domain): substances, dosage_form, route, strength, unit,
pharm_classes, dea_schedule, n_listings. `ours`: the columns of `orders/data/formulary_demo.csv`; only code and name are
needed.
"""
import hashlib
import re
from decimal import Decimal, InvalidOperation

from orders.errors import FormularyFileUnreadable

SOURCES = {"fda": "FDA NDC directory (public domain)", "ours": "formulary of the hospital"}
SHORT_ROUTES = {"oral": "PO", "intravenous": "IV", "intramuscular": "IM", "subcutaneous": "SC", "sublingual": "SL",
                "topical": "TOP",
                "rectal": "PR", "vaginal": "PV", "nasal": "NASAL", "respiratory (inhalation)": "INH", "ophthalmic": "EYE",
                "auricular (otic)": "EAR", "transdermal": "TD", "intradermal": "ID", "infiltration": "INF"}
STOCK_UNITS = ["tablet", "capsule", "suppository", "patch", "kit"]
PER_PIECE = re.compile(r"(mg|g|ug|mcg|meq|\[iU\])/(1|[\d.]+\s*mL)")
FLAGS = ("is_high_risk", "is_controlled", "is_time_critical")


def read(kind, lines):
    """Products of the file's lines; lines that name no substance are left out. Raises FormularyFileUnreadable."""
    columns, reader = KINDS[kind]
    for number, line in enumerate(lines, start=2):
        if columns - set(line):
            raise FormularyFileUnreadable(problem=f"the columns {', '.join(sorted(columns))} are needed")
        try:
            row = reader(line)
        except (InvalidOperation, AttributeError) as error:
            raise FormularyFileUnreadable(problem=f"line {number}: a number or a column is wrong") from error
        if row:
            yield row


def _fda(line):
    substances = [name.strip() for name in line["substances"].split(";") if name.strip()]
    if not substances:
        return None
    strength, unit = line["strength"].strip(), line["unit"].strip()
    what = "|".join(line[name] for name in ("substances", "dosage_form", "route", "strength", "unit"))
    route = line["route"].split(";")[0].strip()
    piece = PER_PIECE.fullmatch(unit) if len(substances) == 1 else None
    form = line["dosage_form"].strip()
    return {"code": f"fda-{hashlib.sha256(what.encode()).hexdigest()[:12]}", "name": ", ".join(substances)[:300],
            "form": form[:120], "route": SHORT_ROUTES.get(route, route)[:40], "strength": _words(strength, unit)[:200],
            "dose_per_unit": Decimal(strength) if piece and strength else None,
            "dose_unit": piece[1].replace("ug", "mcg") if piece and strength else "",
            "stock_unit": next((word for word in STOCK_UNITS if word in form), "unit"),
            "is_controlled": bool(line["dea_schedule"].strip()), "ingredients": substances}


def _words(strengths, units):
    """0.5 mg/2.5mL + 3 mg/2.5mL: never a point without its nought, never the Greek letter."""
    parts = [f"{strength.strip()} {unit.strip().removesuffix('/1')}" for strength, unit in
             zip(strengths.split(";"), units.split(";"), strict=False) if strength.strip()]
    text = " + ".join("0" + part if part.startswith(".") else part for part in parts)
    return text.replace("/.", "/0.").replace(" ug", " mcg").replace("[iU]", "IU")


def _ours(line):
    if not line["code"].strip() or not line["name"].strip():
        return None
    texts = {name: (line.get(name) or "").strip() for name in ("code", "name", "name_ru", "trade_name", "atc", "form", "strength",
                                                               "route", "dose_unit", "source")}
    amount = (line.get("dose_per_unit") or "").strip()
    return {**texts, "dose_per_unit": Decimal(amount) if amount else None, "stock_unit": (line.get("stock_unit") or "unit")
            .strip(),
            "other_names": [name.strip().casefold() for name in (line.get("other_names") or "").split("|") if name.strip()],
            "ingredients": [name.strip() for name in (line.get("ingredients") or "").split(";") if name.strip()],
            **{flag: (line.get(flag) or "").strip() == "1" for flag in FLAGS}}


KINDS = {"fda": ({"substances", "dosage_form", "route", "strength", "unit", "dea_schedule"}, _fda),
         "ours": ({"code", "name"}, _ours)}
