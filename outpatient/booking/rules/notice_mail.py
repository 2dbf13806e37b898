"""The message itself, in the patient's language. Nothing medical stands in it beyond what the institution allows."""
from email.mime.text import MIMEText

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from outpatient.booking.models import BookingNotice
from outpatient.booking.rules import link
from outpatient.booking.rules.calendar_file import calendar_file, method_of, summary, where
from outpatient.booking.rules.notice import STEPS, says_both

Kind = BookingNotice.Kind


def mail_of(notice: BookingNotice, row, institution, to: list[str], *, must_confirm=False) -> EmailMessage:
    """The mail of a notice, not yet sent; its Message-ID is the notice's own, so that a mail sent again is known as the same.

    `must_confirm`: the patient keeps the coupon only by confirming it on the eve (R75).
    """
    booking = notice.booking
    with translation.override(booking.patient.language or settings.LANGUAGE_CODE):
        starts = timezone.localtime(booking.coupon.starts_at)
        told = {
            "kind": notice.kind, "booking": booking, "institution": institution, "row": row, "starts": starts,
            "who": booking.patient.given,
            "summary": summary(booking, row, institution), "where": where(booking, institution), "must_confirm": must_confirm,
            "says_both": notice.kind == Kind.ORDERED and says_both(row, booking), "zone": settings.TIME_ZONE,
            "visit_url": link.address(link.VISIT, booking), "offer_url": link.address(link.OFFER, booking),
            "account_url": f"{settings.PUBLIC_URL}{reverse('booking:account')}"}
        subject = " ".join(render_to_string("booking/notice/subject.txt", told).split())
        mail = EmailMessage(subject, render_to_string("booking/notice/mail.txt", told).strip() + "\n", to=to,
                            headers={"Message-ID": f"<{notice.pk}@booking>", "Auto-Submitted": "auto-generated"})
        if notice.kind in STEPS:
            part = MIMEText(calendar_file(notice, row, institution, to=to[0]).decode(), "calendar", "utf-8")
            part.set_param("method", method_of(notice))
            part.add_header("Content-Disposition", "attachment", filename="visit.ics")
            mail.attach(part)
    return mail
