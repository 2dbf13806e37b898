"""Staff, roles, shifts, logins and tokens over the API."""
from rest_framework import serializers

from emr.models import Staff
from emr.queries import staff as queries


class RoleOutput(serializers.Serializer):
    id = serializers.UUIDField()
    role = serializers.CharField()
    department = serializers.UUIDField(source="department_id")
    since = serializers.DateField()
    until = serializers.DateField()


class StaffOutput(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    family = serializers.CharField()
    given = serializers.CharField()
    patronymic = serializers.CharField()
    position = serializers.CharField()
    code = serializers.CharField()
    left_on = serializers.DateField()
    roles = RoleOutput(many=True, source="roles.all")


class StaffFilters(serializers.Serializer):
    text = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="Words of name or position, number")
    role = serializers.CharField(required=False, max_length=40)
    department = serializers.UUIDField(required=False)


class EnrolInput(serializers.Serializer):
    family = serializers.CharField(max_length=120)
    given = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    patronymic = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    position = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")
    code = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField([(kind.value, kind.label) for kind in Staff.Kind if kind != Staff.Kind.SYSTEM],
                                   default="person")
    username = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class RoleInput(serializers.Serializer):
    role = serializers.CharField(max_length=40)
    department = serializers.UUIDField(required=False, allow_null=True, default=None)
    since = serializers.DateField(required=False, allow_null=True, default=None)
    until = serializers.DateField(required=False, allow_null=True, default=None)


class EndRoleInput(serializers.Serializer):
    until = serializers.DateField(required=False, allow_null=True, default=None)


class LeaveInput(serializers.Serializer):
    left_on = serializers.DateField(required=False, allow_null=True, default=None)


class ShiftInput(serializers.Serializer):
    department = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class ShiftOutput(serializers.Serializer):
    id = serializers.UUIDField()
    staff = serializers.UUIDField(source="staff_id")
    department = serializers.UUIDField(source="department_id")
    starts_at = serializers.DateTimeField(source="during.lower")
    ends_at = serializers.DateTimeField(source="during.upper")


class ShiftFilters(serializers.Serializer):
    department = serializers.UUIDField(required=False)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)


class PasswordInput(serializers.Serializer):
    password = serializers.CharField(max_length=200, trim_whitespace=False, write_only=True)


class PinInput(serializers.Serializer):
    pin = serializers.CharField(max_length=8, write_only=True, help_text="4 to 8 digits")
    password = serializers.CharField(max_length=200, trim_whitespace=False, write_only=True, help_text="One's own, typed again")


class BadgeInput(serializers.Serializer):
    code = serializers.CharField(max_length=100, allow_blank=True, write_only=True,
                                 help_text="As the reader reads it; empty takes it away")


class PinOutput(serializers.Serializer):
    staff = serializers.UUIDField(source="staff_id")
    set_at = serializers.DateTimeField()


class UserOutput(serializers.Serializer):
    id = serializers.UUIDField()
    username = serializers.CharField()
    is_active = serializers.BooleanField()


class TokenInput(serializers.Serializer):
    user = serializers.UUIDField()
    label = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    days = serializers.IntegerField(required=False, default=90, min_value=1, max_value=3660)


class TokenOutput(serializers.Serializer):
    """`token` is filled once, in the answer that issues it."""

    id = serializers.UUIDField()
    user = serializers.UUIDField(source="user_id")
    label = serializers.CharField()
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField()
    token = serializers.SerializerMethodField()

    def get_token(self, row) -> str:
        return getattr(row, "plain", "")


def staff(actor, text="", role="", department=None):
    """Staff in name order with their roles."""
    return queries.staff(actor, text, role, department)


def member(actor, staff_id):
    """One member of staff with roles."""
    return queries.member(actor, staff_id)


def shifts(actor, department=None, since=None, until=None):
    """Shifts that touch a time (a week from now on unless given)."""
    return queries.shifts(actor, department, since, until)


def tokens(actor):
    """API tokens, the latest first; never the token itself."""
    return queries.tokens(actor)
