"""Taking a patch off."""
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emr.pages import look, request_key
from nursing.actions.patch_removal import remove_patch
from nursing.web.answers import done
from nursing.web.medication_administration import GiveForm


@require_POST
@look("nursing.remove_patch")
def remove(request, administration_id):
    """Record that the patch was taken off just now."""
    signed = {name: value for name, value in GiveForm(request.POST, actor=request.actor).values()
              .items() if name.startswith("witness")}
    remove_patch(administration_id, by=request.actor, request_key=request_key(request), **signed)
    return done(request, _("Recorded: the patch is off"))
