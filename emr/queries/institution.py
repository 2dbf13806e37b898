"""Which institution this is."""
import time

from emr.models import Institution

_known: tuple[float, Institution | None] = (0.0, None)


def current() -> Institution | None:
    """Our own institution, read again at most once a minute; None before set-up."""
    global _known
    if _known[1] is None or time.monotonic() - _known[0] > 60:
        _known = (time.monotonic(), Institution.objects.filter(is_ours=True).first())
    return _known[1]


def forget():
    """Read it anew next time (after set-up, and between tests)."""
    global _known
    _known = (0.0, None)
