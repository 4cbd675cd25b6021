"""What the pages of appointments share: the choice so far, days and times as a resident reads them."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.params import Parameter

from backend.appointments import rules, service
from backend.appointments.opening_schemas import Nearest, ServiceDesk
from backend.appointments.schemas import OpenDay, OpenSlot, services
from backend.catalogue import service as catalogue
from backend.core import clock
from backend.core.actor import Actor
from backend.core.words import DEFAULT, N_
from backend.places import service as places
from backend.places.schemas import Hall

Asked = Request[Any, Any, Any]
NOON = 12
HALLS = 6
SOONER = 3
BRING = 8
POOLS = {
    "online": N_("online"),
    "phone": N_("telephone"),
    "counter": N_("counter"),
    "kiosk": N_("kiosk"),
    "helper": N_("registered helpers"),
}


# The services of a visit in an address or a form: their ids in one field, with commas between.
Services = Annotated[str, Parameter(max_length=270)]
ServicesField = Annotated[str, msgspec.Meta(max_length=270, pattern=r"^[A-Za-z0-9_.\-,]*$")]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One service of a visit; ``rest`` are the others, for an address without this one."""

    id: str
    name: str
    rest: str


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What has been chosen so far: the services of the visit, hall, day. ``item`` holds all their ids."""

    item: str = ""
    item_name: str = ""
    hall: Hall | None = None
    day: date | None = None
    parts: list[Part] = []

    @property
    def first(self) -> str:
        """The service that was chosen first."""
        return self.parts[0].id if self.parts else ""

    @property
    def full(self) -> bool:
        """Whether no further service fits into the visit."""
        return len(self.parts) >= rules.SERVICES

    def and_also(self, item: str) -> str:
        """The services with one more."""
        return ",".join(services("", [*(each.id for each in self.parts), item]))


ANY_COUNTER = ServiceDesk(groups=[None])


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """Days on offer, the chosen one, and its times by half of the day."""

    days: list[OpenDay]
    day: date | None
    morning: list[OpenSlot]
    afternoon: list[OpenSlot]
    desk: ServiceDesk = ANY_COUNTER
    released_at: datetime | None = None  # when unused places of the day's first time are released
    others_until: date | None = None  # the last day that people from elsewhere can book today
    source: str = ""  # where the hours are known from: listed | demonstration | manager

    @property
    def sample(self) -> OpenSlot | None:
        """One of the day's times: how long the visit takes, and how many times in a row."""
        return next(iter([*self.morning, *self.afternoon]), None)

    @property
    def minutes(self) -> int:
        """How long the visit takes."""
        return self.sample.minutes if self.sample else 0

    @property
    def some_full(self) -> bool:
        """Whether a day has no place left in this channel's share."""
        return any(each.left == 0 for each in self.days)

    @property
    def first(self) -> datetime | None:
        """The beginning of the chosen day's first free time."""
        return next((each.starts_at for each in [*self.morning, *self.afternoon] if each.left > 0), None)

    @property
    def to_wait_for(self) -> str:
        """The first full day among free ones: who waits begins with it. Empty when all are full, or none."""
        full = [each.day for each in self.days if each.left == 0]
        return full[0].isoformat() if full and len(full) < len(self.days) else ""


async def choice(actor: Actor, item: str, hall: UUID | None, day: date | None) -> Choice:
    """The choice of an address; an unknown item is left out, an unknown hall is not found."""
    names = await catalogue.names(set(split(item))) if item else {}
    known = await places.hall(actor, hall) if hall else None
    ids = [each for each in split(item) if each in names]
    parts = [Part(id=each, name=names[each], rest=",".join(o for o in ids if o != each)) for each in ids]
    return Choice(
        item=",".join(ids), item_name="；".join(names[each] for each in ids), hall=known, day=day, parts=parts
    )


def split(item: str) -> list[str]:
    """The services of an address or a form."""
    return services("", item.split(","))


async def times(actor: Actor, hall: UUID, day: date | None, item: str = "") -> Times:
    """The days of the hall, and the times of the chosen day or of the first one that has places."""
    items = split(item)
    days = await service.open_days(actor, hall, items=items)
    on_offer = {each.day for each in days}
    free = [each.day for each in days if each.left > 0]
    chosen = day if day in on_offer else (free[0] if free else None)
    found = await service.open_slots(actor, hall, chosen, items=items) if chosen else []
    early = [each for each in found if clock.local(each.starts_at).hour < NOON]
    late = [each for each in found if each not in early]
    opening = await service.rules_of(actor, hall) if days else []
    policy = await service.policy_of(actor, found[0].hall if found else hall)
    released = service.released_at(found[0].starts_at, policy) if found else None
    others = clock.today() + timedelta(days=policy.others_days) if policy.others_days else None
    desk = await service.desk_of(actor, hall, items=items) if item and not days else ANY_COUNTER
    return Times(
        days=days, day=chosen, morning=early, afternoon=late, source=opening[0].source if opening else "",
        desk=desk, released_at=released if released and released > clock.now() else None,
        others_until=others if others and days and others < days[-1].day else None,
    )  # fmt: skip


async def bookable_halls(actor: Actor, place: str) -> list[Hall]:
    """Halls with times on offer: those for my place first, then the others whose hours are known."""
    near = [each.hall for each in await places.nearest_halls(actor, place, limit=20)]
    listed = (await places.halls(actor, derived=False, limit=100)).items
    found = {each.id: each for each in [*near, *listed] if each.bookable}
    return list(found.values())[:HALLS]


async def sooner(actor: Actor, place: str, hall: UUID, item: str, found: Times) -> list[Nearest]:
    """最早可约: other halls around with a free time before this one's first; all of them where this one has none."""
    first = found.first if found.day else None
    around = await service.nearest(actor, items=split(item), place=place)
    return [each for each in around if each.hall != hall and (first is None or each.starts_at < first)][:SOONER]


async def bring(actor: Actor, item: str, place: str) -> list[str]:
    """What the place's own guide says to bring; a list from elsewhere is left to the guide page, which says so."""
    found: list[str] = []
    for each in split(item):
        guide = await catalogue.guide(actor, each, place)
        found += guide.materials[:BRING] if guide.materials_origin != "reference" else []
    return list(dict.fromkeys(found))


def hall_name(hall: Hall | None, lang: str) -> str:
    """How a page calls a hall in the viewer's language."""
    if hall is None:
        return ""
    return hall.name if lang == DEFAULT else hall.english or hall.name


def keeps(actor: Actor) -> bool:
    """Whether a chosen time is kept at once: for somebody signed in. Others sign in first."""
    return "resident" in actor.roles


def next_of(actor: Actor) -> str:
    """Where the chosen time goes."""
    return "/appointments/holds" if keeps(actor) else "/appointments/confirm"
