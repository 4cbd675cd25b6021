"""What the catalogue gives out and takes in."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Line, Output, Text
from backend.core.words import N_

Kind = Literal["apply", "lookup"]
Unit = Literal["working_day", "calendar_day", "immediate"]
Essential = Literal["", "medical", "social-security", "civil-affairs", "payment"]
State = Literal["draft", "published", "withdrawn"]
Origin = Literal["local", "law", "law-general", "reference", "unknown"]
Answer = Literal["yes", "no", "sometimes"]
Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]
Visits = Annotated[int, msgspec.Meta(ge=0, le=20)]
Material = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
DialNumber = Annotated[str, msgspec.Meta(max_length=20, pattern=r"^(\+?[0-9][0-9 \-]{2,19})?$")]


# The four answers in words; the rules choose among them.
NOT_PUBLISHED = N_("Not published")
ON_THE_SPOT = N_("On the spot")
WORKING_DAYS = N_("{days} working days")
ONE_WORKING_DAY = N_("One working day")
DAYS = N_("{days} days")
ONE_DAY = N_("One day")
AT_MOST_WORKING_DAYS = N_("At most {days} working days")
AT_MOST_DAYS = N_("At most {days} days")
NO_TRIP = N_("None needed")
ONE_TRIP = N_("{n} trip")
TRIPS = N_("{n} trips")
CHARGED = N_("There is a fee, set by the state")
FREE_BY_LAW = N_("Free, unless a law says otherwise")
DELEGATE = {"yes": N_("Yes"), "no": N_("No, come yourself"), "sometimes": N_("For some things")}


class Limit(Output, frozen=True):
    """A time limit. ``unit`` working_day, calendar_day or immediate (当场); ``days`` is 0 for the last."""

    days: int
    unit: Unit
    raw: str = ""


class Item(Output, frozen=True):
    """A row of the province list, as imported. None means that the source does not say."""

    id: str
    code: str | None
    catalog_code: str | None
    name: str
    main_item: str | None
    type: str | None
    dept: str | None
    dept_class: str | None
    level: str | None
    kind: Kind
    objects: list[str] | None
    themes: list[str]
    source_themes: list[str] | None
    topics: list[str] | None
    legal_days: int | None
    legal_unit: str | None
    legal_raw: str | None
    promised_days: int | None
    promised_unit: str | None
    promised_raw: str | None
    visits: int | None
    online: bool | None
    courier: bool | None
    booking: bool | None
    materials: list[str] | None
    condition: str | None
    fee: str | None
    note: str | None
    law: str | None
    law_version: str | None
    article: str | None
    quote: str | None
    source: str
    source_region: str
    as_of: str
    completeness: str | None
    essential: Essential
    sort: int
    revision: int

    @property
    def legal(self) -> Limit | None:
        """法定时限."""
        return _limit(self.legal_days, self.legal_unit, self.legal_raw)

    @property
    def promised(self) -> Limit | None:
        """承诺时限 of the place the row comes from; not a promise of any other place."""
        return _limit(self.promised_days, self.promised_unit, self.promised_raw)


class ThemeRef(Output, frozen=True):
    """主题, a group of items as residents think of them."""

    slug: str
    zh: str
    en: str
    icon: str
    tint: str
    count: int = 0


class SourceNote(Output, frozen=True):
    """Where a row comes from. ``national``: the text of a national law, valid everywhere."""

    code: str
    title_zh: str
    title_en: str
    region_zh: str
    region_en: str
    as_of: str
    licence: str
    origin: str
    national: bool


class ItemLine(Output, frozen=True):
    """An item in a list."""

    id: str
    name: str
    english: str
    kind: Kind
    dept: str
    source: str
    source_region: str
    themes: list[str]


class Fact(Output, frozen=True):
    """One of the four answers: ``text`` is a message id, or ``data`` official wording in Chinese. ``origin``: whose."""

    text: str
    origin: Origin
    values: dict[str, str | int] = {}
    data: str = ""


class Facts(Output, frozen=True):
    """How long, how many trips, what it costs, may someone do it for me."""

    how_long: Fact
    trips: Fact
    cost: Fact
    delegate: Fact


class LawBasis(Output, frozen=True):
    """A sentence of a law, word for word."""

    law: str
    article: str
    quote: str
    version: str = ""


class OfflineWay(Output, frozen=True):
    """线下办理渠道: a way that needs no telephone screen. ``live``: the channel to it is known."""

    kind: Literal["counter", "phone", "visit"]
    name: str
    english: str = ""
    where: str = ""
    hours: str = ""
    phone: str = ""
    href: str = ""
    local: bool = False


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


class ItemQuery(Output, frozen=True):
    """What a list of items is narrowed to; empty means everything."""

    theme: str = ""
    dept: str = ""
    object: str = ""
    kind: str = ""
    source: str = ""


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


class HallLine(Output, frozen=True):
    """A hall near the viewer's place. ``hours`` is empty where no hours are published."""

    id: str
    name: str
    english: str
    address: str
    hours: str
    phone: str
    derived: bool
    metres: int | None = None


class LifeEventRef(Output, frozen=True):
    """一件事 in a list."""

    slug: str
    name: str
    name_en: str
    icon: str
    audience: Literal["person", "business"]
    count: int


class LifeEvent(Output, frozen=True):
    """一件事 with the items that belong to it; ``missing`` are steps that the catalogue does not hold."""

    ref: LifeEventRef
    items: list[ItemLine]
    missing: list[str]
    basis: str
    title: str
    source_page: str


class Guide(Output, frozen=True):
    """办事指南: everything a resident needs, with what is not known left empty and said so."""

    item: Item
    english: str
    source: SourceNote
    themes: list[ThemeRef]
    adopted: bool
    region: str
    local: LocalValues
    effective_from: date | None
    facts: Facts
    limit: Limit | None
    limit_origin: Origin
    ready_on: date | None
    calendar_final: bool
    materials: list[str]
    materials_origin: Origin
    condition: str
    condition_origin: Origin
    delegate: Answer | None
    delegate_basis: LawBasis | None
    fee_basis: LawBasis | None
    laws: list[LawBasis]
    halls: list[HallLine]
    offline: list[OfflineWay]
    events: list[LifeEventRef]


class Refusal(Output, frozen=True):
    """A row that the importer did not take. ``line`` counts from 1; ``reason`` is plain words."""

    line: int
    id: str
    reason: str


class LoadReport(Output, frozen=True):
    """What an import did."""

    total: int
    new: int
    changed: int
    unchanged: int
    refused: list[Refusal]
    unknown_columns: dict[str, int]

    @property
    def ok(self) -> bool:
        """Whether every row was taken."""
        return not self.refused


def _limit(days: int | None, unit: str | None, raw: str | None) -> Limit | None:
    if days is None or unit not in {"working_day", "calendar_day", "immediate"}:
        return None
    return Limit(days=days, unit=unit, raw=raw or "")  # type: ignore[arg-type]
