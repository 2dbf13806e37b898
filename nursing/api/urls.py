"""REST addresses of this app: lists, rows, one POST per act."""
from django.urls import path

from emr.api.acts import Nothing, act_view, list_view, row_view
from nursing.actions import infusion as infusions
from nursing.actions import medication_administration as acts
from nursing.actions.care_plan import plan_care, stop_care
from nursing.actions.care_task import do_care, skip_care, undo_care
from nursing.actions.dose_effect import record_effect, undo_effect
from nursing.actions.dose_escalation import set_waiting_times
from nursing.actions.dose_scan import name_pack
from nursing.actions.hand_over import hand_over, remark_hand_over, take_over, undo_remark, withdraw_hand_over
from nursing.actions.offline import set_aside_confirmation
from nursing.actions.patch_removal import remove_patch, undo_patch_removal
from nursing.actions.procedure import record_procedure
from nursing.actions.vitals import record_vitals, undo_vitals
from nursing.api import bedside, care, infusion, offline
from nursing.api import hand_over as handing
from nursing.api.medication_administration import (
    AdministerInput,
    AdministrationOutput,
    AsNeededInput,
    DoseFilters,
    DoseOutput,
    NotGivenInput,
    UndoInput,
)
from nursing.api.procedure import ProcedureInput, ProcedureOutput
from nursing.api.vitals import PanelOutput, VitalsInput
from nursing.queries import infusion as infusion_queries
from nursing.queries import medication_administration as administrations
from nursing.queries.dose_escalation import log_for
from nursing.queries.dose_scan import pack_codes
from nursing.queries.hand_over import listed, one
from nursing.queries.patch import patches_of
from nursing.rules.infusion_board import infusions as running_infusions
from nursing.rules.sheet import doses
from nursing.rules.ward_list import work

urlpatterns = [
    path("doses", list_view(doses, DoseOutput, look="nursing.see_worklist", filters=DoseFilters)),
    path("doses/<uuid:dose>/administer", act_view(acts.administer_dose, AdministerInput, AdministrationOutput, key=True)),
    path("doses/<uuid:dose>/refuse", act_view(acts.refuse_dose, NotGivenInput, AdministrationOutput, key=True)),
    path("doses/<uuid:dose>/withhold", act_view(acts.withhold_dose, NotGivenInput, AdministrationOutput, key=True)),
    path("doses/<uuid:dose>/set-aside",
         act_view(set_aside_confirmation, offline.SetAsideInput, offline.SetAsideOutput, key=True)),
    path("medication-requests/<uuid:row>/give",
         act_view(acts.give_as_needed, AsNeededInput, AdministrationOutput, key=True)),
    path("infusions", list_view(running_infusions, infusion.RunningOutput, look="nursing.see_worklist",
                                filters=infusion.InfusionFilters)),
    path("medication-requests/<uuid:row>/start-infusion",
         act_view(infusions.start_infusion, infusion.StartInput, infusion.InfusionEventOutput, key=True)),
    path("medication-requests/<uuid:row>/set-rate",
         act_view(infusions.set_infusion_rate, infusion.RateInput, infusion.InfusionEventOutput, key=True)),
    path("medication-requests/<uuid:row>/pause-infusion",
         act_view(infusions.pause_infusion, infusion.PauseInput, infusion.InfusionEventOutput, key=True)),
    path("medication-requests/<uuid:row>/resume-infusion",
         act_view(infusions.resume_infusion, infusion.ResumeInput, infusion.InfusionEventOutput, key=True)),
    path("medication-requests/<uuid:row>/change-bag",
         act_view(infusions.change_bag, infusion.ChangeBagInput, infusion.InfusionEventOutput, key=True)),
    path("medication-requests/<uuid:row>/end-infusion",
         act_view(infusions.end_infusion, infusion.EndInput, infusion.InfusionEventOutput, key=True)),
    path("infusion-events/<uuid:event>/undo",
         act_view(infusions.undo_infusion_event, infusion.InfusionUndoInput, infusion.InfusionEventOutput)),
    path("patients/<uuid:patient_id>/infusion-events",
         list_view(infusion_queries.of_patient, infusion.InfusionEventOutput, look="nursing.see_doses")),
    path("administrations/<uuid:administration>/undo", act_view(acts.undo_administration, UndoInput, AdministrationOutput)),
    path("administrations/<uuid:pk>", row_view(administrations.one, AdministrationOutput, look="nursing.see_doses")),
    path("patients/<uuid:patient_id>/administrations",
         list_view(administrations.of_patient, AdministrationOutput, look="nursing.see_doses")),
    path("encounters/<uuid:encounter>/vitals", act_view(record_vitals, VitalsInput, PanelOutput)),
    path("vitals/<uuid:panel_id>/undo", act_view(undo_vitals, UndoInput, PanelOutput)),
    path("encounters/<uuid:encounter>/procedures", act_view(record_procedure, ProcedureInput, ProcedureOutput)),
    path("administrations/<uuid:administration>/effect", act_view(record_effect, bedside.EffectInput, bedside.EffectOutput)),
    path("effects/<uuid:effect>/undo", act_view(undo_effect, UndoInput, bedside.EffectOutput)),
    path("administrations/<uuid:administration>/patch-off",
         act_view(remove_patch, bedside.PatchOffInput, bedside.PatchRemovalOutput, key=True)),
    path("patch-removals/<uuid:removal>/undo", act_view(undo_patch_removal, UndoInput, bedside.PatchRemovalOutput)),
    path("patients/<uuid:patient_id>/patches", list_view(patches_of, AdministrationOutput, look="nursing.see_doses")),
    path("packs", list_view(pack_codes, bedside.PackOutput, look="nursing.name_pack")),
    path("packs/name", act_view(name_pack, bedside.PackInput, bedside.PackOutput)),
    path("work", list_view(work, care.WorkOutput, look="nursing.see_worklist", filters=care.WorkFilters)),
    path("encounters/<uuid:encounter>/care", act_view(plan_care, care.CarePlanInput, care.CarePlanOutput, key=True)),
    path("care/<uuid:plan>/stop", act_view(stop_care, care.ReasonInput, care.CarePlanOutput)),
    path("care/<uuid:plan>/do", act_view(do_care, care.CareDoneInput, care.CareTaskOutput, key=True)),
    path("care/<uuid:plan>/skip", act_view(skip_care, care.CareSkippedInput, care.CareTaskOutput, key=True)),
    path("care-tasks/<uuid:task>/undo", act_view(undo_care, UndoInput, care.CareTaskOutput)),
    path("hand-overs", list_view(listed, handing.HandOverOutput, look="nursing.see_hand_over", filters=care.WorkFilters)),
    path("hand-overs/<uuid:pk>", row_view(one, handing.HandOverWhole, look="nursing.see_hand_over")),
    path("departments/<uuid:department>/hand-over", act_view(hand_over, handing.HandOverInput, handing.HandOverOutput, key=True)),
    path("hand-overs/<uuid:hand_over>/take", act_view(take_over, Nothing, handing.HandOverOutput, key=True)),
    path("hand-overs/<uuid:hand_over>/withdraw", act_view(withdraw_hand_over, UndoInput, handing.HandOverOutput)),
    path("encounters/<uuid:encounter>/remark", act_view(remark_hand_over, handing.RemarkInput, handing.RemarkOutput, key=True)),
    path("remarks/<uuid:remark>/undo", act_view(undo_remark, UndoInput, handing.RemarkOutput)),
    path("escalations", list_view(log_for, bedside.EscalationOutput, look="nursing.see_compliance")),
    path("waiting-times", act_view(set_waiting_times, bedside.WaitingTimesInput, bedside.WaitingTimesOutput)),
]
