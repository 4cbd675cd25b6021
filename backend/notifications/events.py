"""What notifications announce."""

from uuid import UUID

from backend.core.events import Event


class TextArrived(Event, frozen=True, kw_only=True):
    """A text came back; ``subject`` is its row. What it says is read with ``text_that_came``.

    ``about`` is what another system had written to the number, when that was the last that went there.
    """

    about: UUID | None = None


class MessageRead(Event, frozen=True, kw_only=True):
    """The person opened a message in the inbox; ``subject`` is the message."""


class NoticeWishesChanged(Event, frozen=True, kw_only=True):
    """How the person wants to be told; ``subject`` is the person."""


class NoticePhoneAdded(Event, frozen=True, kw_only=True):
    """A further number was entered and a code sent there; ``subject`` is its row."""


class NoticePhoneConfirmed(Event, frozen=True, kw_only=True):
    """The code of a further number was entered; ``person`` is whose."""

    person: UUID


class NoticePhoneRemoved(Event, frozen=True, kw_only=True):
    """A further number was taken away."""


class NoticePhoneMoved(Event, frozen=True, kw_only=True):
    """Messages go to this number first from now on, or no longer."""

    person: UUID
    first: bool


class NoticeEmailAdded(Event, frozen=True, kw_only=True):
    """An e-mail address was entered and a code sent there; ``subject`` is its row."""


class NoticeEmailConfirmed(Event, frozen=True, kw_only=True):
    """The code of an e-mail address was entered; ``person`` is whose."""

    person: UUID


class NoticeEmailChanged(Event, frozen=True, kw_only=True):
    """Whether messages go to the e-mail address before they go as texts, and whether news do; without ``news`` 退订."""

    person: UUID
    first: bool
    news: bool


class NoticeEmailRemoved(Event, frozen=True, kw_only=True):
    """The e-mail address was taken away."""


class NoticeTextsStopped(Event, frozen=True, kw_only=True):
    """退订: the person answered STOP; ``subject`` is the person."""


class NoticeTextsResumed(Event, frozen=True, kw_only=True):
    """恢复: the person answered START; ``subject`` is the person."""


class NoticeCopyChanged(Event, frozen=True, kw_only=True):
    """A delegate is told too, or no longer; ``subject`` is the person."""

    delegate: UUID
    on: bool


class MessageAnswered(Event, frozen=True, kw_only=True):
    """The person sent a text back, and it was done; ``subject`` is the message."""

    answer: str


class ReplyRead(Event, frozen=True, kw_only=True):
    """An operator looked after a text that somebody sent; ``subject`` is the text."""


class CallBegun(Event, frozen=True, kw_only=True):
    """Somebody rings or knocks; ``subject`` is the call."""

    person: UUID


class CallEnded(Event, frozen=True, kw_only=True):
    """What came of a call."""

    person: UUID
    answer: str
