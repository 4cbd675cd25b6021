"""What a refusal says beside the fields of a form."""

from backend.core.http.context import Connection, viewer_of
from backend.core.problems import Problem
from backend.core.words import words


def in_words(request: Connection, problem: Problem | None, field: str = "") -> dict[str, str]:
    """The messages of a refusal by field, in the reader's language; one without fields goes to ``field``."""
    if problem is None:
        return {}
    viewer = viewer_of(request)
    say = words(viewer.lang, viewer.plain).gettext
    texts = problem.fields or {field: problem.detail or problem.title}
    return {name: say(text, **problem.values) for name, text in texts.items()}
