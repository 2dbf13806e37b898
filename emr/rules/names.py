"""Rules of names for all apps; they stand in emr.people.names, because the queries of this app need them too."""
from emr.people.names import (
    HAS_CYRILLIC,
    LOOKALIKES,
    cyrillic_guesses,
    digits,
    fold,
    layout_variants,
    plain_identifier,
    romanise,
    search_text,
    sort_key,
    word_variants,
)

__all__ = ["HAS_CYRILLIC", "LOOKALIKES", "cyrillic_guesses", "digits", "fold", "layout_variants", "plain_identifier", "romanise",
           "search_text", "sort_key", "word_variants"]
