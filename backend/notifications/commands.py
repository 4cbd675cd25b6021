"""Commands of notifications: a mail server hands over what it could not deliver."""

import sys

from backend.notifications import service

MOST = 1_000_000  # bytes of a report; longer ones carry the e-mail itself, which we do not need


async def bounce(argv: list[str]) -> int:
    """Read one report from standard input, as a mail server pipes it: ``bounces: "|python -m backend bounce"``."""
    await service.bounced(sys.stdin.buffer.read(MOST))
    return 0  # also for what is no report: a mail server would send it back, and round it goes


COMMANDS = {"bounce": ("take a report of an undelivered e-mail from standard input, as mail servers pipe it", bounce)}
