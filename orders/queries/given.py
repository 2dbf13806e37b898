"""When a dose was last given: told by the app that records giving. It stands a floor above and puts itself in here."""
given_sources = []  # functions (order ids, moment) -> (when, who) of the last dose given at that moment or later, or None


def since(requests, moment) -> tuple | None:
    """When and by whom a dose of these orders was last given at that moment or later; entries taken back do not count."""
    return max((told for told in (source(requests, moment) for source in given_sources) if told), default=None)
