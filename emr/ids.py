"""Row identities that sort by time, so that new rows lie side by side on disk (RFC 9562, UUID version 7)."""
import os
import time
import uuid


def new_id() -> uuid.UUID:
    """A new identity: 48 bits of milliseconds, then 74 random bits."""
    value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)
