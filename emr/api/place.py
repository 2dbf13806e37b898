"""Departments, wards, rooms and beds over the API."""
from rest_framework import serializers

from emr.models import Department, Room
from emr.queries import bed as bed_queries
from emr.queries import staff as staff_queries


class DepartmentOutput(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    phone = serializers.CharField()


class DepartmentFilters(serializers.Serializer):
    kind = serializers.ChoiceField(Department.Kind.choices, required=False)


class BedOutput(serializers.Serializer):
    id = serializers.UUIDField()
    label = serializers.CharField()
    room = serializers.CharField(source="room.code", read_only=True)
    room_sex = serializers.CharField(source="room.sex", read_only=True)
    is_isolation = serializers.BooleanField(source="room.is_isolation", read_only=True)
    ward = serializers.CharField(source="room.ward.code", read_only=True)
    department = serializers.UUIDField(source="room.ward.department_id", read_only=True)
    is_taken = serializers.BooleanField(default=False)


class BedFilters(serializers.Serializer):
    department = serializers.UUIDField(required=False)
    free = serializers.BooleanField(required=False, allow_null=True, default=None)


class DepartmentInput(serializers.Serializer):
    code = serializers.SlugField(max_length=60)
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(Department.Kind.choices)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class WardInput(serializers.Serializer):
    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=200)


class WardOutput(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    department = serializers.UUIDField(source="department_id")


class RoomInput(serializers.Serializer):
    code = serializers.CharField(max_length=20)
    sex = serializers.ChoiceField(Room.Sex.choices, required=False, default="any")
    is_isolation = serializers.BooleanField(required=False, default=False)


class RoomOutput(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    ward = serializers.UUIDField(source="ward_id")
    sex = serializers.CharField()
    is_isolation = serializers.BooleanField()


class BedInput(serializers.Serializer):
    label = serializers.CharField(max_length=20)


class NewBedOutput(serializers.Serializer):
    id = serializers.UUIDField()
    label = serializers.CharField()
    room = serializers.UUIDField(source="room_id")


def departments(actor, kind=""):
    """Departments of our institution, by name."""
    return staff_queries.departments(actor, kind)


def beds(actor, department=None, free=None):
    """Beds by label, with whether somebody lies in them now."""
    return bed_queries.beds(actor, department, free)
