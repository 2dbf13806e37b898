"""What the floors above tell the ward's one list and its hand-over, each through a source that its app registers when it starts.

A source of samples: function(encounter ids) -> rows {"encounter", "request", "texts", "due_at", "priority", "tube", "redraw"}:
what is to be drawn. A source of critical values: function(encounter ids, since) -> rows {"encounter", "id", "text", "flag", "at",
"seen"}.
"""

sample_sources = []
critical_sources = []


def samples(encounters) -> list[dict]:
    """Samples that are still to be drawn from these patients; one query for each source."""
    return [row for source in sample_sources for row in source(encounters)] if encounters else []


def critical(encounters, since) -> list[dict]:
    """Critical values that came after `since`; one query for each source."""
    return [row for source in critical_sources for row in source(encounters, since)] if encounters else []
