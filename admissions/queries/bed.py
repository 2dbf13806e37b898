"""Beds with what is known of them at this moment: their open state, and who lies in the room."""
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from admissions.models import BedState, Isolation
from emr.models import Bed, EncounterLocation


def with_state(beds):
    """Beds with `open_state`: cleaning, repair or reserved, since when, for whom; None when there is none."""
    state = BedState.objects.live().filter(bed=OuterRef("pk"), until__isnull=True).values(json=JSONObject(
        id="pk", state="state", note="note", since="since", request="request", family="request__encounter__patient__family"))[:1]
    return beds.annotate(open_state=Subquery(state))


def with_room_mates(bed, leaving):
    """The bed with its state and `kinds`: how each patient of the room must lie apart ("" for none), without those who leave."""
    kind = Isolation.objects.live().filter(encounter=OuterRef("encounter"), until__isnull=True).values("kind")[:1]
    lying = EncounterLocation.objects.live().filter(bed__room=OuterRef("room"), during__upper_inf=True).exclude(
        encounter__in=leaving).annotate(kind=Coalesce(Subquery(kind), Value(""))).values("kind")
    return with_state(Bed.objects.select_related("room")).annotate(kinds=ArraySubquery(lying)).get(pk=bed.pk)


def kind_of(encounter) -> str:
    """How the patient of the stay must lie apart now; "" when he need not."""
    return Isolation.objects.live().filter(encounter=encounter, until__isnull=True).values_list("kind", flat=True).first() or ""
