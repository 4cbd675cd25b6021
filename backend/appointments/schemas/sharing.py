"""Shares of the places for each channel, and what a hall decides about them."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class ShareCount(Output, frozen=True, kw_only=True):
    """How the places of the coming days are used by one channel."""

    pool: str
    places: int
    taken: int


class SharePlan(Input, frozen=True, kw_only=True):
    """Percent of a hall's places for each way of booking; together 100, at most 60 of them online."""

    online: Percent
    phone: Percent
    counter: Percent
    kiosk: Percent
    helper: Percent


class PlanView(Output, frozen=True, kw_only=True):
    """A plan and the first day whose times it divides; no day: the default, as long as a hall has none of its own."""

    valid_from: date | None
    plan: SharePlan


class ShareLine(Output, frozen=True, kw_only=True):
    """One way of booking: its percent, how many places of a time that is, and its use in the last 28 days."""

    pool: str
    percent: int
    becomes: int
    places: int
    taken: int


class SharePlanView(Output, frozen=True, kw_only=True):
    """How a hall divides its places. ``size`` is the number of places of its next time, ``lines`` how a plan divides
    them; ``holds_from`` the first day for which a change made now would hold."""

    hall: UUID
    size: int
    plan: SharePlan
    lines: list[ShareLine]
    plans: list[PlanView]
    holds_from: date


class HallPolicy(Input, frozen=True, kw_only=True):
    """``release_hours`` before a time begins its unused places are released, but ``keep`` of each offline share.

    ``others_days``: people from elsewhere book from so many days ahead; none: everybody books at once.
    """

    release_hours: Annotated[int, msgspec.Meta(ge=3, le=168)] = 24
    keep: Annotated[int, msgspec.Meta(ge=0, le=9)] = 1
    others_days: Annotated[int, msgspec.Meta(ge=1, le=60)] | None = None
