"""What messaging announces. Ids, kinds and states only."""

from uuid import UUID

from backend.core.events import Event


class ServiceAdded(Event, frozen=True, kw_only=True):
    """A system of an organisation may get keys."""

    organisation: UUID


class ServiceEnded(Event, frozen=True, kw_only=True):
    """A system no longer sends; its keys are worth nothing."""


class GuestsChanged(Event, frozen=True, kw_only=True):
    """Whom the team keys of a service may reach."""


class KeyMade(Event, frozen=True, kw_only=True):
    """A service has a new key; ``subject`` is the key."""

    service: UUID
    kind: str


class KeyRevoked(Event, frozen=True, kw_only=True):
    """A key is worth nothing from now on."""

    service: UUID


class TemplateSaved(Event, frozen=True, kw_only=True):
    """A template has a new version."""

    version: int
    lang: str
    wording: str


class TemplateArchived(Event, frozen=True, kw_only=True):
    """A template is no longer used."""


class MessageReworded(Event, frozen=True, kw_only=True):
    """A city words one of our messages differently; ``subject`` is made from its code."""

    code: str
    lang: str
    wording: str
    version: int


class TemplateTried(Event, frozen=True, kw_only=True):
    """Somebody sent a template to a number to see it."""


class NoticeAccepted(Event, frozen=True, kw_only=True):
    """A service handed a message over."""

    service: UUID
    kind: str
    template: UUID | None = None


class FileDownloaded(Event, frozen=True, kw_only=True):
    """Somebody with the link of a file has taken it."""

    service: UUID


class TextReceived(Event, frozen=True, kw_only=True):
    """A text message came in."""

    service: UUID | None = None


class BroadcastMade(Event, frozen=True, kw_only=True):
    """A message to everybody of an area was written."""

    kind: str
    division: str
    drill: bool


class BroadcastBegun(Event, frozen=True, kw_only=True):
    """It goes out from now on."""

    kind: str
    drill: bool


class BroadcastRefused(Event, frozen=True, kw_only=True):
    """The second person did not agree to a warning."""


class BroadcastStopped(Event, frozen=True, kw_only=True):
    """No more people are told."""


class BroadcastResumed(Event, frozen=True, kw_only=True):
    """Those not yet told are told."""


class WarningWentOn(Event, frozen=True, kw_only=True):
    """A piece of a warning was told. Not announced any more; the trail still has such rows."""

    told: int


class BroadcastOver(Event, frozen=True, kw_only=True):
    """Everybody was told, or the emergency has ended."""

    told: int


class WarningAcknowledged(Event, frozen=True, kw_only=True):
    """A warning reached somebody; ``how`` is ``page``, ``text`` or ``grid``."""

    person: UUID
    how: str
