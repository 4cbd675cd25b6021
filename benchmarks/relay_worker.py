"""The worker of the project with one listener more: a notice of the benchmark becomes a message to its person."""

import sys

from backend import worker
from backend.core.actor import Actor
from backend.core.events import Announcement, Event, on
from backend.identity import service as identity
from backend.notifications.schemas import Template

SYSTEM = Actor.system("benchmark")
PLAIN = Template(id="bench-plain", text="Notice {what}", title="Notice")
SOON = Template(id="bench-soon", text="Ticket {what}", title="Ticket", spoken=True)  # as a call to the counter


class BenchNotice(Event, frozen=True, kw_only=True):
    """``subject`` is the person; ``what`` is said."""

    what: str
    soon: bool = False


@on(BenchNotice)
async def tell(event: BenchNotice, row: Announcement) -> None:
    """What any slice does when something happened."""
    template = SOON if event.soon else PLAIN
    values = {"what": event.what}
    await identity.tell(SYSTEM, event.subject, template, values, about=row.id, once=f"bench:{row.id}")


if __name__ == "__main__":
    sys.exit(worker.main([]))
