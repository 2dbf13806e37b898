"""Links in mails: signed, for one booking, of no use once its time has come. They stand in the query, which no log keeps."""
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

VISIT, OFFER = "visit", "offer"


def _signer(use):
    return Signer(salt=f"booking.{use}", sep=".")


def address(use: str, booking) -> str:
    """The whole address that the mail names; `use`: what can be done there."""
    return f"{settings.PUBLIC_URL}{reverse(f'booking:link_{use}')}?t={token(use, booking)}"


def token(use: str, booking) -> str:
    """What the address proves: that its reader was told of this booking."""
    return _signer(use).sign(booking.pk.hex)


def booking_in(use: str, text: str) -> str | None:
    """The booking of a token of this use; None when nobody of ours signed it."""
    try:
        return _signer(use).unsign(text or "")
    except BadSignature:
        return None
