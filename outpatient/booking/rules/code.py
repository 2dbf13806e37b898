"""The code on a coupon: ten base32 characters that nobody can guess (50 random bits)."""
import base64
import os

LENGTH = 10
ALPHABET = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def new_code() -> str:
    """A fresh code; letters and the digits 2 to 7, so that nothing is misread."""
    return base64.b32encode(os.urandom(7)).decode()[:LENGTH]


def typed(text: str) -> str:
    """The code as a person typed or a scanner read it."""
    return "".join(letter for letter in (text or "").upper() if letter in ALPHABET)[:LENGTH]
