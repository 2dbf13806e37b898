"""REST addresses of floor 1: lists, rows, one POST per act. The chart's own stand in `record_urls`."""
from django.urls import path

from emr.actions import break_glass as glass_acts
from emr.actions import patient as patient_acts
from emr.actions import patient_merge as merge_acts
from emr.actions import place as place_acts
from emr.actions import staff as staff_acts
from emr.actions import staff_pin as pin_acts
from emr.actions import user as user_acts
from emr.api import patient, place, record_urls, staff
from emr.api.acts import Nothing, act_view, list_view, row_view
from emr.queries import staff as staff_queries

PEOPLE = [
    path("patients", list_view(patient.patients, patient.PatientOutput, look="emr.search_patients",
                               filters=patient.PatientFilters)),
    path("patients/register", act_view(patient_acts.register_patient, patient.RegisterInput, patient.PatientOutput)),
    path("patients/register-unknown", act_view(patient_acts.register_unknown_patient, patient.UnknownInput,
                                               patient.PatientOutput)),
    path("me", row_view(patient.me, patient.PatientDetails, look="emr.see_own_chart")),
    path("patients/<uuid:patient_id>", row_view(patient.patient, patient.PatientDetails, look="emr.see_chart")),
    path("patients/<uuid:patient>/identify", act_view(patient_acts.identify_patient, patient.PersonInput,
                                                      patient.PatientOutput)),
    path("patients/<uuid:patient>/correct", act_view(patient_acts.correct_patient, patient.CorrectInput,
                                                     patient.PatientOutput)),
    path("patients/<uuid:patient>/identifiers/add", act_view(patient_acts.add_identifier, patient.IdentifierInput,
                                                             patient.IdentifierOutput)),
    path("patients/<uuid:patient>/note-death", act_view(patient_acts.note_death, patient.DeathInput, patient.PatientOutput)),
    path("patients/<uuid:patient>/break-glass", act_view(glass_acts.break_glass, patient.GlassInput, patient.GlassOutput)),
    path("patients/<uuid:survivor>/merge", act_view(merge_acts.merge_patients, patient.MergeInput, patient.MergeOutput)),
    path("patients/<uuid:survivor>/merge-preview/<uuid:retired>",
         row_view(patient.merge_preview, patient.PreviewOutput, look="emr.merge_patients")),
    path("merges/<uuid:merge>/unmerge", act_view(merge_acts.unmerge_patients, patient.UnmergeInput, patient.MergeOutput)),
    path("glasses", list_view(staff_queries.glasses, patient.GlassOutput, look="emr.review_glass")),
    path("glasses/<uuid:glass>/review", act_view(glass_acts.review_glass, patient.VerdictInput, patient.GlassOutput)),
]

STAFF = [
    path("staff", list_view(staff.staff, staff.StaffOutput, look="emr.see_staff", filters=staff.StaffFilters)),
    path("staff/enrol", act_view(staff_acts.enrol_staff, staff.EnrolInput, staff.StaffOutput)),
    path("staff/<uuid:staff_id>", row_view(staff.member, staff.StaffOutput, look="emr.see_staff")),
    path("staff/<uuid:staff>/grant-role", act_view(staff_acts.grant_role, staff.RoleInput, staff.RoleOutput)),
    path("staff/<uuid:staff>/set-shift", act_view(staff_acts.set_shift, staff.ShiftInput, staff.ShiftOutput)),
    path("staff/<uuid:staff>/leave", act_view(staff_acts.end_employment, staff.LeaveInput, staff.StaffOutput)),
    path("roles/<uuid:role>/end", act_view(staff_acts.end_role, staff.EndRoleInput, staff.RoleOutput)),
    path("shifts", list_view(staff.shifts, staff.ShiftOutput, look="emr.see_staff", filters=staff.ShiftFilters)),
    path("users/<uuid:user>/set-password", act_view(user_acts.set_password, staff.PasswordInput, staff.UserOutput)),
    path("my-pin/set", act_view(pin_acts.set_pin, staff.PinInput, staff.PinOutput)),
    path("staff/<uuid:staff>/badge", act_view(pin_acts.issue_badge, staff.BadgeInput, staff.PinOutput)),
    path("tokens", list_view(staff.tokens, staff.TokenOutput, look="emr.issue_token")),
    path("tokens/issue", act_view(user_acts.issue_token, staff.TokenInput, staff.TokenOutput)),
    path("tokens/<uuid:token>/revoke", act_view(user_acts.revoke_token, Nothing, staff.TokenOutput)),
]

PLACES = [
    path("departments", list_view(place.departments, place.DepartmentOutput, look="emr.see_places",
                                  filters=place.DepartmentFilters)),
    path("departments/set-up", act_view(place_acts.set_up_department, place.DepartmentInput, place.DepartmentOutput)),
    path("departments/<uuid:department>/wards/set-up", act_view(place_acts.set_up_ward, place.WardInput, place.WardOutput)),
    path("wards/<uuid:ward>/rooms/set-up", act_view(place_acts.set_up_room, place.RoomInput, place.RoomOutput)),
    path("rooms/<uuid:room>/beds/set-up", act_view(place_acts.set_up_bed, place.BedInput, place.NewBedOutput)),
    path("beds", list_view(place.beds, place.BedOutput, look="emr.see_places", filters=place.BedFilters)),
]

urlpatterns = [*PEOPLE, *STAFF, *PLACES, *record_urls.urlpatterns]
