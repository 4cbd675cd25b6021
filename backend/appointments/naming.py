"""Messages about a visit for several services name them all; about one service they are as short as ever.

Where nobody comes to a hall they say so (``telling``), and no service: it stands on the page.
"""

from typing import Any

import msgspec

from backend.appointments.access import services_of
from backend.appointments.telling import fitting
from backend.catalogue import service as catalogue
from backend.core.words import N_
from backend.notifications.schemas import Template

# How one meets, of an appointment ``a``; nothing at a general counter.
KIND = """(SELECT g.kind FROM appointments_slot s JOIN appointments_group g ON g.region = s.region AND g.id = s.group_id
        WHERE s.region = a.region AND s.id = a.slot_id)"""
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
    """The wording for a visit and how one meets, what it adds to the values, and the one service that decides which
    delegates may read.

    What is for several services goes to no delegate whose mandate names services.
    """
    items, elsewhere = services_of(row), fitting(template, row["kind"])
    if len(items) < 2 or template.id not in SEVERAL or elsewhere is not template:
        return elsewhere, {}, items[0] if len(items) == 1 else ""
    names = await catalogue.names(items)
    said = "；".join(names[each] for each in items if each in names)
    return msgspec.structs.replace(template, text=SEVERAL[template.id]), {"services": said}, ""
