"""Where the paper card of each booking is (R99): asked for, at the office, or not needed."""
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from outpatient.booking.actions.booking import lock_booking, refuse_over
from outpatient.booking.models import Booking, Reception

Card = Booking.PaperCard


@act("booking.set_paper_card")
def set_paper_card(booking, *, by, state):
    """Say where the card of one booking is. Raises NotFound, Malformed, BookingIsCancelled, VisitHasBegun."""
    if state not in Card.values:
        raise Malformed(problem=f"state: one of {', '.join(Card.values)} is needed")
    booking = lock_booking(booking, by)
    refuse_over(booking)
    booking.paper_card = state
    booking.save(update_fields=["paper_card"])
    record(booking, patient=booking.patient_id, state=state)
    return booking


@act("booking.send_cards")
def send_cards(reception, *, by):
    """The batch of cards that were asked for is at the office of this reception. Raises NotFound."""
    reception = Reception.objects.select_for_update(no_key=True).filter(pk=getattr(reception, "pk", reception)).first()
    if reception is None:
        raise NotFound()
    sent = Booking.objects.standing().filter(reception=reception, paper_card=Card.REQUESTED).update(paper_card=Card.AT_OFFICE)
    record(reception, cards=sent)
    return reception
