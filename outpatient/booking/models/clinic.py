from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from emr.ids import new_id


class Clinic(models.Model):
    """A building of the directory in which patients are received (R1, R11): our own buildings, and others of the town."""

    class Region(models.TextChoices):
        MINSK_CITY = "minsk-city", gettext_lazy("City of Minsk")
        BREST = "brest", gettext_lazy("Brest region")
        VITEBSK = "vitebsk", gettext_lazy("Vitebsk region")
        GOMEL = "gomel", gettext_lazy("Gomel region")
        GRODNO = "grodno", gettext_lazy("Grodno region")
        MINSK = "minsk", gettext_lazy("Minsk region")
        MOGILEV = "mogilev", gettext_lazy("Mogilev region")

    class Kind(models.TextChoices):
        ADULT = "adult", pgettext_lazy("institution", "for adults")
        CHILDREN = "children", pgettext_lazy("institution", "for children")
        WOMEN = "women", pgettext_lazy("institution", "women's consultation")
        STUDENT = "student", pgettext_lazy("institution", "for students")
        DENTAL = "dental", pgettext_lazy("institution", "dental")
        OUTPATIENT = "outpatient", pgettext_lazy("institution", "outpatient clinic")

    TITLES = {
        Kind.ADULT: gettext_lazy("Polyclinic no. {number}"), Kind.CHILDREN: gettext_lazy("Children's polyclinic no. {number}"),
        Kind.WOMEN: gettext_lazy("Women's consultation of polyclinic no. {number}"),
        Kind.STUDENT: gettext_lazy("Student polyclinic no. {number}"),
        Kind.DENTAL: gettext_lazy("Dental polyclinic no. {number}"),
        Kind.OUTPATIENT: gettext_lazy("Outpatient clinic no. {number}"),
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.ForeignKey("emr.Institution", models.PROTECT, null=True, blank=True, related_name="+",
                                    help_text="Whose building this is, when it is served here; empty = only its address is known")
    region = models.CharField(max_length=12, choices=Region)
    city = models.CharField(max_length=80)
    city_ru = models.CharField(max_length=80, blank=True)
    city_be = models.CharField(max_length=80, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True,
                                              help_text="Type and number are its name; ours may have another")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=120, blank=True, help_text="What one of our buildings is called")
    street = models.CharField(max_length=120)
    street_ru = models.CharField(max_length=120, blank=True)
    street_be = models.CharField(max_length=120, blank=True)
    house = models.CharField(max_length=10)
    building = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    site = models.URLField(blank=True)
    source = models.CharField(max_length=200, help_text="Where this is known from")
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees north; empty = not on the map")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees east")
    placed_from = models.CharField(max_length=120, blank=True, help_text="Whose map the place was read from; the map names it")

    class Meta:
        ordering = [F("number").asc(nulls_first=True), "kind"]
        constraints = [
            models.UniqueConstraint(fields=["region", "city", "kind", "number"], name="one_clinic_per_kind_and_number",
                                    condition=Q(number__isnull=False)),
            models.CheckConstraint(name="a_clinic_has_a_number_or_is_ours",
                                   condition=Q(number__isnull=False) | Q(institution__isnull=False)),
            models.CheckConstraint(name="a_place_on_the_map_is_whole", condition=Q(latitude__isnull=True, longitude__isnull=True)
                                   | Q(latitude__range=(-85, 85), longitude__range=(-180, 180))),
        ]

    def __str__(self):
        return self.title or str(self.TITLES[self.kind]).format(number=self.number)

    def named(self, what):
        """City or street in the reader's language, as far as it is known in it."""
        return getattr(self, f"{what}_{(get_language() or '')[:2]}", "") or getattr(self, what)

    @property
    def address(self):
        """City, street, house and building, as one writes it here."""
        form = _("{city}, {street}, {house}, building {building}") if self.building else _("{city}, {street}, {house}")
        return form.format(city=self.named("city"), street=self.named("street"), house=self.house, building=self.building)
