"""What goes in and comes out of video meetings."""

from datetime import datetime
from typing import Annotated

import msgspec

from backend.core.schemas import Input, Output


class MeetingRequest(Input, frozen=True, kw_only=True):
    """At which service one meets: an https address with ``*`` for the room. Empty: the hall rings."""

    address: Annotated[str, msgspec.Meta(max_length=200)] = ""


class MeetingView(Output, frozen=True, kw_only=True):
    """The address template of a group, and the hosts that the installation allows."""

    address: str
    hosts: list[str]


class VideoHeld(Output, frozen=True, kw_only=True):
    """That there was a room for an appointment, as its person finds it among what is kept of them."""

    made: datetime
    ring: datetime | None
