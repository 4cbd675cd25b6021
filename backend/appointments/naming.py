"""Messages about a visit for several services name them all; about one service they are as short as ever."""

from typing import Any

import msgspec

from backend.appointments.access import services_of
from backend.catalogue import service as catalogue
from backend.core.words import N_
from backend.notifications.schemas import Template

SEVERAL = {
    "appointment-booked": N_(
        "You have a place for {services}: {date}, {time}, {hall}, number {number}. "
        "To change it or cancel, call {phone}."
    ),
    "appointment-moved": N_(
        "Your new time for {services}: {date}, {time}, {hall}, number {number}. To change it or cancel, call {phone}."
    ),
    "appointment-in-two-days": N_(
        "Your appointment for {services}: {date}, {time}, {hall}, number {number}. "
        "Answer 1 if you come, 2 if not. Questions? {phone}."
    ),
    "appointment-in-two-hours": N_(
        "Today at {time}, for {services}: {hall}, number {number}. Answer 1 if you come, 2 if not. Questions? {phone}."
    ),
}


async def naming(template: Template, row: Any) -> tuple[Template, dict[str, str], str]:
    """The wording for a visit, what it adds to the values, and the one service that decides which delegates may read.

    What is for several services goes to no delegate whose mandate names services.
    """
    items = services_of(row)
    if len(items) < 2 or template.id not in SEVERAL:
        return template, {}, items[0] if len(items) == 1 else ""
    names = await catalogue.names(items)
    said = "；".join(names[each] for each in items if each in names)
    return msgspec.structs.replace(template, text=SEVERAL[template.id]), {"services": said}, ""
