"""What appointments take and give."""

from backend.appointments.schemas.booking import (
    Appointment,
    BookingRequest,
    CoolDown,
    Held,
    KeepRequest,
    NextAppointment,
    RescheduleRequest,
)
from backend.appointments.schemas.kinds import AT_HALL, ItemId, Items, Kind, Pool, State, services
from backend.appointments.schemas.line import PlaceInLine, WaitRequest
from backend.appointments.schemas.opening import ClosureRequest, OpenDay, Opening, OpenSlot, RuleView
from backend.appointments.schemas.sharing import (
    HallPolicy,
    Percent,
    PlanView,
    ShareCount,
    ShareLine,
    SharePlan,
    SharePlanView,
)
from backend.appointments.schemas.visit import (
    Arrival,
    DayLine,
    ExcuseLine,
    ExcuseRequest,
    HomeAppointment,
    VideoAsked,
    VideoRoom,
)

__all__ = [
    "AT_HALL",
    "Appointment",
    "Arrival",
    "BookingRequest",
    "ClosureRequest",
    "CoolDown",
    "DayLine",
    "ExcuseLine",
    "ExcuseRequest",
    "HallPolicy",
    "Held",
    "HomeAppointment",
    "ItemId",
    "Items",
    "KeepRequest",
    "Kind",
    "NextAppointment",
    "OpenDay",
    "OpenSlot",
    "Opening",
    "Percent",
    "PlaceInLine",
    "PlanView",
    "Pool",
    "RescheduleRequest",
    "RuleView",
    "ShareCount",
    "ShareLine",
    "SharePlan",
    "SharePlanView",
    "State",
    "VideoAsked",
    "VideoRoom",
    "WaitRequest",
    "services",
]
