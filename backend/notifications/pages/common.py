"""What the pages of notifications share."""

from typing import Any

from litestar import Request

from backend.notifications import wording

Asked = Request[Any, Any, Any]
STORY: dict[str, Any] = {"channels": wording.CHANNELS, "endings": wording.ENDED, "reasons": wording.REASONS}
