"""An appointment as a calendar file (RFC 5545): one event, one reminder the evening before; or all, subscribed."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from backend.appointments.schemas import Appointment
from backend.core import clock
from backend.core.words import DEFAULT, N_, words

NAME = N_("Appointments at the service hall")
AGAIN = timedelta(hours=6)  # PT6H: how often a subscribed calendar should look
RING = N_("We ring you at this time: {phone}. You need not come to the hall.")


def ics(found: Appointment, lang: str = DEFAULT) -> bytes:
    """The file. An appointment that replaces another keeps its ``UID`` with a higher ``SEQUENCE``, and so does a
    cancellation: a calendar takes both over instead of keeping two (RFC 5545 §3.8.7.4). The file of one that was moved
    stays below the file of the one that replaced it.
    """
    return _written([entry(found, lang)])


def feed(found: Iterable[Appointment], lang: str = DEFAULT) -> bytes:
    """日历订阅: all of them, for a calendar that comes again by itself (RFC 7986 §5.7, and what came before it)."""
    return _written([entry(each, lang) for each in found], words(lang).gettext(NAME))


def entry(found: Appointment, lang: str) -> Event:
    """One appointment in a calendar, with its reminder."""
    event = Event()
    event.add("uid", f"{found.calendar}@linli")
    event.add("dtstamp", clock.now())
    event.add("dtstart", found.starts_at)
    event.add("dtend", found.ends_at)
    event.add("sequence", found.sequence + (found.state == "cancelled"))
    event.add("status", "CANCELLED" if found.state in ("cancelled", "moved") else "CONFIRMED")
    event.add("summary", f"{found.number} {found.item_name}".strip())
    if found.kind in ("phone", "video"):
        event.add("description", words(lang).gettext(RING, phone=found.phone_masked))
    else:
        event.add("location", found.address or f"{found.hall_name} {found.hall_address}".strip())
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", found.hall_name)
    alarm.add("trigger", timedelta(hours=-15))
    event.add_component(alarm)
    return event


def _written(events: list[Event], name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Linli//appointments//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT6H")
    for event in events:
        calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
