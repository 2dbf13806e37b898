"""Who may do and see what: one table, role -> names of acts and looks.

An act is declared with `@act("app.verb_noun")`, a look (a page or list) with `@look("app.see_noun")`; a name is granted
only here. What a role may read of a chart stands in SECTIONS. After `spec/security` 4.1: no clinical right follows
from being an administrator, and nobody below the money floor sees money.
"""
from functools import cache

CHART = {"emr.see_chart", "emr.see_places", "emr.search_patients", "emr.break_glass", "orders.see_orders",
         "laboratory.see_results", "nursing.see_doses", "emr.see_document", "emr.see_journal", "fhir_export.see_received"}
FACTS = {"emr.record_allergy", "emr.record_no_known_allergy", "emr.withdraw_allergy", "emr.write_document",
         "emr.edit_document", "emr.sign_document", "emr.amend_document", "emr.abandon_document", "emr.attach_file",
         "emr.see_phrases", "emr.write_phrase", "emr.change_phrase", "emr.withdraw_phrase", "emr.fill_phrases"}
RECEIPTS = {"admissions.see_receipts", "admissions.hand_over_patient", "admissions.take_patient"}
BEDS = {"admissions.mark_bed", "admissions.ready_bed", "admissions.swap_patients"}
NURSE = CHART | FACTS | {
    "nursing.see_worklist", "nursing.administer_dose", "nursing.refuse_dose", "nursing.withhold_dose",
    "nursing.give_as_needed", "nursing.undo_administration", "nursing.remove_patch", "nursing.undo_patch_removal",
    "nursing.record_vitals", "nursing.undo_vitals",
    "nursing.start_infusion", "nursing.set_infusion_rate", "nursing.pause_infusion", "nursing.resume_infusion",
    "nursing.change_bag", "nursing.end_infusion", "nursing.undo_infusion_event",
    "nursing.record_procedure", "nursing.record_effect", "nursing.undo_effect", "nursing.plan_care", "nursing.stop_care",
    "nursing.do_care", "nursing.skip_care", "nursing.undo_care", "nursing.set_aside_confirmation",
    "nursing.see_hand_over", "nursing.remark_hand_over",
    "nursing.undo_remark", "nursing.hand_over", "nursing.take_over", "nursing.withdraw_hand_over",
    "laboratory.see_collection", "laboratory.label_specimen", "laboratory.collect_specimen",
    "admissions.see_beds", *RECEIPTS, "admissions.see_fluids", "admissions.see_temperature_sheet", "admissions.record_fluid",
    "admissions.undo_fluid", "orders.see_stock", "orders.see_register", "orders.waste_rest", "orders.count_shift",
    "orders.take_verbal_order", "orders.see_reconciliation", "orders.see_verbal_orders", "orders.note_findings",
    "orders.start_order_on_event", "orders.start_leave", "orders.end_leave",
}
DOCTOR = CHART | FACTS | {
    "emr.see_co_signing", "emr.co_sign_document", "emr.note_death", "emr.record_condition", "emr.withdraw_condition",
    "emr.assign_participant", "orders.prescribe_medication", "orders.see_reconciliation", "orders.complete_reconciliation",
    "orders.see_verbal_orders", "orders.sign_verbal_order", "orders.dispute_verbal_order", "orders.answer_question",
    "orders.note_findings", "orders.see_order_sets", "orders.see_safety_rules", "orders.apply_order_set",
    "orders.publish_order_set",
    "orders.stop_medication", "orders.hold_medication", "orders.resume_medication", "orders.change_medication",
    "orders.change_rate",
    "orders.renew_medication", "orders.start_order_on_event", "orders.start_leave", "orders.end_leave",
    "orders.record_medication_statement", "orders.withdraw_statement", "orders.see_formulary", "orders.request_service",
    "orders.cancel_request", "nursing.see_worklist",
    "nursing.record_vitals", "nursing.undo_vitals", "nursing.record_procedure", "nursing.plan_care", "nursing.stop_care",
    "nursing.see_hand_over", "laboratory.mark_result_seen",
    "laboratory.see_inbox", "admissions.see_beds", *RECEIPTS, "admissions.answer_alert", "admissions.answer_consult",
    "admissions.see_fluids", "admissions.see_temperature_sheet", "fhir_export.export_patient",
}
# A learner: gives and records only with an instructor who signs too, and takes nothing back.
STUDENT = (CHART - {"emr.break_glass", "fhir_export.see_received"}) | {
    "nursing.see_worklist", "nursing.start_infusion", "nursing.set_infusion_rate", "nursing.pause_infusion",
    "nursing.resume_infusion", "nursing.change_bag",
    "nursing.end_infusion", "nursing.administer_dose", "nursing.refuse_dose", "nursing.withhold_dose", "nursing.give_as_needed",
    "nursing.remove_patch", "nursing.record_vitals", "admissions.see_ward", "admissions.see_beds",
}
# A doctor in training: writes notes, which a physician signs below; orders nothing and discharges nobody.
INTERN = (CHART - {"emr.break_glass", "fhir_export.see_received"}) | {
    "emr.write_document", "emr.edit_document", "emr.sign_document", "emr.abandon_document", "emr.see_phrases", "emr.write_phrase",
    "emr.change_phrase",
    "emr.withdraw_phrase", "emr.fill_phrases", "admissions.draft_rounds", "admissions.see_ward", "admissions.see_beds",
    "admissions.see_fluids", "admissions.see_temperature_sheet", "nursing.see_worklist",
}
LEARNERS = frozenset({"student_nurse", "intern"})  # what they sign as nothing else, a physician signs below
EMERGENCY = {"admissions.see_board", "admissions.see_waits", "admissions.announce_arrival", "admissions.cancel_announcement",
             "admissions.receive_announced",
             "admissions.receive_casualty", "admissions.name_delay", "admissions.see_journal", "admissions.note_call",
             "admissions.withdraw_visit", "admissions.register_arrival", "admissions.triage_patient", "admissions.stamp_moment",
             "admissions.undo_moment", "emr.register_patient", "emr.register_unknown_patient", "emr.identify_patient"}

# The door of an office: calling and order by doctor and nurse; who comes without a coupon also by the registry.
AT_THE_DOOR = {"booking.see_office", "booking.add_to_queue", "booking.mark_acute", "booking.send_to_office",
               "booking.leave_queue", "booking.return_to_queue"}
CALLING = AT_THE_DOOR | {"booking.call_next", "booking.call_again", "booking.skip_entry", "booking.let_in", "booking.note_left",
                         "booking.swap_places"}
# When doctors receive, and what is held back; by the registry and the administration.
# Which houses belong to which doctor; doctors called home by telephone or at the desk.
DISTRICTS = {"booking.see_districts", "booking.add_street", "booking.rename_street", "booking.set_up_district",
             "booking.add_district_rule", "booking.end_district_rule", "booking.appoint_district_doctor"}
CALLS = {"booking.see_calls", "booking.take_phone_set", "booking.leave_phone_set", "booking.close_missed_calls",
         "booking.opt_out_of_dialling", "booking.see_campaigns"}
CAMPAIGNS = {"booking.see_campaigns", "booking.begin_campaign", "booking.stop_campaign", "booking.see_calls",
             "booking.set_phone_line"}
EXCHANGE = {"booking.note_phone_call", "booking.answer_phone_call", "booking.end_phone_call", "booking.dial_next",
            "booking.note_campaign_call"}
HOUSE_CALLS = {"booking.see_house_calls", "booking.request_house_call", "booking.cancel_house_call", "booking.note_doctor_told"}
TIMETABLE = {"booking.add_template", "booking.end_template", "booking.make_receptions", "booking.add_exception",
             "booking.withdraw_exception", "booking.withdraw_coupon", "booking.give_back_coupon"}
# How coupons are given out (spec booking 14), what people ask of the institution, who is on duty.
GIVING_OUT = {"booking.change_setting", "booking.set_specialty", "booking.set_doctor", "booking.set_shares",
              "booking.send_appeal", "booking.answer_appeal", "booking.set_duty"}

# The books, and the desk at which money comes in.
ACCOUNTANT = {
    "emr.search_patients", "emr.see_places", "billing.see_accounts", "billing.see_tariffs", "billing.open_account",
    "billing.post_charges",
    "billing.make_estimate", "billing.assign_estimate", "billing.assign_group", "billing.set_base_rate", "billing.load_groups",
    "billing.load_group_rules", "billing.load_ven", "billing.set_terms", "billing.set_grade", "billing.reprice",
    "billing.see_desk", "billing.issue_invoice", "billing.cancel_invoice",
    "billing.see_books", "billing.see_statistics", "billing.close_month", "billing.set_norm", "billing.spread_overhead",
    "billing.export_month", "billing.set_tariff", "billing.set_payer", "billing.see_totals", "billing.load_demo_tariffs",
}
CASHIER = {
    "emr.search_patients", "emr.see_places", "billing.see_accounts", "billing.see_totals", "billing.see_desk",
    "billing.open_account",
    "billing.issue_invoice", "billing.take_payment", "billing.refund_payment", "billing.make_estimate", "billing.assign_estimate",
}

ROLES = {
    "er_nurse": NURSE | EMERGENCY | {"emr.merge_patients"},
    "er_doctor": DOCTOR | EMERGENCY | {"admissions.request_admission", "admissions.withdraw_admission_request",
                                       "admissions.close_emergency_visit", "admissions.leave_emergency"},
    "ward_doctor": DOCTOR | BEDS | {
        "admissions.see_movement", "admissions.see_exposure", "admissions.reopen_stay", "admissions.draft_rounds",
        "admissions.record_fluid", "admissions.undo_fluid", "admissions.expect_discharge", "admissions.isolate_patient",
        "admissions.end_isolation",
        "admissions.see_ward", "admissions.answer_admission", "admissions.admit_patient", "admissions.transfer_patient",
        "admissions.discharge_patient", "admissions.draft_discharge", "admissions.sign_discharge",
        "admissions.request_admission", "admissions.withdraw_admission_request", "outpatient.see_visits",
        "outpatient.start_visit", "outpatient.finish_visit", "outpatient.see_card", "booking.see_receptions",
        "booking.book_coupon", "booking.cancel_booking", "booking.reschedule_booking", "booking.note_no_show",
        "booking.begin_visit",
        "booking.print_slip", "booking.see_waiting_list", "booking.set_waiting_priority", "booking.see_follow_up",
        "booking.see_house_calls", "booking.begin_home_visit", "booking.begin_walk_in_visit"} | CALLING,
    "ward_nurse": NURSE | BEDS | CALLING | {"admissions.see_ward", "admissions.transfer_patient"},
    "student_nurse": STUDENT, "intern": INTERN,
    "head_nurse": NURSE | BEDS | {"admissions.see_journal", "admissions.see_movement", "admissions.see_exposure",
        "admissions.see_ward", "admissions.admit_patient", "admissions.transfer_patient", "orders.receive_stock",
        "orders.issue_stock", "orders.waste_stock", "orders.return_stock", "orders.take_stock",
        "nursing.see_compliance", "nursing.name_pack", "nursing.set_waiting_times", "orders.see_order_policies",
                                  "orders.set_verbal_hours", "emr.review_glass", "emr.see_staff", "emr.set_shift"},
    "lab": {"emr.search_patients", "emr.see_places", "laboratory.see_bench", "laboratory.see_results",
            "laboratory.see_collection",
            "laboratory.label_specimen", "laboratory.collect_specimen", "laboratory.receive_specimen",
            "laboratory.reject_specimen", "laboratory.record_result", "laboratory.release_result",
            "laboratory.correct_result", "laboratory.add_test", "laboratory.set_range", "laboratory.load_catalogue"},
    "pharmacist": {"emr.search_patients", "emr.see_places", "emr.see_chart", "orders.see_orders", "orders.see_stock",
                   "orders.see_formulary",
                   "orders.receive_stock", "orders.issue_stock", "orders.waste_stock", "orders.add_medication",
                   "nursing.name_pack",
                   "orders.see_fatigue", "orders.see_safety_rules", "orders.set_check_tier", "orders.load_interactions",
                   "orders.load_formulary", "orders.undo_stock_move", "orders.return_stock", "orders.take_stock",
                   "orders.count_shift",
                   "orders.see_register", "orders.see_verification", "orders.verify_order", "orders.question_order",
                   "orders.see_order_policies", "orders.set_order_policy", "orders.set_auto_stop"},
    "registrar": {"fhir_export.see_inbox", "fhir_export.see_sent", "fhir_export.see_received", "fhir_export.import_bundle",
                  "fhir_export.retry_received",
                  "emr.search_patients", "emr.see_places", "emr.add_identifier", "emr.see_chart", "emr.register_patient",
                  "emr.register_unknown_patient",
                  "emr.identify_patient", "emr.correct_patient", "emr.merge_patients", "emr.unmerge_patients",
                  "outpatient.open_card", "outpatient.see_card", "outpatient.see_visits", "booking.see_receptions",
                  "booking.publish_reception", "booking.book_coupon", "booking.cancel_booking", "booking.check_in",
                  "booking.reschedule_booking",
                  "booking.book_family", "booking.hold_coupon", "booking.note_no_show", "booking.see_queue",
                  *TIMETABLE, "booking.cancel_reception", "booking.move_reception", "booking.shorten_reception",
                  "booking.accept_offer", "booking.close_call",
                  "booking.see_desk", "booking.print_slip", "booking.spoil_slip", "booking.set_paper_card", "booking.send_cards",
                  "booking.open_account", "booking.see_accounts", "booking.add_account_patient", "booking.end_account_patient",
                  "booking.confirm_account_patient", "booking.see_waiting_list", "booking.join_waiting_list",
                  "booking.leave_waiting_list",
                  "booking.set_waiting_priority", "booking.accept_waiting_offer", "booking.decline_waiting_offer",
                  "booking.confirm_booking", "booking.see_no_shows", "booking.see_untold", *CALLS,
                  *DISTRICTS, *HOUSE_CALLS, *AT_THE_DOOR, "booking.see_statistics", "booking.hand_over_house_call",
                  "booking.see_duplicates", "booking.settle_duplicate",
                  "outpatient.renew_permission", "outpatient.see_permissions", "admissions.see_beds"},
    "call_operator": {"emr.search_patients", "emr.see_places", "booking.see_receptions", "booking.book_coupon",
                      "booking.cancel_booking",
                      "booking.reschedule_booking", "booking.book_family", "booking.hold_coupon", "booking.accept_offer",
                      "booking.close_call", "booking.see_desk", "booking.see_untold"} | HOUSE_CALLS | CALLS,
    # A device in the hall: visitors act at it for themselves; it opens nothing else.
    "kiosk": {"booking.see_kiosk", "booking.check_in", "booking.print_slip", "booking.spoil_slip"},
    "accountant": ACCOUNTANT,
    "cashier": CASHIER,
    "manager": {"booking.see_statistics", "admissions.see_waits", "admissions.see_movement", "booking.see_no_shows",
                "booking.send_notice", "booking.require_confirmation", "booking.decide_pause", "booking.lift_pause",
                "booking.answer_objection", "emr.see_places", "emr.see_staff", "billing.see_totals", "billing.see_statistics",
                "nursing.see_compliance"} | GIVING_OUT | CAMPAIGNS,
    "admin": {"emr.see_staff", "emr.enrol_staff", "emr.grant_role", "emr.end_role", "emr.set_password", "emr.issue_badge",
              "emr.issue_token",
              "emr.revoke_token", "emr.see_access_log", "emr.set_up_department", "emr.set_up_ward", "emr.set_up_room",
              "emr.set_up_bed", "emr.see_places",
              "emr.set_shift", "emr.end_employment", "emr.load_codes", "emr.see_audit", "booking.write_kiosk_page",
              "booking.load_clinics", "laboratory.load_catalogue"} | GIVING_OUT | TIMETABLE,
    "patient": {"booking.see_account", "booking.add_account_patient", "booking.end_account_patient",
                "booking.confirm_account_patient",
                "booking.join_waiting_list", "booking.leave_waiting_list", "booking.accept_waiting_offer",
                "booking.decline_waiting_offer", "booking.object_to_decision", "booking.confirm_booking", "booking.book_family",
                "booking.accept_offer", "booking.send_appeal", "emr.see_own_chart", "booking.book_coupon",
                "booking.cancel_booking", "booking.reschedule_booking", "booking.hold_coupon",
                "booking.see_receptions", "booking.request_house_call"},
    "integration": EXCHANGE | {"emr.see_places", "fhir_export.import_bundle", "fhir_export.export_patient", "emr.search_patients",
                    "fhir_export.see_inbox", "fhir_export.see_sent", "fhir_export.see_received", "fhir_export.retry_received"},
    # What only the system itself does (replays, schedules, set-up); no login holds it. `Staff.may` lets it do every act.
    "system": {"emr.set_up_institution", "booking.identify_visitor", "booking.report_duplicate", "booking.note_lock",
               "booking.remind_patient", "booking.close_notice", "booking.offer_coupon",
               "booking.return_unconfirmed",
               "admissions.alert_doctor", "orders.load_safety_rules", "orders.extend_plan", "nursing.escalate_dose",
               "orders.mark_order_error", "orders.stock_demo", "fhir_export.open_demo_login", "fhir_export.enrol_system"},
}
for _role in set(ROLES) - {"patient", "integration", "system", "kiosk"}:
    ROLES[_role] = ROLES[_role] | {"emr.set_pin"}  # everybody who works here chooses his own PIN

# Which parts of a chart a role reads once a care link opens it.
CLINICAL = {"demographics", "stay", "notes", "diagnoses", "allergies", "orders", "doses", "vitals", "laboratory"}
SECTIONS = {
    "er_nurse": CLINICAL, "er_doctor": CLINICAL, "ward_doctor": CLINICAL, "ward_nurse": CLINICAL, "student_nurse": CLINICAL,
    "intern": CLINICAL, "head_nurse": CLINICAL, "lab": {"demographics", "laboratory"},
    "pharmacist": {"demographics", "stay", "allergies", "diagnoses", "orders", "doses", "laboratory"},
    "registrar": {"demographics", "stay"},
    "accountant": {"demographics", "stay", "money"}, "cashier": {"demographics", "stay", "money"},
    "patient": CLINICAL,
    "integration": CLINICAL,
    "system": CLINICAL | {"money"},
}
# Roles whose work reaches every patient of the institution, within their sections (reads are logged like all others).
INSTITUTION_WIDE = {"registrar", "accountant", "cashier", "pharmacist", "lab", "integration", "system"}


@cache
def allowed(role: str) -> frozenset[str]:
    """Names of all acts and looks of a role; none for an unknown role."""
    return frozenset(ROLES.get(role, ()))


def sections(roles) -> set[str]:
    """Parts of a chart that holders of these roles read."""
    return set().union(*(SECTIONS.get(role, set()) for role in roles))
