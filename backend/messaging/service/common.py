"""What the verbs of messaging share."""

from backend.core.actor import Actor
from backend.core.problems import Forbidden

STAFF = ("administrator",)


def home(actor: Actor, *roles: str) -> str:
    """The county or city for which somebody works: whose services and wordings they keep."""
    held = actor.counties(*roles)
    if not held:
        raise Forbidden()
    return held[0]
