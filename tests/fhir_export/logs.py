"""A small event log in the form that `replay_hospital` reads: one emergency visit, one stay, one clinic visit."""
import gzip
import json

PATIENT = {"name": {"family_name": "Тестова", "given_name": "Анна"}, "sex": "F", "date_of_birth": "1970-05-17",
           "address": {"city": "Минск"}, "contact": {}, "allergies": [{"is_nka": True}],
           "chronic_conditions": [{"code": "I10", "onset_date": "2015-01-01"}]}


def line(t, event, encounter, patient="POP-1", **data):
    return {"t": f"2025-03-{t}", "event": event, "patient": patient, "encounter": encounter,
            "data": {name.strip(): value for name, value in data.items()}}


def events():
    """Twenty-one lines, in time order, as the hospital's own system would have written them."""
    drug = {"order_type": "medication", "display_name": "Ceftriaxone", "dose_quantity": 500, "dose_unit": "mg", "route": "PO",
            "frequency": "TID", "status": "placed", "ordered_by": "DR-IM-1", "urgency": "routine"}
    lab = {"order_type": "lab", "display_name": "Creatinine", "status": "resulted", "ordered_by": "DR-EM-1", "urgency": "stat"}
    end = {"admission_diagnosis_code": "J18.9", "discharge_diagnosis_code": "J18.9"}
    return [
        line("01T08:00:00", "ed_arrival", "E1", attending_physician_id="DR-EM-1", chief_complaint="Cough",
             **{"patient ": PATIENT}),
        line("01T08:05:00", "triage", "E1", level="3", level_system="ESI", arrival_mode="ambulance"),
        line("01T08:10:00", "vitals", "E1", temperature_celsius=38.5, heart_rate=101, systolic_bp=120, diastolic_bp=70,
             respiratory_rate=22, spo2=94, consciousness_level="A", on_supplemental_oxygen=False, measured_by="NS-EM-1"),
        line("01T08:20:00", "order", "E1", order_id="L1", **lab),
        line("01T09:00:00", "result", "E1", order_id="L1", lab_name="Creatinine", value=0.75, unit="mg/dL",
             performed_by="TECH-LAB-1"),
        line("01T09:30:00", "discharge", "E1", disposition="home", diagnosis=end),
        # A dose that the log dates before its order: entered as a verbal order.
        line("02T10:00:00", "admit", "S1", attending_physician_id="DR-IM-1", department_id="internal_medicine", ward_id="4E",
             bed_number="4E-01", primary_nurse_id="NS-IM-1", chief_complaint="Pneumonia"),
        line("02T10:20:00", "mar", "S1", order_id="M1", drug_name="Ceftriaxone", scheduled_datetime="2025-03-02T10:15:00",
             actual_datetime="2025-03-02T10:20:00", status="given", administered_by="NS-IM-1"),
        line("02T10:30:00", "order", "S1", order_id="M1", **drug),
        line("02T18:00:00", "mar", "S1", order_id="M1", drug_name="Ceftriaxone", scheduled_datetime="2025-03-02T18:00:00",
             status="refused", administered_by="NS-IM-1"),
        line("02T19:00:00", "procedure", "S1", procedure_type="iv_line", end_datetime="2025-03-02T19:10:00"),
        line("03T09:00:00", "order", "S1", order_id="D1", order_type="diet", display_name="Soft diet", status="placed",
             ordered_by="DR-IM-1"),
        line("04T11:00:00", "discharge_prescription", "S1", prescriber_id="DR-IM-1", items=[
            {"drug_name": "Ceftriaxone", "dose": "500mg", "route": "PO", "frequency": "tid", "duration_days": 5}]),
        line("04T11:00:00", "discharge", "S1", disposition="home", diagnosis=end),
        line("05T12:00:00", "visit_start", "V1", attending_physician_id="DR-IM-1", department_id="primary_care",
             chief_complaint="Check-up"),
        line("05T12:10:00", "visit_end", "V1", disposition="home", diagnosis=end),
        line("05T12:15:00", "order", "V1", order_id="L2", **lab),
    ]


def write(path, rows, *, compress=False):
    """Rows (or raw bytes) as a log file; returns its path."""
    body = b"".join(row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    path.write_bytes(gzip.compress(body) if compress else body)
    return path
