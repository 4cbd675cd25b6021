"""What the pages of notifications share."""

from typing import Any

from litestar import Request

from backend.core.http import viewer_of
from backend.core.problems import Problem
from backend.core.words import words
from backend.notifications import wording

Asked = Request[Any, Any, Any]
STORY: dict[str, Any] = {"channels": wording.CHANNELS, "endings": wording.ENDED, "reasons": wording.REASONS}


def in_words(request: Asked, problem: Problem, field: str) -> dict[str, str]:
    """The messages of a refusal by field, in the reader's language; one without fields goes to ``field``."""
    viewer = viewer_of(request)
    say = words(viewer.lang, viewer.plain).gettext
    texts = problem.fields or {field: problem.detail or problem.title}
    return {name: say(text, **problem.values) for name, text in texts.items()}
