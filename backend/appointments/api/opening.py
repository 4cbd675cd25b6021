"""The JSON door to a hall's opening: rules, groups, rosters, closures, and the first free time around a place."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, patch, post, put
from litestar.params import Parameter

from backend.appointments import service
from backend.appointments.opening_schemas import (
    Affected,
    Closing,
    ClosingRequest,
    ClosingSheet,
    CounterGroup,
    DayPlan,
    Effect,
    GroupRequest,
    HallLimits,
    JointRequest,
    Nearest,
    NeedRequest,
    OpeningChange,
    RosterChange,
    RosterCounter,
    RosterCounterRequest,
    RosterWeek,
    ServiceDesk,
    Skills,
    WeekRequest,
)
from backend.core.http import actor_of, allow

Req = Request[Any, Any, Any]
Items = Annotated[list[Annotated[str, msgspec.Meta(max_length=64)]] | None, Parameter(query="item")]
Place = Annotated[str, Parameter(max_length=12, pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$")]
From = Annotated[date | None, Parameter(query="from")]
OPEN, DESK = ["appointments"], ["desk"]


@get("/appointments/nearest", opt=allow(service.nearest), tags=OPEN)
async def nearest(request: Req, items: Items = None, place: Place = "", first: From = None) -> list[Nearest]:
    """最早可约: the first free time of each hall around a place, for the caller's channel; the earliest first."""
    return await service.nearest(actor_of(request), items=items or [], place=place, first=first)


@get("/halls/{hall:uuid}/desk", opt=allow(service.desk_of), tags=OPEN)
async def desk(request: Req, hall: UUID, items: Items = None) -> ServiceDesk:
    """Which counters of a hall do a visit, how one meets them, and how many minutes are noted for it."""
    return await service.desk_of(actor_of(request), hall, items=items or [])


@get("/halls/{hall:uuid}/groups", opt=allow(service.groups_of), tags=OPEN)
async def groups(request: Req, hall: UUID) -> list[CounterGroup]:
    """The groups of counters of a hall; none where every counter takes everything."""
    return await service.groups_of(actor_of(request), hall)


@post("/halls/{hall:uuid}/groups", opt=allow(service.add_group), tags=DESK)
async def add_group(request: Req, hall: UUID, data: GroupRequest) -> CounterGroup:
    """Set up a group of counters."""
    return await service.add_group(actor_of(request), hall, data)


@put("/halls/{hall:uuid}/groups/{group:uuid}", opt=allow(service.change_group), tags=DESK)
async def change_group(request: Req, hall: UUID, group: UUID, data: GroupRequest) -> CounterGroup:
    """Change what a group of counters handles."""
    return await service.change_group(actor_of(request), hall, group, data)


@delete("/halls/{hall:uuid}/groups/{group:uuid}", opt=allow(service.remove_group), tags=DESK)
async def remove_group(request: Req, hall: UUID, group: UUID) -> None:
    """Take away a group that opens no more."""
    await service.remove_group(actor_of(request), hall, group)


@get("/halls/{hall:uuid}/groups/joint", opt=allow(service.joint_groups_of), tags=OPEN)
async def joint_groups(request: Req, hall: UUID) -> list[CounterGroup]:
    """联办: groups of other halls of the county that this one runs too; their times are on offer here as well."""
    return await service.joint_groups_of(actor_of(request), hall)


@put("/halls/{hall:uuid}/groups/{group:uuid}/halls", opt=allow(service.set_joint), tags=DESK)
async def set_joint(request: Req, hall: UUID, group: UUID, data: JointRequest) -> CounterGroup:
    """Say which further halls run a group; only for what is done by telephone, by video or at home."""
    return await service.set_joint(actor_of(request), hall, group, data)


@get("/halls/{hall:uuid}/needs", opt=allow(service.needs_of), tags=OPEN)
async def needs(request: Req, hall: UUID) -> list[NeedRequest]:
    """The services that need more minutes than a time, as far as the hall has said so."""
    return await service.needs_of(actor_of(request), hall)


@post("/halls/{hall:uuid}/needs", opt=allow(service.set_need), tags=DESK, status_code=204)
async def set_need(request: Req, hall: UUID, data: NeedRequest) -> None:
    """Say how many minutes a service needs; 0 takes the note away."""
    await service.set_need(actor_of(request), hall, data)


@get("/halls/{hall:uuid}/limits", opt=allow(service.limits_of), tags=OPEN)
async def limits(request: Req, hall: UUID) -> HallLimits:
    """How near and how far ahead a hall can be booked."""
    return await service.limits_of(actor_of(request), hall)


@put("/halls/{hall:uuid}/limits", opt=allow(service.set_limits), tags=DESK, status_code=204)
async def set_limits(request: Req, hall: UUID, data: HallLimits) -> None:
    """Set how near and how far ahead a hall can be booked."""
    await service.set_limits(actor_of(request), hall, data)


@post("/halls/{hall:uuid}/opening/preview", opt=allow(service.preview_opening), tags=DESK, status_code=200)
async def preview_opening(request: Req, hall: UUID, data: OpeningChange) -> Effect:
    """What a change of the opening would do, and who is booked outside the new hours. Changes nothing."""
    return await service.preview_opening(actor_of(request), hall, data)


@post("/halls/{hall:uuid}/opening/changes", opt=allow(service.change_opening), tags=DESK, status_code=200)
async def change_opening(request: Req, hall: UUID, data: OpeningChange) -> Effect:
    """Change the opening from a day on; answers with what that did."""
    return await service.change_opening(actor_of(request), hall, data)


@get("/halls/{hall:uuid}/calendar", opt=allow(service.days_of), tags=DESK)
async def days(request: Req, hall: UUID, first: date, last: date) -> list[DayPlan]:
    """The days of a hall with their places; beyond the horizon those that the rules will give."""
    return await service.days_of(actor_of(request), hall, first, last)


@get("/halls/{hall:uuid}/roster", opt=allow(service.roster_of), tags=DESK)
async def roster(request: Req, hall: UUID, week: date) -> RosterWeek:
    """A week of the roster, by any of its days."""
    return await service.roster_of(actor_of(request), hall, week)


@post("/halls/{hall:uuid}/roster/preview", opt=allow(service.preview_roster), tags=DESK, status_code=200)
async def preview_roster(request: Req, hall: UUID, data: RosterChange) -> Effect:
    """What a change of the roster would do to the places of the days. Changes nothing."""
    return await service.preview_roster(actor_of(request), hall, data)


@post("/halls/{hall:uuid}/roster", opt=allow(service.change_roster), tags=DESK, status_code=200)
async def change_roster(request: Req, hall: UUID, data: RosterChange) -> Effect:
    """Change half days of the roster."""
    return await service.change_roster(actor_of(request), hall, data)


@post("/halls/{hall:uuid}/roster/copy", opt=allow(service.copy_roster), tags=DESK, status_code=200)
async def copy_roster(request: Req, hall: UUID, data: WeekRequest) -> Effect:
    """Take over the roster of the week before."""
    return await service.copy_roster(actor_of(request), hall, data.week)


@get("/halls/{hall:uuid}/counters", opt=allow(service.counters_of), tags=DESK)
async def counters(request: Req, hall: UUID) -> list[RosterCounter]:
    """The counters of the roster and what each can serve."""
    return await service.counters_of(actor_of(request), hall)


@post("/halls/{hall:uuid}/counters", opt=allow(service.add_counter), tags=DESK)
async def add_counter(request: Req, hall: UUID, data: RosterCounterRequest) -> RosterCounter:
    """Put a counter on the roster."""
    return await service.add_counter(actor_of(request), hall, data)


@patch("/halls/{hall:uuid}/counters/{desk_id:uuid}", opt=allow(service.set_skills), tags=DESK)
async def set_skills(request: Req, hall: UUID, desk_id: UUID, data: Skills) -> RosterCounter:
    """Say what a counter can serve."""
    return await service.set_skills(actor_of(request), hall, desk_id, data.groups)


@delete("/halls/{hall:uuid}/counters/{desk_id:uuid}", opt=allow(service.remove_counter), tags=DESK)
async def remove_counter(request: Req, hall: UUID, desk_id: UUID) -> None:
    """Take away a counter that is on no roster of today or later."""
    await service.remove_counter(actor_of(request), hall, desk_id)


@post("/halls/{hall:uuid}/closings/preview", opt=allow(service.preview_closing), tags=DESK, status_code=200)
async def preview_closing(request: Req, hall: UUID, data: ClosingRequest) -> list[Affected]:
    """Whom a closure touches, and the time that each would get. Changes nothing."""
    return await service.preview_closing(actor_of(request), hall, data)


@post("/halls/{hall:uuid}/closings", opt=allow(service.close_with_care), tags=DESK)
async def close_with_care(request: Req, hall: UUID, data: ClosingRequest) -> ClosingSheet:
    """Close, and find everybody a new time or have them rung. Doing it again goes on with who still waits."""
    return await service.close_with_care(actor_of(request), hall, data)


@get("/halls/{hall:uuid}/closings", opt=allow(service.closings_of), tags=DESK)
async def closings(request: Req, hall: UUID) -> list[Closing]:
    """The closures of a hall from today on."""
    return await service.closings_of(actor_of(request), hall)


@get("/halls/{hall:uuid}/closings/{closing:uuid}", opt=allow(service.closing_of), tags=DESK)
async def closing(request: Req, hall: UUID, closing: UUID) -> ClosingSheet:
    """What became of everybody whom a closure touched."""
    return await service.closing_of(actor_of(request), hall, closing)


@delete("/halls/{hall:uuid}/closings/{closing:uuid}", opt=allow(service.lift_closing), tags=DESK)
async def lift_closing(request: Req, hall: UUID, closing: UUID) -> None:
    """Open after all. Who was moved keeps the new time."""
    await service.lift_closing(actor_of(request), hall, closing)


routes = [
    days, nearest, desk, groups, add_group, change_group, remove_group, joint_groups, set_joint, needs, set_need,
    limits, set_limits, preview_opening, change_opening, roster, preview_roster, change_roster, copy_roster, counters,
    add_counter, set_skills, remove_counter, preview_closing, close_with_care, closings, closing, lift_closing,
]  # fmt: skip
