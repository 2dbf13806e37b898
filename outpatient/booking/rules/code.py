"""The code on a coupon, the number on a referral: ten base32 characters that nobody can guess (50 random bits)."""
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


def referral_number(pk) -> str:
    """The number of a referral as its paper shows it: the last 50 bits of its id, which are random (emr.ids)."""
    return base64.b32encode(((pk.int & (1 << 50) - 1) << 6).to_bytes(7, "big")).decode()[:LENGTH]
