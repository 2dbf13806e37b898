"""Checking what was scanned before a dose is given, and keeping it (D3, D4, P10). Not scanning is measured, never forbidden."""
from dataclasses import dataclass

from emr import clock
from emr.acts import LAST_LINE, act
from emr.journal import record
from emr.rules.texts import fits
from nursing.errors import (
    NoSuchProduct,
    PackCodeTaken,
    PackIsExpired,
    UnknownPack,
    UnreadableCode,
    WrongDrug,
    WrongPatient,
)
from nursing.models import DoseScan, PackCode
from nursing.queries import dose_scan as queries
from nursing.rules import gs1
from nursing.rules import pack as packs
from nursing.rules.stock_use import units_of
from orders.models import Medication, StockLot


@dataclass(frozen=True)
class Checked:
    """What was scanned and fits the dose; `lot` when the pack names one that lies on the ward."""

    wristband: bool = False
    pack: packs.Scanned | None = None
    reason: str = ""
    lot: StockLot | None = None


def checked(row, *, wristband, scanned, reason, at) -> Checked:
    """Do wristband and pack fit this dose? Runs inside the act that gives it.

    Raises WrongPatient, UnreadableCode, WrongDrug, PackIsExpired, UnknownPack; TextTooLong for the reason.
    """
    fits(DoseScan, reason=reason)
    if wristband:
        worn = queries.wearer(wristband.strip()[:packs.LONGEST])
        if worn is None or worn.pk != row.patient_id:
            raise WrongPatient(scanned=wristband.strip()[:40], patient=row.patient.short_name, number=row.patient.number)
    if not scanned:
        return Checked(bool(wristband), reason=reason.strip())
    found = packs.read(scanned, clock.day_of(at))
    drug = row.request.medication
    fitting = found.holds(drug)
    if fitting is False:
        raise WrongDrug(scanned=found.name, medication=str(drug))
    if found.expires_on and found.expires_on < clock.day_of(at):
        raise PackIsExpired(lot=found.lot_number or found.gtin, expired=found.expires_on.isoformat())
    if fitting is None:
        raise UnknownPack(gtin=found.gtin)
    fits(DoseScan, lot_number=found.lot_number, serial=found.serial)
    return Checked(bool(wristband), found, reason.strip(), _lying(row, found))


def _lying(row, found):
    # A lot that the books do not have on this ward holds nobody up: the first to expire is taken, the scan keeps what was read.
    if not found.lot_number or not row.department_id:
        return None
    wanted = units_of(row.request.medication, row.amount, row.unit or row.request.dose_unit)
    return queries.lying_lot(row.request.medication, found.lot_number, row.department_id, wanted)


def keep(scan: Checked, fact, by) -> DoseScan | None:
    """Write down what was scanned, and why something was not. Nothing scanned and no reason leaves no row."""
    if not (scan.wristband or scan.pack or scan.reason):
        return None
    read = scan.pack or packs.Scanned()
    return DoseScan.objects.create(
        administration=fact, wristband=scan.wristband, pack=bool(scan.pack), gtin=read.gtin, lot_number=read.lot_number,
        expires_on=read.expires_on, serial=read.serial, reason=scan.reason, recorded_by=by)


@act("nursing.name_pack")
def name_pack(*, by, code, medication):
    """Say which product bears this number: `code` is what the reader reads from the pack, or its 14 digits.

    Naming it anew ends what was said before. Raises UnreadableCode, NoSuchProduct, PackCodeTaken (named so already).
    """
    drug = Medication.objects.filter(pk=getattr(medication, "pk", medication)).first()
    if drug is None:
        raise NoSuchProduct()
    gtin = _gtin(code.strip())
    before = PackCode.objects.select_for_update(no_key=True).filter(gtin=gtin, ended_at__isnull=True).first()
    if before:
        if before.medication_id == drug.pk:
            raise PackCodeTaken(gtin=gtin)
        before.ended_at = clock.now()
        before.save(update_fields=["ended_at"])
    row = PackCode.objects.create(gtin=gtin, medication=drug, named_by=by)
    record(row, gtin=gtin, medication=str(drug), **({"was": str(before.medication)} if before else {}))
    return row


def _gtin(code):
    if code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14):
        code = f"01{code:0>14}"
    try:
        return gs1.read(code, clock.today()).gtin
    except gs1.NotGs1 as error:
        raise UnreadableCode(problem=str(error)) from error


LAST_LINE["one_product_per_pack_code"] = lambda: PackCodeTaken(gtin="")
