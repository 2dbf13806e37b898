"""What a process has loaded stays for good: the garbage collector need not walk over it with every page."""
import gc

ROUNDS = 10_000, 5, 5  # objects made before a round over the young ones, and how many of those before an older one; costs 1 MB


def keep_what_is_loaded() -> None:
    """Take all that is there now out of the collector's rounds, and let it go round less often; when all is imported.

    No page waits then for a round over the whole program: the slowest twentieth of the sheets of a full ward takes half the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*ROUNDS)
