"""Ids made in the application: time-ordered (UUIDv7, RFC 9562 §5.7); 74 random bits keep them from being guessed."""

import os
import secrets
import time
from uuid import UUID

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: read aloud and typed by old hands


def new() -> UUID:
    """A new time-ordered id."""
    millis = time.time_ns() // 1_000_000
    rand = int.from_bytes(os.urandom(10), "big")
    high = (millis & (1 << 48) - 1) << 80
    return UUID(int=high | 0x7 << 76 | (rand >> 68) << 64 | 0b10 << 62 | rand & (1 << 62) - 1)


def code(length: int = 8) -> str:
    """A short code that a person can read aloud; 31 symbols, about 5 bits each. Never the only protection of a row."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
