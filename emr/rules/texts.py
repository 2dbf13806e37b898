"""Whether texts fit their columns, asked before the database would answer with an error."""
from emr.errors import TextTooLong


def fits(model, **texts):
    """Check each text against the length of the model's column. Raises TextTooLong naming the field."""
    for name, text in texts.items():
        limit = model._meta.get_field(name).max_length
        if limit and text and len(text) > limit:
            raise TextTooLong(field=name, length=len(text), limit=limit)
