"""What the database itself refuses in this app's tables."""
from django.db import migrations

from emr import guards


class Migration(migrations.Migration):
    dependencies = [("emr", "0001_initial")]
    operations = [
        guards.keep_history(
            "emr_patient",
            "emr_patientname",
            "emr_patientidentifier",
            "emr_patientaddress",
            "emr_patientcontact",
            "emr_patientmerge",
            "emr_encounter",
            "emr_encounterlocation",
            "emr_encounterparticipant",
            "emr_condition",
            "emr_allergyintolerance",
            "emr_observation",
            "emr_document",
            "emr_attachmentfile",
            "emr_breakglass",
            "emr_staff",
            "emr_staffrole",
            "emr_shift",
            "emr_institution",
            "emr_department",
            "emr_ward",
            "emr_room",
            "emr_bed",
        ),
        guards.append_only(
            "emr_journalentry",
            "emr_rowhistory",
            "emr_accessentry",
            "emr_documentrendering",
            "emr_auditseal",
        ),
        guards.frozen_when_signed(
            "emr_document",
        ),
    ]
