"""What the pages of notifications share."""

import re
from contextlib import suppress
from datetime import date
from typing import Any

from litestar import Request

from accessibility.render import DATES
from backend.notifications import wording

Asked = Request[Any, Any, Any]
STORY: dict[str, Any] = {"channels": wording.CHANNELS, "endings": wording.ENDED, "reasons": wording.REASONS}
DAY = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?![0-9-])")  # as templates write it


def days_said(text: str, lang: str) -> str:
    """Days as people say them: a text message writes them in few signs, because every sign costs."""
    said = DATES.get(lang, DATES["en"])["date_full"]
    with suppress(ValueError):  # 30 February, typed by somebody: the words stay as they are
        return DAY.sub(lambda found: said(date.fromisoformat(found.group())), text)
    return text
