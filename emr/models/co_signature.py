from django.db import models

from emr import clock
from emr.ids import new_id


class CoSignature(models.Model):
    """The physician's signature below a paper that a learner signed (B11). The paper itself stays as it was signed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.OneToOneField("emr.Document", models.PROTECT, related_name="co_signature")
    signed_at = models.DateTimeField(default=clock.now)
    signed_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")

    def __str__(self):
        return f"{self.document_id} {self.signed_by}"
