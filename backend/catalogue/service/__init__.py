"""The verbs of the catalogue."""

from backend.catalogue.service.adopting import (
    ChangedMeanwhile,
    NotPublished,
    OfflineWayMissing,
    adopt,
    adoption,
    adoptions,
    publish,
    withdraw,
)
from backend.catalogue.service.guiding import guide
from backend.catalogue.service.loading import load_items
from backend.catalogue.service.reading import (
    NoSuchLifeEvent,
    NoSuchTheme,
    departments,
    every_id,
    full_items,
    high_frequency,
    item,
    items,
    life_event,
    life_events,
    lines,
    names,
    search,
    searchable,
    theme,
    themes,
    versions,
)

__all__ = [
    "ChangedMeanwhile", "NoSuchLifeEvent", "NoSuchTheme", "NotPublished", "OfflineWayMissing",
    "adopt", "adoption", "adoptions", "departments", "every_id", "full_items", "guide", "high_frequency", "item",
    "items", "life_event", "life_events", "lines", "load_items", "names", "publish", "search", "searchable", "theme",
    "themes", "versions", "withdraw",
]  # fmt: skip
