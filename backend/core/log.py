"""Structured logs: one JSON line an event, to standard error. Never personal data: ids, codes, numbers only."""

import sys
import time
from typing import Any, TextIO

import msgspec

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_encode = msgspec.json.Encoder(enc_hook=str).encode


class Logger:
    """Writes lines at or above its level. Request lines are gathered and written together."""

    def __init__(self, stream: TextIO | None = None, level: str = "info") -> None:
        self.stream = stream
        self.threshold = LEVELS[level]
        self._waiting: list[bytes] = []

    def log(self, level: str, message: str, **fields: Any) -> None:
        """Write one line now."""
        if LEVELS[level] >= self.threshold:
            self._write(
                _encode({"at": round(time.time(), 3), "level": level, "message": message, **fields}).decode() + "\n"
            )

    def request(self, line: bytes) -> None:
        """Keep an encoded access line; a full batch is written at once."""
        if self.threshold <= LEVELS["info"]:
            self._waiting.append(line)
            if len(self._waiting) >= 64:
                self.flush()

    def flush(self) -> None:
        """Write the gathered lines."""
        if self._waiting:
            lines, self._waiting = self._waiting, []
            self._write(b"\n".join(lines).decode() + "\n")

    def _write(self, text: str) -> None:
        stream = self.stream or sys.stderr
        stream.write(text)
        stream.flush()


logger = Logger()
