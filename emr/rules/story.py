"""The story of a chart: what each act means in a sentence, with its place in the chart and its sign.

Acts of upper apps are named by strings. An act that is not listed is told by its name; a test holds that all of
emr/permissions.py are listed.
"""
import re

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.models import Encounter

# act -> sentence, section of the chart it belongs to, icon, tone
SENTENCES = {
    "emr.register_patient": (_("Registered the patient"), "demographics", "user-plus", "info"),
    "emr.register_unknown_patient": (_("Registered an unknown patient"), "demographics", "user-plus", "warn"),
    "emr.identify_patient": (_("Identified the patient"), "demographics", "id", "good"),
    "emr.correct_patient": (_("Corrected the personal data"), "demographics", "edit", "quiet"),
    "emr.add_identifier": (_("Added an identifier"), "demographics", "id", "quiet"),
    "emr.merge_patients": (_("Joined two records of this person"), "demographics", "users", "warn"),
    "emr.unmerge_patients": (_("Separated two records again"), "demographics", "users", "warn"),
    "emr.note_death": (_("Noted the patient's death"), "stay", "urgent", "bad"),
    "emr.break_glass": (_("Opened the chart in an emergency"), "demographics", "shield-lock", "warn"),
    "emr.review_glass": (_("Reviewed an emergency opening"), "demographics", "shield-lock", "quiet"),
    "emr.assign_participant": (_("Changed the treating team"), "stay", "users", "info"),
    "emr.record_condition": (_("Recorded a diagnosis"), "diagnoses", "stethoscope", "info"),
    "emr.withdraw_condition": (_("Withdrew a diagnosis"), "diagnoses", "ban", "void"),
    "emr.record_allergy": (_("Recorded an allergy"), "allergies", "alert-triangle", "bad"),
    "emr.record_no_known_allergy": (_("Stated that no allergy is known"), "allergies", "check", "quiet"),
    "emr.withdraw_allergy": (_("Withdrew an allergy entry"), "allergies", "ban", "void"),
    "emr.write_document": (_("Began a document"), "notes", "pencil", "quiet"),
    "emr.edit_document": (_("Changed a draft"), "notes", "pencil", "quiet"),
    "emr.sign_document": (_("Signed a document"), "notes", "signature", "good"),
    "emr.amend_document": (_("Amended a document"), "notes", "edit", "warn"),
    "emr.abandon_document": (_("Gave up a draft"), "notes", "ban", "void"),
    "emr.attach_file": (_("Attached a file"), "notes", "file-text", "quiet"),
    "admissions.register_arrival": (_("Received the patient in the emergency room"), "stay", "ambulance", "info"),
    "admissions.receive_announced": (_("Received an announced patient"), "stay", "ambulance", "info"),
    "admissions.triage_patient": (_("Triaged the patient"), "stay", "checkup-list", "info"),
    "admissions.stamp_moment": (_("Noted a moment of the visit"), "stay", "clock-exclamation", "quiet"),
    "admissions.name_delay": (_("Said why the patient waits"), "stay", "hourglass", "quiet"),
    "admissions.leave_emergency": (_("Ended the emergency visit and signed its paper"), "stay", "door-exit", "quiet"),
    "admissions.withdraw_visit": (_("Marked a visit as registered by mistake"), "stay", "ban", "void"),
    "admissions.note_call": (_("Called a patient who had left"), "stay", "phone-call", "quiet"),
    "admissions.hand_over_patient": (_("Handed the patient over to another department"), "stay", "transfer-out", "info"),
    "admissions.take_patient": (_("Took the patient over"), "stay", "transfer-in", "good"),
    "admissions.undo_moment": (_("Took back a moment of the visit"), "stay", "ban", "void"),
    "admissions.request_admission": (_("Asked for admission"), "stay", "send", "info"),
    "admissions.withdraw_admission_request": (_("Withdrew the request for admission"), "stay", "ban", "void"),
    "admissions.answer_admission": (_("Answered the request for admission"), "stay", "door-enter", "info"),
    "admissions.admit_patient": (_("Admitted the patient"), "stay", "bed", "good"),
    "admissions.transfer_patient": (_("Moved the patient"), "stay", "transfer-in", "info"),
    "admissions.close_emergency_visit": (_("Closed the emergency visit"), "stay", "door-exit", "quiet"),
    "admissions.discharge_patient": (_("Discharged the patient"), "stay", "door-exit", "good"),
    "admissions.draft_discharge": (_("Began the discharge summary"), "notes", "pencil", "quiet"),
    "admissions.sign_discharge": (_("Signed the discharge summary"), "notes", "signature", "good"),
    "orders.prescribe_medication": (_("Prescribed a drug"), "orders", "pill", "info"),
    "orders.apply_order_set": (_("Ordered by an order set"), "orders", "clipboard-list", "info"),
    "orders.take_verbal_order": (_("Took a verbal order and read it back"), "orders", "pill", "warn"),
    "orders.sign_verbal_order": (_("Signed a verbal order"), "orders", "signature", "good"),
    "orders.dispute_verbal_order": (_("Said that a verbal order was not so; it was stopped"), "orders", "player-stop", "bad"),
    "orders.verify_order": (_("Verified an order"), "orders", "check", "good"),
    "orders.question_order": (_("Asked the doctor about an order"), "orders", "help-circle", "warn"),
    "orders.answer_question": (_("Answered the pharmacist about an order"), "orders", "send", "info"),
    "orders.complete_reconciliation": (_("Went through all drugs of the patient"), "orders", "list-check", "good"),
    "orders.change_medication": (_("Changed a drug order"), "orders", "edit", "warn"),
    "orders.change_rate": (_("Ordered another rate of an infusion"), "orders", "edit", "warn"),
    "orders.stop_medication": (_("Stopped a drug"), "orders", "player-stop", "quiet"),
    "orders.hold_medication": (_("Paused a drug"), "orders", "player-pause", "warn"),
    "orders.resume_medication": (_("Resumed a drug"), "orders", "player-play", "info"),
    "orders.renew_medication": (_("Renewed a drug order"), "orders", "refresh", "info"),
    "orders.start_order_on_event": (_("Started an order that waited"), "orders", "player-play", "info"),
    "orders.start_leave": (_("Went on leave from the ward"), "stay", "door-exit", "warn"),
    "orders.end_leave": (_("Came back from leave"), "stay", "check", "info"),
    "orders.extend_plan": (_("Planned further doses"), "orders", "calendar-event", "quiet"),
    "orders.mark_order_error": (_("Marked an order as an error"), "orders", "ban", "void"),
    "orders.record_medication_statement": (_("Recorded what the patient takes"), "orders", "medicine-syrup", "quiet"),
    "orders.withdraw_statement": (_("Withdrew an entry of what the patient takes"), "orders", "ban", "void"),
    "orders.request_service": (_("Ordered an examination or procedure"), "orders", "flask", "info"),
    "orders.cancel_request": (_("Cancelled an order"), "orders", "circle-x", "void"),
    "nursing.administer_dose": (_("Gave a dose"), "doses", "check", "good"),
    "nursing.give_as_needed": (_("Gave a dose as needed"), "doses", "check", "good"),
    "orders.waste_rest": (_("Threw away the rest of a dose"), "doses", "trash", "quiet"),
    "nursing.refuse_dose": (_("Noted that the patient refused a dose"), "doses", "hand-stop", "warn"),
    "nursing.withhold_dose": (_("Withheld a dose"), "doses", "player-pause", "warn"),
    "nursing.undo_administration": (_("Took back an entry of a dose"), "doses", "ban", "void"),
    "nursing.set_aside_confirmation": (_("Set aside what was pressed without network"), "doses", "wifi-off", "warn"),
    "nursing.remove_patch": (_("Took a patch off"), "doses", "check", "info"),
    "nursing.undo_patch_removal": (_("Took back that a patch was taken off"), "doses", "ban", "void"),
    "nursing.start_infusion": (_("Started an infusion"), "doses", "droplet", "good"),
    "nursing.set_infusion_rate": (_("Set the rate of an infusion"), "doses", "droplet-half", "info"),
    "nursing.pause_infusion": (_("Paused an infusion"), "doses", "player-pause", "warn"),
    "nursing.resume_infusion": (_("Let an infusion go on"), "doses", "player-play", "info"),
    "nursing.change_bag": (_("Hung the next bag of an infusion"), "doses", "droplets", "good"),
    "nursing.end_infusion": (_("Ended an infusion"), "doses", "player-stop", "quiet"),
    "nursing.undo_infusion_event": (_("Took back an entry of an infusion"), "doses", "ban", "void"),
    "nursing.record_effect": (_("Said whether a drug as needed helped"), "doses", "activity", "info"),
    "nursing.undo_effect": (_("Took back whether a drug helped"), "doses", "ban", "void"),
    "nursing.escalate_dose": (_("Told of a time-critical dose that is late"), "doses", "bell", "bad"),
    "nursing.record_vitals": (_("Measured vital signs"), "vitals", "activity", "info"),
    "nursing.undo_vitals": (_("Took back vital signs"), "vitals", "ban", "void"),
    "nursing.record_procedure": (_("Carried out a procedure"), "orders", "stethoscope", "good"),
    "nursing.plan_care": (_("Ordered care at the bedside"), "orders", "clipboard-list", "info"),
    "nursing.stop_care": (_("Ended care"), "orders", "player-stop", "quiet"),
    "nursing.do_care": (_("Carried out care"), "doses", "check", "good"),
    "nursing.skip_care": (_("Noted that care was not done"), "doses", "hand-stop", "warn"),
    "nursing.remark_hand_over": (_("Wrote a remark for the next shift"), "notes", "message", "quiet"),
    "nursing.undo_remark": (_("Took back a remark for the next shift"), "notes", "ban", "void"),
    "nursing.undo_care": (_("Took back an entry of care"), "doses", "ban", "void"),
    "laboratory.label_specimen": (_("Labelled a specimen"), "laboratory", "barcode", "quiet"),
    "laboratory.collect_specimen": (_("Collected a specimen"), "laboratory", "test-pipe", "info"),
    "laboratory.receive_specimen": (_("Received a specimen in the laboratory"), "laboratory", "download", "quiet"),
    "laboratory.reject_specimen": (_("Rejected a specimen"), "laboratory", "hand-stop", "bad"),
    "laboratory.record_result": (_("Entered a laboratory result"), "laboratory", "microscope", "info"),
    "laboratory.release_result": (_("Released a laboratory result"), "laboratory", "report-medical", "good"),
    "laboratory.correct_result": (_("Corrected a laboratory result"), "laboratory", "edit", "warn"),
    "laboratory.mark_result_seen": (_("Saw a laboratory result"), "laboratory", "eye", "quiet"),
    "outpatient.open_card": (_("Opened the polyclinic card"), "stay", "clipboard-list", "info"),
    "outpatient.start_visit": (_("Began a visit"), "stay", "stethoscope", "info"),
    "outpatient.finish_visit": (_("Finished a visit"), "stay", "circle-check", "good"),
    "booking.book_coupon": (_("Booked an appointment"), "stay", "calendar-check", "info"),
    "booking.cancel_booking": (_("Cancelled an appointment"), "stay", "calendar-x", "void"),
    "booking.reschedule_booking": (_("Moved an appointment"), "stay", "calendar-check", "info"),
    "booking.book_family": (_("Booked appointments of a family"), "stay", "calendar-check", "info"),
    "booking.hold_coupon": (_("Kept an appointment for a while"), "stay", "calendar", "info"),
    "booking.note_no_show": (_("Did not come to the appointment"), "stay", "calendar-x", "void"),
    "booking.accept_offer": (_("Took the appointment that was kept instead"), "stay", "calendar-check", "good"),
    "booking.close_call": (_("Was telephoned about a cancelled appointment"), "stay", "phone", "quiet"),
    "booking.send_appeal": (_("Asked the institution about coupons"), "stay", "message", "quiet"),
    "booking.answer_appeal": (_("Answered a question about coupons"), "stay", "message", "quiet"),
    "booking.open_account": (_("Opened a personal account"), "demographics", "id", "info"),
    "booking.add_account_patient": (_("Let an account order coupons for the patient"), "demographics", "users", "info"),
    "booking.end_account_patient": (_("An account no longer orders coupons for the patient"), "demographics", "users", "quiet"),
    "booking.confirm_account_patient": (_("Let an account go on ordering coupons"), "demographics", "users", "good"),
    "booking.remind_patient": (_("Reminded of the appointment"), "stay", "bell", "quiet"),
    "booking.close_notice": (_("Sent a message about an appointment"), "stay", "send", "quiet"),
    "booking.join_waiting_list": (_("Waits for an appointment"), "stay", "bell", "info"),
    "booking.leave_waiting_list": (_("No longer waits for an appointment"), "stay", "bell", "quiet"),
    "booking.set_waiting_priority": (_("Set the priority on the waiting list"), "stay", "urgent", "warn"),
    "booking.offer_coupon": (_("Was offered an appointment that became free"), "stay", "ticket", "info"),
    "booking.accept_waiting_offer": (_("Took the offered appointment"), "stay", "calendar-check", "good"),
    "booking.decline_waiting_offer": (_("Declined the offered appointment"), "stay", "calendar-x", "quiet"),
    "booking.send_notice": (_("Was told of a missed visit"), "stay", "message", "warn"),
    "booking.require_confirmation": (_("Has to confirm online orders on the eve"), "stay", "calendar-x", "warn"),
    "booking.decide_pause": (_("Online orders were paused"), "stay", "player-pause", "warn"),
    "booking.object_to_decision": (_("Objected to a decision after missed visits"), "stay", "message", "info"),
    "booking.answer_objection": (_("Answered an objection"), "stay", "message", "info"),
    "booking.lift_pause": (_("Lifted a decision after missed visits"), "stay", "player-play", "good"),
    "booking.confirm_booking": (_("Confirmed the appointment"), "stay", "calendar-check", "good"),
    "booking.return_unconfirmed": (_("The appointment was not confirmed and went back"), "stay", "calendar-x", "void"),
    "booking.check_in": (_("Came to the appointment"), "stay", "door-enter", "good"),
    "booking.print_slip": (_("Printed a coupon"), "stay", "printer", "quiet"),
    "booking.spoil_slip": (_("Noted that a coupon was not printed"), "stay", "ban", "void"),
    "booking.set_paper_card": (_("Noted where the paper card is"), "stay", "files", "quiet"),
    "booking.begin_visit": (_("Began a visit"), "stay", "stethoscope", "info"),
    "booking.identify_visitor": (_("Found himself in the file on the public page"), "demographics", "id", "quiet"),
    "booking.report_duplicate": (_("Was not told apart from another record; the registry was asked"), "demographics", "users", "warn"),
    "booking.settle_duplicate": (_("Said that two records are two persons"), "demographics", "users", "quiet"),
    "booking.note_lock": (_("Locked further tries for an hour"), "demographics", "shield-lock", "warn"),
    "booking.request_house_call": (_("A doctor was called home"), "stay", "home", "info"),
    "booking.hand_over_house_call": (_("Handed the house call to a doctor"), "stay", "send", "info"),
    "booking.begin_home_visit": (_("Began a visit at home"), "stay", "stethoscope", "good"),
    "booking.cancel_house_call": (_("Cancelled the house call"), "stay", "ban", "void"),
    "booking.note_doctor_told": (_("Told the doctor that a house call was cancelled"), "stay", "bell", "quiet"),
    "booking.add_street": (_("Added a street to the directory"), "stay", "edit", "quiet"),
    "booking.rename_street": (_("Renamed a street of the directory"), "stay", "edit", "quiet"),
    "booking.set_up_district": (_("Added a district"), "stay", "edit", "quiet"),
    "booking.add_district_rule": (_("Added houses to a district"), "stay", "edit", "quiet"),
    "booking.end_district_rule": (_("Took houses out of a district"), "stay", "ban", "quiet"),
    "booking.appoint_district_doctor": (_("Said who looks after a district"), "stay", "stethoscope", "quiet"),
    "outpatient.renew_permission": (_("Set until when the patient is served by permission"), "stay", "clipboard-list", "info"),
    "billing.open_account": (_("Opened an account"), "money", "file-invoice", "quiet"),
    "billing.issue_invoice": (_("Issued an invoice"), "money", "file-invoice", "info"),
    "billing.cancel_invoice": (_("Took an invoice back"), "money", "ban", "void"),
    "billing.take_payment": (_("Took money"), "money", "cash", "good"),
    "billing.refund_payment": (_("Gave money back"), "money", "refresh", "warn"),
    "billing.set_terms": (_("Set who pays and what is let off"), "money", "coin", "quiet"),
    "billing.post_charges": (_("Charged what was done"), "money", "cash", "quiet"),
    "fhir_export.retry_received": (_("Took over what had been refused of a received document"), "notes", "download", "info"),
    "fhir_export.import_bundle": (_("Received a document of another institution"), "notes", "download", "info"),
    "fhir_export.export_patient": (_("Exported the record"), "demographics", "file-export", "warn"),
    "fhir_export.send_document": (_("Sent a document to another institution"), "notes", "send", "info"),
    "fhir_export.replay_event": (_("Replayed an event of the past"), "stay", "history", "quiet"),
}
# Acts about the house and not about a chart: told in the journal of the administrator only.
HOUSE = {
    "emr.set_up_institution": _("Set up the institution"), "emr.set_up_place": _("Set up a place"),
    "emr.set_up_department": _("Set up a department"), "emr.set_up_ward": _("Set up a ward"),
    "emr.set_up_room": _("Set up a room"), "emr.set_up_bed": _("Set up a bed"),
    "emr.end_employment": _("Ended an employment"), "laboratory.load_catalogue": _("Loaded the laboratory catalogue"),
    "orders.load_formulary": _("Loaded the formulary"), "orders.stock_demo": _("Filled the demo stock"),
    "nursing.hand_over": _("Handed a department over"), "nursing.take_over": _("Took a department over"),
    "nursing.withdraw_hand_over": _("Withdrew a hand-over"),
    "nursing.name_pack": _("Entered the number of a pack"), "nursing.set_waiting_times": _("Set the waiting times of the bedside"),
    "emr.load_codes": _("Loaded a terminology"), "emr.enrol_staff": _("Enrolled a member of staff"),
    "emr.grant_role": _("Granted a role"), "emr.end_role": _("Ended a role"), "emr.set_shift": _("Set a shift"),
    "emr.set_pin": _("Chose a PIN"), "emr.issue_badge": _("Gave out a badge"),
    "emr.set_password": _("Set a password"), "emr.issue_token": _("Issued an access token"),
    "emr.revoke_token": _("Withdrew an access token"), "orders.add_medication": _("Added a drug to the formulary"),
    "orders.receive_stock": _("Received stock"), "orders.issue_stock": _("Issued stock"),
    "orders.return_stock": _("Returned stock to the pharmacy"), "orders.take_stock": _("Took stock"),
    "orders.count_shift": _("Counted the controlled drugs of the shift"),
    "orders.waste_stock": _("Wrote off stock"), "orders.undo_stock_move": _("Took back a stock move"),
    "orders.load_safety_rules": _("Loaded the drug safety rules"), "orders.load_interactions": _("Loaded drug interactions"),
    "orders.set_order_policy": _("Set a policy of orders"), "orders.set_verbal_hours": _("Set how soon verbal orders are signed"),
    "orders.set_auto_stop": _("Set after how many days orders end"),
    "orders.set_check_tier": _("Set how loud a check is"), "orders.note_findings": _("Was shown the checks of an order"),
    "orders.publish_order_set": _("Published an order set"),
    "laboratory.add_test": _("Added a laboratory test"),
    "laboratory.set_range": _("Set a reference range"),
    "booking.add_template": _("Entered a timetable"), "booking.end_template": _("Ended a timetable"),
    "booking.make_receptions": _("Made receptions of a timetable"), "booking.add_exception": _("Entered a holiday, absence or extra day"),
    "booking.withdraw_exception": _("Withdrew a holiday, absence or extra day"), "booking.cancel_reception": _("Cancelled a reception"),
    "booking.shorten_reception": _("Shortened a reception"), "booking.withdraw_coupon": _("Held a coupon back"),
    "booking.give_back_coupon": _("Gave a coupon back"), "booking.change_setting": _("Changed how coupons are given out"),
    "booking.set_specialty": _("Set how a specialty is given out"), "booking.set_doctor": _("Set how a doctor is given out"),
    "booking.set_shares": _("Set the shares of a reception"), "booking.set_duty": _("Set a duty"),
    "booking.write_kiosk_page": _("Wrote a page of the kiosk"), "booking.send_cards": _("Sent paper cards to an office"),
    "admissions.announce_arrival": _("Announced somebody who is on the way"),
    "admissions.cancel_announcement": _("Noted that an announced patient does not come"),
    "booking.publish_reception": _("Published a reception"), "billing.set_payer": _("Set a payer"),
    "billing.set_tariff": _("Set a tariff"), "billing.set_grade": _("Gave a pay grade"), "billing.reprice": _("Priced lines anew"), "billing.set_norm": _("Set a norm of the budget"),
    "billing.close_month": _("Closed a month of the books"), "billing.load_demo_tariffs": _("Loaded the demo tariffs"),
    "fhir_export.seed_demo": _("Filled the demo hospital"), "fhir_export.open_demo_login": _("Opened a demo login"),
    "fhir_export.enrol_system": _("Enrolled another system"),
}
# Which values of a journal row are worth a second line, in this order.
TOLD = ("title", "text", "substance", "medication", "drug", "dose", "amount", "value", "unit", "test", "name", "level",
        "department", "ward", "bed", "disposition", "number", "reason", "verdict")
IDENTITY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UNTOLD_ACTS = {"emr.edit_document"}  # every autosave would be a line


def visible_acts(chart) -> list[str]:
    """Names of the acts whose part of the chart the reader may read."""
    return [act for act, (_sentence, section, _icon, _tone) in SENTENCES.items()
            if chart.shows(section) and act not in UNTOLD_ACTS]


def sentence(act: str) -> str:
    """What the act did, in the present language."""
    if act in SENTENCES:
        return str(SENTENCES[act][0])
    return str(HOUSE.get(act, translated("Did: {act}").format(act=act)))


def detail(data: dict) -> str:
    """The telling values of a journal row in one line; identities of rows tell people nothing."""
    values = [_word(name, data[name]) for name in TOLD if isinstance(data.get(name), str | int | float)]
    return " · ".join(dict.fromkeys(value for value in values if value and not IDENTITY.fullmatch(value)))


def _word(name, value):
    return str(Encounter.Disposition(value).label) if name == "disposition" and value in Encounter.Disposition else str(value)


def tell(entry) -> dict:
    """A journal row as an item of a timeline."""
    _sentence, _section, icon, tone = SENTENCES.get(entry.act, (None, None, "point", "quiet"))
    return {"at": entry.at, "day": clock.day_of(entry.at), "title": sentence(entry.act), "text": detail(entry.data),
    "icon": icon, "tone": tone,
            "by": entry.by.short_name, "about": entry.about_id}
