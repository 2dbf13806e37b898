"""Who stands beside the one who gives: the witness of a high-risk drug (D5, P5), the instructor of a student (P6).

That it is really this person was proven before the act began (emr.acts: PIN, badge or password).
"""
from emr.errors import NotFound
from emr.models import Staff
from nursing.errors import InstructorMissing, WitnessIsGiver, WitnessMayNot, WitnessMissing

GIVING = "nursing.administer_dose"


def needs_instructor(by) -> bool:
    """A student: only the role of a learner lets this person give drugs."""
    return by.kind != Staff.Kind.SYSTEM and not by.may_alone(GIVING)


def second_person(witness, performer, by, *, medication=None) -> Staff | None:
    """The second person, checked on the server; `medication`: the drug, when it is a high-risk one.

    Raises InstructorMissing, WitnessMissing, WitnessIsGiver, WitnessMayNot.
    """
    if witness is None:
        if needs_instructor(by):
            raise InstructorMissing()
        if medication is not None and by.kind != Staff.Kind.SYSTEM:
            raise WitnessMissing(medication=str(medication))
        return None
    if not isinstance(witness, Staff):
        witness = Staff.objects.filter(pk=witness).first()
        if witness is None:
            raise NotFound()
    if witness.pk in (performer.pk, by.pk):
        raise WitnessIsGiver()
    if not witness.may_alone(GIVING):
        raise WitnessMayNot(witness=str(witness))
    return witness
