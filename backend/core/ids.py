"""Ids made in the application: time-ordered (UUIDv7, RFC 9562 §5.7); 62 random bits keep them from being guessed."""

import os
import secrets
import threading
import time
from uuid import UUID

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: read aloud and typed by old hands


class _Sequence:
    """Milliseconds and a 12-bit counter that starts anew, at random, in each of them (RFC 9562 §6.2 method 1).

    Two announcements of one process about one subject must sort in the order they were made.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        """The next 60-bit stamp, always larger than the one before."""
        fresh = time.time_ns() // 1_000_000 << 12 | int.from_bytes(os.urandom(2), "big") & 0x3FF
        with self._lock:
            self._last = max(fresh, self._last + 1)
            return self._last


_sequence = _Sequence()


def new() -> UUID:
    """A new time-ordered id."""
    stamp = _sequence.next()
    rand = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | rand)


def code(length: int = 8) -> str:
    """A short code that a person can read aloud; 31 symbols, about 5 bits each. Never the only protection of a row."""
    drawn = secrets.randbelow(len(ALPHABET) ** length)  # one draw: asking the system for each letter is dear
    return "".join(ALPHABET[drawn // len(ALPHABET) ** place % len(ALPHABET)] for place in range(length))
