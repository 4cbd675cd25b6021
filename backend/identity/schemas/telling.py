"""What somebody is to be told."""

from datetime import datetime
from uuid import UUID

import msgspec

from backend.core.actor import Actor
from backend.notifications.schemas import Template


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one person, in the words of ``tell``. ``copy_of`` is whose message it is a copy of."""

    actor: Actor
    person: UUID
    template: Template
    values: dict[str, str]
    about: UUID
    once: str
    item: str = ""
    expires: datetime | None = None
    by: str = ""
    copy_of: str = ""
