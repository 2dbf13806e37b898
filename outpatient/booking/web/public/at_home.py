"""The doctor who comes home (R66-R68), and the doctor of one's own district (R69, R70)."""
from django.shortcuts import redirect

from emr import clock
from emr.errors import NotFound, Refusal
from emr.pages import request_key
from outpatient.booking.actions.house_call import request_house_call
from outpatient.booking.errors_at_home import DistrictDoctorUnknown
from outpatient.booking.models import HouseCall
from outpatient.booking.queries import house_call as queries
from outpatient.booking.queries import specialty as specialties
from outpatient.booking.queries.district import home_of
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.district import district_doctor
from outpatient.booking.rules.house_call import is_open
from outpatient.booking.web.public.visitor import NEXT, ask, page, personal, public

LONGEST_PHONE = HouseCall._meta.get_field("phone").max_length


@personal
def house_call(request):
    """Call a doctor to the address that stands in the card, for today; it is cancelled by telephone only."""
    refusal = None
    if request.method == "POST":
        try:
            request_house_call(by=request.visitor, phone=request.POST.get("phone", "")[:LONGEST_PHONE],
                               request_key=request_key(request))
            return redirect("polyclinic:mine")
        except Refusal as found:
            refusal = found
    row, calls = setting(), queries.of_visitor(request.visitor)
    return page(request, "house_call.html", {
        "setting": row, "is_open": is_open(row, clock.now()), "home": home_of(request.visitor), "house_calls": calls,
        "refusal": refusal,
        "longest": LONGEST_PHONE, "is_called": any(call.cancelled_at is None for call in calls)},
                status=refusal.status if refusal else 200)


@public
def own_doctor(request, code):
    """The days of the doctor of one's own district, found by the address; never a doctor at random."""
    one = specialties.one(code)
    if request.visitor is None:
        request.session[NEXT] = one.code
        return ask(request)
    own = district_doctor(request.visitor, one)
    try:
        doctor = own and specialties.doctor(one, own.doctor.pk)
    except NotFound:
        doctor = None
    if doctor is None:
        raise DistrictDoctorUnknown()
    return redirect("polyclinic:doctor", one.code, doctor.pk)
