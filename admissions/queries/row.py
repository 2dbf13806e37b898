"""Rows by what an act was handed: a row already loaded, or its id."""
from django.core.exceptions import ValidationError

from emr.errors import NotFound


def row_of(model, value, *related):
    """The row itself when one is given, else the row of that id; None stays None. Raises NotFound."""
    if value is None or isinstance(value, model):
        return value
    try:
        found = model._base_manager.select_related(*related).filter(pk=value).first()
    except (ValidationError, ValueError, TypeError):
        found = None
    if found is None:
        raise NotFound()
    return found
