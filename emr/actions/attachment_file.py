"""Files put into the chart: scans, photographs, papers of other institutions."""
import hashlib

from emr import acts
from emr.actions.fact import encounter_of, open_for_writing
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import AttachmentFile
from emr.rules.files import check_file
from emr.rules.texts import fits


def add_file(patient, *, title, content_type, body, by, encounter=None, source=None):
    """Keep a file inside the caller's act (patient locked). Raises WrongFileType, FileTooLarge, Malformed."""
    acts.current()
    title, body = (title or "").strip(), bytes(body)
    if not title:
        raise Malformed(problem="title: a title is needed")
    fits(AttachmentFile, title=title)
    check_file(content_type, body)
    return AttachmentFile.objects.create(
        patient=patient, encounter=encounter_of(patient, encounter), title=title, content_type=content_type, body=body,
        size=len(body), sha256=hashlib.sha256(body).hexdigest(), recorded_by=by, source=source)


@act("emr.attach_file")
def attach_file(patient, *, by, title, content_type, body, encounter=None):
    """Put a file (PDF, PNG, JPEG, JSON, plain text; at most 10 MB) into the chart."""
    patient = open_for_writing(patient, by)
    row = add_file(patient, title=title, content_type=content_type, body=body, by=by, encounter=encounter)
    record(row, patient=patient, encounter=row.encounter_id, title=row.title, sha256=row.sha256, size=row.size)
    return row
