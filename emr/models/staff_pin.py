from django.db import models


class StaffPin(models.Model):
    """What somebody signs with at a colleague's screen: a PIN of his own choosing, a badge. Only hashes are kept.

    `wrong` counts wrong tries since the last right one or the last full sign-in; tries are reserved before they are checked,
    so that guesses made side by side count too.
    """

    staff = models.OneToOneField("emr.Staff", models.PROTECT, primary_key=True, related_name="pin")
    hash = models.CharField(max_length=200, blank=True, help_text="Empty: no PIN chosen yet, the password signs")
    badge = models.CharField(max_length=64, unique=True, null=True, blank=True, help_text="Keyed digest of the badge's code")
    wrong = models.PositiveSmallIntegerField(default=0)
    set_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "PIN of a member of staff"

    def __str__(self):
        return str(self.staff_id)
