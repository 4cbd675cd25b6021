"""Commands of notifications: a mail server hands over what it could not deliver; the font of letters is made anew."""

import sys
from pathlib import Path

from backend.notifications import service

MOST = 1_000_000  # bytes of a report; longer ones carry the e-mail itself, which we do not need


async def bounce(argv: list[str]) -> int:
    """Read one report from standard input, as a mail server pipes it: ``bounces: "|python -m backend bounce"``."""
    await service.bounced(sys.stdin.buffer.read(MOST))
    return 0  # also for what is no report: a mail server would send it back, and round it goes


async def letter_font(argv: list[str]) -> int:
    """Write ``data/letter.woff`` from a collection of Noto Sans CJK and a table of the Unihan database."""
    from backend.notifications import typeface

    typeface.write(Path(argv[0]), Path(argv[1]))
    return 0


COMMANDS = {
    "bounce": ("take a report of an undelivered e-mail from standard input, as mail servers pipe it", bounce),
    "letter-font": ("make the font of letters: NotoSansCJK-Regular.ttc Unihan_OtherMappings.txt", letter_font),
}
