"""What a page of this app answers after an act: the dialog closes, the sheet reads itself again, a word says what was done."""
import json

from django.http import HttpResponse

from emr.pages import back


def done(request, word):
    """After an act from the sheet or a dialog; without htmx the nurse returns to her list."""
    if not request.htmx:
        return back(request, "nursing:worklist")
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps({"dialog-close": True, "sheet-changed": True, "toast": {"text": str(word)}})
    return answer
