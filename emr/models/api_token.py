from django.db import models

from emr import clock
from emr.ids import new_id


class ApiToken(models.Model):
    """A bearer token for the API. Only its hash is kept; the token itself is shown once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("emr.User", models.PROTECT, related_name="tokens")
    sha256 = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80, blank=True)
    issued_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.label or str(self.id)
