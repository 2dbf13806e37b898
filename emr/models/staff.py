from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class Staff(models.Model):
    """Somebody who acts for the institution: a person, another system, or this system itself (FHIR Practitioner)."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        INTEGRATION = "integration", _("Other system")
        SYSTEM = "system", _("This system")
        OUTSIDE = "outside", _("Of another institution")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField("emr.User", models.PROTECT, null=True, blank=True, related_name="staff")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    family = models.CharField(max_length=120)
    given = models.CharField(max_length=120, blank=True)
    patronymic = models.CharField(max_length=120, blank=True)
    position = models.CharField(max_length=160, blank=True)
    code = models.CharField(max_length=80, unique=True, help_text="Personnel number, or the code in the sending system")
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["family", "given"]
        verbose_name_plural = "staff"

    def __str__(self):
        return self.short_name

    @property
    def short_name(self):
        """Family name with initials, as papers of the ward show it."""
        initials = "".join(f" {part[0]}." for part in (self.given, self.patronymic) if part)
        return f"{self.family}{initials}"

    @property
    def full_name(self):
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)

    @cached_property
    def live_roles(self):
        """The roles held today, read once per loaded row."""
        today = clock.today()
        held = [r for r in self.roles.all() if r.since <= today and (r.until is None or r.until >= today)]
        return [] if self.left_on and self.left_on < today else held

    @property
    def role_names(self):
        return {role.role for role in self.live_roles}

    @property
    def department_ids(self):
        """Departments in which some role is held; care links follow from them."""
        return {role.department_id for role in self.live_roles if role.department_id}

    def may(self, act: str) -> bool:
        """Does one of the roles held today allow this act?"""
        from emr.permissions import allowed

        return self.kind == self.Kind.SYSTEM or any(act in allowed(role) for role in self.role_names)

    def may_alone(self, act: str) -> bool:
        """May this person do it without an instructor: a role that is not a learner's allows it."""
        from emr.permissions import LEARNERS, allowed

        return self.kind == self.Kind.SYSTEM or any(act in allowed(role) for role in self.role_names - LEARNERS)

    def as_author(self):
        """How a journal row names this actor."""
        return {"by_staff": self}


class StaffRole(models.Model):
    """A role held in a department (or the whole institution) for a time. Role names and their acts: emr/permissions.py."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey("emr.Staff", models.PROTECT, related_name="roles")
    role = models.CharField(max_length=40)
    department = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="a_role_ends_after_it_begins",
                                              condition=Q(until__isnull=True) | Q(until__gte=F("since")))]

    def __str__(self):
        return self.role
