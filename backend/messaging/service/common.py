"""What the verbs of messaging share."""

from backend.core.actor import Actor
from backend.core.problems import BadRequest, Forbidden
from backend.core.words import N_
from backend.settings import settings

STAFF = ("administrator",)


class NoticeRefused(BadRequest):
    """The request cannot be taken; ``kind`` and ``why`` are in the words that the clients know."""

    code, title = "notice-refused", N_("This message cannot be sent")

    def __init__(self, why: str, kind: str = "BadRequestError") -> None:
        super().__init__()
        self.kind, self.why = kind, why


class KeyRefused(NoticeRefused):
    """The key is not for this."""

    status = 403


class TooManyFiles(NoticeRefused):
    """The day's files of a service are sent."""

    status = 429


def home(actor: Actor, *roles: str) -> str:
    """The county or city for which somebody works: whose services and wordings they keep."""
    held = actor.counties(*roles)
    if not held:
        raise Forbidden()
    return held[0]


def origin() -> str:
    """The address that other systems, and whoever they write to, know us by."""
    return settings().public_url.rstrip("/") or f"http://localhost:{settings().port}"
