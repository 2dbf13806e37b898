"""The chart over the API: diagnoses, allergies, values, papers, files, encounters, the journal."""
import base64

from rest_framework import serializers

from emr.access import ChartNotVisible, chart_for
from emr.errors import Malformed, NotFound
from emr.models import AllergyIntolerance, Condition, Document, Encounter, Observation, Patient
from emr.queries import chart as queries
from emr.queries import co_signature as co_signatures
from emr.queries import code as codes
from emr.queries import document as documents
from emr.queries import journal as journals
from emr.rules import story
from emr.rules.codes import code_variants, synonym_codes

Text = serializers.CharField


def opened(actor, patient_id, section, purpose):
    """The patient of a chart that the actor may read, in this section. Raises ChartNotVisible, NotFound."""
    chart = chart_for(actor, patient_id, f"api:{purpose}")
    if not chart.shows(section):
        raise NotFound()
    return chart


class ReasonInput(serializers.Serializer):
    reason = Text(max_length=300)


class FactOutput(serializers.Serializer):
    """What every fact says about itself."""

    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.UUIDField(source="recorded_by_id")
    error_at = serializers.DateTimeField()
    error_reason = Text()


class ConditionInput(serializers.Serializer):
    text = Text(max_length=500)
    stage = serializers.ChoiceField(Condition.Stage.choices)
    code = Text(max_length=40, required=False, allow_blank=True)
    system = Text(max_length=120, required=False, allow_blank=True)
    encounter = serializers.UUIDField(required=False, allow_null=True)
    clinical_status = serializers.ChoiceField(Condition.ClinicalStatus.choices, required=False)
    verification = serializers.ChoiceField(Condition.Verification.choices, required=False)
    onset = serializers.RegexField(r"^\d{4}(-\d{2}(-\d{2})?)?$", required=False)
    asserted_at = serializers.DateTimeField(required=False)
    replaces = serializers.UUIDField(required=False, allow_null=True)


class ConditionOutput(FactOutput):
    encounter = serializers.UUIDField(source="encounter_id")
    stage = Text()
    system = Text()
    code = Text()
    text = Text()
    clinical_status = Text()
    verification = Text()
    onset = Text()
    asserted_at = serializers.DateTimeField()
    replaces = serializers.UUIDField(source="replaces_id")


class AllergyInput(serializers.Serializer):
    substance = Text(max_length=200)
    code = Text(max_length=40, required=False, allow_blank=True)
    system = Text(max_length=120, required=False, allow_blank=True)
    kind = serializers.ChoiceField(["allergy", "intolerance"], required=False)
    reaction = Text(max_length=300, required=False, allow_blank=True)
    criticality = serializers.ChoiceField(AllergyIntolerance.Criticality.choices, required=False)
    onset = Text(max_length=25, required=False, allow_blank=True)
    asserted_at = serializers.DateTimeField(required=False)


class NoKnownAllergyInput(serializers.Serializer):
    asserted_at = serializers.DateTimeField(required=False)


class AllergyOutput(FactOutput):
    kind = Text()
    substance = Text()
    system = Text()
    code = Text()
    reaction = Text()
    criticality = Text()
    asserted_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()


class ObservationFilters(serializers.Serializer):
    code = Text(required=False, max_length=40)
    category = serializers.ChoiceField(Observation.Category.choices, required=False)


class ObservationOutput(FactOutput):
    encounter = serializers.UUIDField(source="encounter_id")
    panel = serializers.UUIDField(source="panel_id")
    category = Text()
    system = Text()
    code = Text()
    name = Text()
    value = Text()
    comparator = Text()
    unit = Text()
    value_text = Text()
    value_code = Text()
    interpretation = Text()
    effective_at = serializers.DateTimeField()


class RowInput(serializers.Serializer):
    text = Text(allow_blank=True)
    source = Text(required=False, allow_blank=True)


class SectionInput(serializers.Serializer):
    key = Text(required=False, allow_blank=True, max_length=60)
    title = Text(required=False, allow_blank=True, max_length=200)
    text = Text(required=False, allow_blank=True, trim_whitespace=False)
    rows = RowInput(many=True, required=False)
    cites = RowInput(many=True, required=False)


class DocumentInput(serializers.Serializer):
    kind = serializers.ChoiceField(Document.Kind.choices)
    title = Text(max_length=200)
    sections = SectionInput(many=True)
    encounter = serializers.UUIDField(required=False, allow_null=True)
    happened_at = serializers.DateTimeField(required=False)
    language = serializers.ChoiceField(["en", "ru", "be"], required=False)


class EditInput(serializers.Serializer):
    """`edited`: the edit counter of the draft in hand; another one is refused with 412."""

    sections = SectionInput(many=True)
    title = Text(max_length=200, required=False)
    edited = serializers.IntegerField(min_value=0)


class SignInput(serializers.Serializer):
    edited = serializers.IntegerField(min_value=0, required=False)


class AmendInput(ReasonInput):
    sections = SectionInput(many=True)


class DocumentLine(serializers.Serializer):
    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
    number = Text()
    kind = Text()
    title = Text()
    language = Text()
    version = serializers.IntegerField()
    status = Text()
    edited = serializers.IntegerField()
    author = serializers.UUIDField(source="author_id")
    happened_at = serializers.DateTimeField()
    signed_at = serializers.DateTimeField()
    needs_co_signature = serializers.BooleanField()
    sha256 = Text()
    replaces = serializers.UUIDField(source="replaces_id")
    amendment_reason = Text()


class CoSignatureOutput(serializers.Serializer):
    document = serializers.UUIDField(source="document_id")
    signed_at = serializers.DateTimeField()
    signed_by = serializers.UUIDField(source="signed_by_id")


class DocumentOutput(DocumentLine):
    sections = serializers.JSONField()
    check_code = Text()


class FileInput(serializers.Serializer):
    """`body`: the file in base 64, at most 10 MB of it."""

    title = Text(max_length=200)
    content_type = Text(max_length=100)
    body = Text(trim_whitespace=False)
    encounter = serializers.UUIDField(required=False, allow_null=True)

    def validate_body(self, text):
        try:
            return base64.b64decode(text, validate=True)
        except ValueError as error:
            raise Malformed(problem="body: base 64 is needed") from error


class FileOutput(FactOutput):
    title = Text()
    content_type = Text()
    size = serializers.IntegerField()
    sha256 = Text()


class EncounterOutput(serializers.Serializer):
    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    number = Text()
    kind = Text()
    status = Text()
    department = serializers.UUIDField(source="department_id")
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField()
    reason = Text()
    disposition = Text()


class JournalOutput(serializers.Serializer):
    at = serializers.DateTimeField()
    act = Text()
    by = serializers.UUIDField(source="by.pk")
    about_type = Text()
    about = serializers.UUIDField(source="about_id")
    encounter = serializers.UUIDField(source="encounter_id")


class ReadingOutput(serializers.Serializer):
    at = serializers.DateTimeField()
    by_staff = serializers.UUIDField(source="by_staff_id")
    by_patient = serializers.UUIDField(source="by_patient_id")
    patient = serializers.UUIDField(source="patient_id")
    purpose = Text()
    link = Text()


class ReadingFilters(serializers.Serializer):
    patient = Text(required=False, max_length=20, help_text="Record number")
    staff = Text(required=False, max_length=80, help_text="Personnel code")
    day = serializers.DateField(required=False)


class CodeFilters(serializers.Serializer):
    q = Text(max_length=80, help_text="Beginning of the code, or words, in any keyboard layout")
    system = Text(required=False, max_length=120)


class CodeOutput(serializers.Serializer):
    system = Text()
    code = Text()
    title_en = Text()
    title_ru = Text()
    title_be = Text()


def conditions(actor, patient_id):
    """Diagnoses of a chart, newest first; errors included."""
    return queries.conditions(opened(actor, patient_id, "diagnoses", "conditions").patient)


def allergies(actor, patient_id):
    """Allergy entries of a chart, newest first; ended ones and errors included."""
    return queries.allergy_entries(opened(actor, patient_id, "allergies", "allergies").patient)


def observations(actor, patient_id, code="", category=""):
    """Measured and seen values of a chart, newest first; errors included."""
    rows = Observation.objects.filter(patient=opened(actor, patient_id, "vitals", "observations").patient)
    if code:
        rows = rows.filter(code=code)
    if category:
        rows = rows.filter(category=category)
    return rows.order_by("-effective_at", "pk")


def document_list(actor, patient_id):
    """Papers of a chart, newest first, without their text."""
    chart = opened(actor, patient_id, "notes", "documents")
    return queries.documents(chart.patient, chart.actor)


def document(actor, document_id):
    """One paper with its text."""
    found = documents.find(document_id)
    if found is None:
        raise ChartNotVisible()
    opened(actor, found.patient, "notes", "document")
    if isinstance(actor, Patient) and found.status != Document.Status.SIGNED:
        raise ChartNotVisible()
    return found


def co_signing(actor):
    """Learners' papers of the caller's departments that wait for a physician's signature, the oldest first."""
    return co_signatures.waiting_for(actor)


def files(actor, patient_id):
    """Files of a chart, newest first, without their bodies."""
    return queries.files(opened(actor, patient_id, "notes", "files").patient)


def encounters(actor, patient_id):
    """Stays and visits of a chart, newest first."""
    return queries.encounters(opened(actor, patient_id, "stay", "encounters").patient)


def encounter(actor, encounter_id):
    """One stay or visit."""
    found = Encounter.objects.select_related("patient").filter(pk=encounter_id).first()
    if found is None:
        raise ChartNotVisible()
    opened(actor, found.patient, "stay", "encounter")
    return found


def journal(actor, patient_id):
    """The story of a chart: acts, newest first, of the parts the caller may read."""
    chart = opened(actor, patient_id, "demographics", "journal")
    return queries.story(patient=chart.patient, acts=story.visible_acts(chart))


def readings(actor, patient="", staff="", day=None):
    """Who looked at whose chart, newest first."""
    return journals.looks(patient=patient, staff=staff, day=day)


def found_codes(actor, q, system=""):
    """Entries of the loaded terminologies, at most 20."""
    return codes.search(q, code_variants(q), also=synonym_codes(q), systems=[system] if system else None)
