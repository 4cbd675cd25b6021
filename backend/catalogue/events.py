"""What the catalogue announces, and what follows: public pages are made anew."""

from backend.core import cache
from backend.core.events import Announcement, Event, on


class CatalogueChanged(Event, frozen=True, kw_only=True):
    """The province list was loaded; ``subject`` is the load. Counts of rows."""

    new: int
    changed: int


class ServiceAdopted(Event, frozen=True, kw_only=True):
    """A county took an item up or changed its working copy; ``subject`` is the adoption."""

    item: str
    version: int


class ServicePublished(Event, frozen=True, kw_only=True):
    """A county's own values for an item are open to residents; ``subject`` is the adoption."""

    item: str
    version: int


class ServiceWithdrawn(Event, frozen=True, kw_only=True):
    """A county's own values were taken down; the province list shows through. ``subject`` is the adoption."""

    item: str
    version: int


@on(CatalogueChanged)
async def show_list(event: CatalogueChanged, row: Announcement) -> None:
    """Every page with an item on it; dropping twice does no harm."""
    await cache.drop("catalogue")


@on(ServicePublished)
async def show_published(event: ServicePublished, row: Announcement) -> None:
    """The guide of the item, in every county: the key of a page is its address."""
    await cache.drop(f"item:{event.item}")


@on(ServiceWithdrawn)
async def show_withdrawn(event: ServiceWithdrawn, row: Announcement) -> None:
    """As after publishing."""
    await cache.drop(f"item:{event.item}")
