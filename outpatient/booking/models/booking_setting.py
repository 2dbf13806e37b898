import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id
from outpatient.booking.models.specialty import is_a_share, share


def working_days():
    """Monday to Saturday."""
    return [1, 2, 3, 4, 5, 6]


class BookingSetting(models.Model):
    """How this institution gives out its coupons (spec booking 14). Without a row the defaults of the columns hold."""

    class Identification(models.TextChoices):
        FULL = "full", _("name, initials, birth date and address")
        SHORT = "short", _("full name and birth date")

    class Factor(models.TextChoices):
        NONE = "", _("nothing more")
        CARD = "card", _("the number of the card")
        PHONE = "phone", _("the last four digits of the telephone")
        POLICY = "policy", _("the number of the insurance policy")

    class Population(models.TextChoices):
        ATTACHED = "attached", _("patients with a card here")
        REFERRAL = "referral", _("patients with a referral")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.OneToOneField("emr.Institution", models.PROTECT, related_name="booking_setting")
    online_hours = models.JSONField(default=list, blank=True,
                                    help_text='Empty = always; else [{"days": [1,2,3,4,5], "from": "07:00", "until": "20:00"}]')
    horizon_days = models.PositiveSmallIntegerField(default=14)
    same_day_online = models.BooleanField(default=False)
    quota_online = share(30)
    quota_advance = share(100)
    release_time = models.TimeField(default=dt.time(7), help_text="Of the eve: what was kept back for it is given out")
    month_limit = models.PositiveSmallIntegerField(default=2,
                                                   help_text="Own online bookings per patient and calendar month; 0 = no limit")
    hold_minutes = models.PositiveSmallIntegerField(default=5)
    paper_required = models.BooleanField(default=True)
    identification = models.CharField(max_length=8, choices=Identification, default=Identification.FULL)
    second_factor = models.CharField(max_length=8, choices=Factor, blank=True, help_text="What the form asks besides (A15, A16)")
    checkin_lead_minutes = models.PositiveSmallIntegerField(default=20)
    grace_minutes = models.PositiveSmallIntegerField(default=10)
    reminder_time = models.TimeField(default=dt.time(18))
    mail_names_specialty = models.BooleanField(default=False, help_text="Mails name the specialty and the doctor (R74)")
    visit_cost = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True,
                                     help_text="What a missed visit costs the institution: told in reminders; empty = not told")
    offer_minutes = models.PositiveSmallIntegerField(default=60,
                                                     help_text="How long the waiting list keeps an offered coupon, 30 to 120")
    housecall_from = models.TimeField(default=dt.time(7))
    housecall_until = models.TimeField(default=dt.time(12))
    housecall_days = ArrayField(models.PositiveSmallIntegerField(), default=working_days, help_text="1 = Monday")
    housecall_closing = models.TimeField(default=dt.time(20), help_text="Who is not visited by then stands on the red list")
    no_show_ladder = models.BooleanField(default=False)
    reopen_delay_minutes = models.PositiveSmallIntegerField(default=0,
                                                            help_text="A freed coupon opens online after up to so many minutes")
    age_from = models.PositiveSmallIntegerField(null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Exclusive: a children's polyclinic says 18")
    population = models.CharField(max_length=8, choices=Population, default=Population.ATTACHED)
    step_minutes = models.PositiveSmallIntegerField(default=15)
    slip_names_specialty = models.BooleanField(default=False,
                                               help_text="Paper names the specialty too, for whoever finds it (security 4.5)")

    class Meta:
        constraints = [
            *is_a_share("setting"),
            models.CheckConstraint(name="an_offer_stands_half_an_hour_to_two",
                                   condition=Q(offer_minutes__gte=30, offer_minutes__lte=120)),
            models.CheckConstraint(name="house_calls_close_after_they_open",
                                   condition=Q(housecall_until__gt=F("housecall_from"))),
        ]

    def __str__(self):
        return str(self.institution)


class DoctorSetting(models.Model):
    """What a doctor is asked for, and where his share differs from his specialty's (R26)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    doctor = models.OneToOneField("emr.Staff", models.PROTECT, related_name="booking_setting")
    specialty = models.ForeignKey("booking.Specialty", models.PROTECT, related_name="+")
    is_published = models.BooleanField(default=True)
    quota_online = share()
    quota_advance = share()
    step_minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = is_a_share("doctor")

    def __str__(self):
        return f"{self.doctor} {self.specialty}"
