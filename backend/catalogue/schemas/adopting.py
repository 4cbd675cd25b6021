"""What a county says of an item, and what was said before."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.catalogue.schemas.kinds import Days, DialNumber, Essential, Material, State, Unit, Visits
from backend.core.schemas import Input, Line, Output, Text


class LocalValues(Input, frozen=True):
    """What a county says about an item. Empty means: nothing said, the province list is shown as reference."""

    promised_days: Days | None = None
    promised_unit: Unit | None = None
    visits: Visits | None = None
    fee: Line = ""
    delegate: Literal["", "yes", "no", "sometimes"] = ""
    delegate_note: Line = ""
    condition: Text = ""
    materials: Annotated[list[Material], msgspec.Meta(max_length=60)] = []
    dept: Line = ""
    counter: Line = ""
    address: Line = ""
    hours: Line = ""
    phone: DialNumber = ""
    phone_hours: Line = ""
    home_visit: Line = ""
    note: Text = ""


class AdoptionRequest(Input, frozen=True):
    """A county takes an item up, or changes its working copy."""

    region: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]
    local: LocalValues = msgspec.field(default_factory=LocalValues)
    reason: Line = ""


class PublicationRequest(Input, frozen=True):
    """Publish the working copy. ``version``: the one that was looked at, so that nobody publishes another's edit."""

    region: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]
    version: Annotated[int, msgspec.Meta(ge=1)]
    effective_from: date | None = None
    reason: Line = ""


class WithdrawalRequest(Input, frozen=True):
    """Take an item down. A reason is needed: residents lose something."""

    region: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]
    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]


class Adoption(Output, frozen=True):
    """县级认领. ``version`` counts every change; ``live_version`` is the one residents see."""

    region: str
    id: UUID
    item: str
    state: State
    essential: Essential
    version: int
    local: LocalValues
    live_version: int | None
    effective_from: date | None
    updated_at: datetime


class AdoptionVersion(Output, frozen=True):
    """One step in the history of an adoption; never changed."""

    region: str
    version: int
    step: Literal["adopted", "edited", "published", "withdrawn"]
    local: LocalValues
    effective_from: date | None
    at: datetime
    by: UUID | None
    reason: str


class ItemVersion(Output, frozen=True):
    """What an item of the province list said before an import changed it."""

    revision: int
    replaced_at: datetime
    values: dict[str, object]


class Versions(Output, frozen=True):
    """The history of an item: the province list and, for a county, its own values."""

    item: str
    revision: int
    earlier: list[ItemVersion]
    local: list[AdoptionVersion]
