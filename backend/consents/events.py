"""What consents announce."""

from backend.core.events import Event


class ConsentGiven(Event, frozen=True, kw_only=True):
    """A person agreed; ``subject`` is the person."""

    purpose: str
    version: int


class ConsentWithdrawn(Event, frozen=True, kw_only=True):
    """A person took it back; whoever relied on it stops now. ``subject`` is the person."""

    purpose: str
