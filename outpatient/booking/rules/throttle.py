"""How often somebody may try (R53): five tries at once, then slower and slower, and after fifty an hour of rest."""
import datetime as dt

from django.conf import settings
from django.utils.crypto import salted_hmac

FREE, MOST = 5, 50
WINDOW = LOCK = dt.timedelta(hours=1)
LONGEST_DELAY = 30  # seconds


def key(kind: str, *parts: str) -> str:
    """The key of a counter: a keyed digest, so that no name or address is stored."""
    return salted_hmac(f"booking.throttle.{kind}", "\0".join(parts), secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def network_of(address: str) -> str:
    """The address by which a client is counted: an IPv6 client owns a whole /64."""
    return ":".join(address.split(":")[:4]) if ":" in address and "." not in address else address


def wait_after(tries: int) -> dt.timedelta:
    """How long to wait after so many tries within the hour."""
    if tries >= MOST:
        return LOCK
    return dt.timedelta(seconds=min(2 ** (tries - FREE), LONGEST_DELAY)) if tries >= FREE else dt.timedelta()
