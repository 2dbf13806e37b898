"""Coupons and who has them; and how many of a reception are given out, for whole weeks at once."""
from django.db import connection
from django.db.models import F, FilteredRelation, Q

from emr import clock
from outpatient.booking.models import Coupon

LIVE = "b.cancelled_at is null and b.no_show_at is null and (b.held_until is null or b.held_until > %(now)s)"
COUNTS = f"""
with r as materialized (select * from booking_reception r where r.day between %(first)s and %(last)s
    and r.published_at is not null
    and r.cancelled_at is null and (%(specialty)s::uuid is null or r.specialty_id = %(specialty)s)
    and (%(doctor)s::uuid is null or r.doctor_id = %(doctor)s))
select r.id, r.day, r.specialty_id, coalesce(s.is_published, true) and coalesce(d.is_published, true), coalesce(s.needs_referral,
    false),
    coalesce(r.quota_online, d.quota_online, s.quota_online, %(q)s), coalesce(r.quota_advance, d.quota_advance, s.quota_advance,
        %(p)s),
    c.places, b.online, b.others, case when r.day > %(today)s then null else (
        select count(*) from booking_coupon c where c.reception_id = r.id and c.withdrawn_at is null and c.starts_at > %(now)s
        and not exists (select from booking_booking b where b.coupon_id = c.id and {LIVE})) end
from r
left join booking_specialty s on s.id = r.specialty_id
left join booking_doctorsetting d on d.doctor_id = r.doctor_id
cross join lateral (select count(*) as places from booking_coupon c where c.reception_id = r.id and c.withdrawn_at is null) c
cross join lateral (select count(*) filter (where b.channel = 'web') as online, count(*)
    filter (where b.channel <> 'web') as others
    from booking_booking b where b.reception_id = r.id and {LIVE}) b
"""


def seats(receptions):
    """Coupons of these receptions, each with what has it, in order of time: a booking, or a hold which may have expired.

    One query.
    """
    unfinished = Q(bookings__cancelled_at__isnull=True, bookings__no_show_at__isnull=True)
    return Coupon.objects.filter(reception__in=receptions).annotate(
        booked=FilteredRelation("bookings", condition=unfinished), booked_id=F("booked__pk"), booked_channel=F("booked__channel"),
        booked_patient=F("booked__patient"), booked_holder=F("booked__holder"), booked_until=F("booked__held_until"),
    ).select_related("reception__specialty", "reception__doctor__booking_setting", "reception__department").order_by(
        "starts_at", "reception__doctor__family", "reception", "number")


def counts(first, last, *, specialty=None, doctor=None, quota_online, quota_advance) -> list[tuple]:
    """Every standing reception of these days: id, day, specialty, is shown, needs a referral, both shares, places, given online,
    given otherwise, and for today how many are free and still to come. One query."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"first": first, "last": last, "now": clock.now(), "today": clock.today(), "q": quota_online,
                                "p": quota_advance, "specialty": getattr(specialty, "pk", specialty),
                                "doctor": getattr(doctor, "pk", doctor)})
        return cursor.fetchall()
