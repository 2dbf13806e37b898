"""Scanning at the bedside: wristband, then pack, then the dose is given (D3); the numbers of packs."""
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.errors import Malformed
from emr.pages import back, look, page_of, request_key
from emr.printing import qr
from nursing.actions.dose_scan import name_pack
from nursing.errors import NothingDueOfIt
from nursing.queries import dose_scan as queries
from nursing.queries import worklist
from nursing.rules import pack, reasons, scanning
from nursing.rules.sheet import dose_of
from nursing.web.medication_administration import AsNeededForm, GiveForm
from orders.models import Medication, StockLot


@look("nursing.see_worklist")
def scan(request):
    """What was scanned: a wristband opens the patient's doses, a pack after it the dose that it is for."""
    code, band = request.GET.get("code", "").strip()[:300], request.GET.get("wristband", "").strip()[:300]
    if not code:
        raise Malformed(problem="code: nothing was scanned")
    bedside = scanning.scanned(request.actor, code, band)
    context = {"bedside": bedside, "patient": bedside.person and bedside.person.patient, "band": bedside.wristband,
               "may_give": request.actor.may("nursing.administer_dose")}
    if bedside.pack and bedside.person:
        return _dose(request, bedside, code, context)
    return render(request, "nursing/scan/_patient.html", context)


def _dose(request, bedside, code, context):
    """The dose for which this pack is, ready to be given with one press."""
    cell, line = bedside.fitting()
    scanned = {"wristband": bedside.wristband, "pack": code}
    if cell:
        cell = dose_of(request.actor, cell.dose.pk)
        return render(request, "nursing/scan/_give.html", context | {
            "cell": cell, "request_row": cell.line.request, "give": GiveForm(actor=request.actor, initial=scanned),
            "sites": worklist.last_sites(cell.dose)})
    if line:
        form = AsNeededForm(actor=request.actor, initial=scanned | {"reason": line.request.as_needed_for})
        return render(request, "nursing/scan/_give.html", context | {"cell": None, "request_row": line.request, "give": form})
    raise NothingDueOfIt(patient=context["patient"].short_name, scanned=bedside.pack.name)


@look("nursing.name_pack")
def packs(request):
    """Which number on a pack is which product; entering one."""
    if request.method == "POST":
        name_pack(by=request.actor, code=request.POST.get("code", ""), medication=_product(request.POST.get("medication", "")),
                  request_key=request_key(request))
        return back(request, "nursing:packs")
    drugs = Medication.objects.filter(is_active=True)[:2000]
    return render(request, "nursing/scan/packs.html", {"page": page_of(request, queries.pack_codes()), "drugs": drugs})


def _product(text):
    found = Medication.objects.filter(code=text).first()
    if found is None:
        raise Malformed(problem=str(_("medication: choose one of the list")))
    return found


@look("nursing.see_worklist")
def label(request, lot_id):
    """Our own label of a lot, for packs without a code."""
    lot = get_object_or_404(StockLot.objects.select_related("medication"), pk=lot_id)
    return render(request, "nursing/scan/label.html", {"lot": lot, "qr": qr(pack.own_code(lot), scale=4), "today": clock.today(),
                                                       "reasons": reasons.NOT_SCANNED})
