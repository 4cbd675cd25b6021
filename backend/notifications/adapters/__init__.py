"""The channels by which machines tell people. A new one is an object with four answers, added by ``use``."""

from uuid import UUID

from backend.notifications.adapters.http import HttpChannel
from backend.notifications.adapters.mail import MailChannel
from backend.notifications.adapters.port import Channel, Outgoing, Taken

__all__ = ["Channel", "Outgoing", "Taken", "channel", "ready", "speaks", "use", "ways"]
_channels: dict[str, Channel] = {
    each.name: each for each in (HttpChannel("sms"), HttpChannel("voice"), MailChannel(), HttpChannel("letter"))
}


def use(new: Channel) -> None:
    """Take up a channel, or another adapter for one: ``push`` and ``miniprogram`` come this way."""
    _channels[new.name] = new


def channel(name: str) -> Channel | None:
    """The adapter of a channel; none where this installation has none."""
    return _channels.get(name)


def ready(name: str) -> bool:
    """Whether this installation has a channel."""
    return name in _channels and _channels[name].ready()


async def ways(person: UUID | None, phone: str) -> frozenset[str]:
    """The channels that are set up and have an address for this receiver."""
    there = [each for each in _channels.values() if each.ready()]
    return frozenset([each.name for each in there if await each.reaches(person, phone)])


def speaks() -> bool:
    """Whether a voice can read a code out: its own gateway, or the one for texts."""
    return any(_channels[name].ready() for name in ("voice", "sms"))
