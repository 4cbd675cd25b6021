"""事项: a row of the province list, alone and in lists."""

from backend.catalogue.schemas.kinds import Essential, Kind, Unit
from backend.core.schemas import Output


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


class ItemQuery(Output, frozen=True):
    """What a list of items is narrowed to; empty means everything."""

    theme: str = ""
    dept: str = ""
    object: str = ""
    kind: str = ""
    source: str = ""


def _limit(days: int | None, unit: str | None, raw: str | None) -> Limit | None:
    if days is None or unit not in {"working_day", "calendar_day", "immediate"}:
        return None
    return Limit(days=days, unit=unit, raw=raw or "")  # type: ignore[arg-type]
