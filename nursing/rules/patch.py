"""What counts as a patch (P8)."""
import re

from nursing.queries.patch import FORMS

PATCH = re.compile(FORMS, re.IGNORECASE)


def is_patch(request) -> bool:
    """Is the drug of this order put on the skin as a patch, and stays there: by its route, or by its form."""
    return request.route.upper() == "TD" or bool(PATCH.search(request.medication.form))
