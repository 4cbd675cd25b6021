"""How large the body of a request may be: small everywhere, larger at the few addresses that take files.

A door says its own when it is imported. What is larger than usual is held in memory whole, so a door that takes it
knows who sends it before it reads, and lets in a few at a time.
"""

MAX_BODY = 64 * 1024  # bytes
_larger: dict[str, int] = {}


def allow_body(path: str, size: int) -> None:
    """Let the body of a request to exactly this address be so large, in bytes."""
    _larger[path] = size


def largest(path: str) -> int:
    """The limit of an address."""
    return _larger.get(path, MAX_BODY)
