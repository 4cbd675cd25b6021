"""Pages that the search box finds beside items and places. Elder mode is found by all its names (MIIT app 3.1)."""

import csv
from pathlib import Path

from backend.catalogue import service as catalogue
from backend.core.actor import ANONYMOUS
from backend.core.search import SearchDocument

PAGES = Path(__file__).parent / "data" / "pages.csv"


async def documents() -> list[SearchDocument]:
    """The rows of ``data/pages.csv``, themes and life events."""
    themes = [(f"/services/themes/{each.slug}", each.zh, each.en) for each in await catalogue.themes(ANONYMOUS)]
    events = [
        (f"/services/life-events/{each.slug}", each.name, each.name_en)
        for each in await catalogue.life_events(ANONYMOUS)
    ]
    return _written() + [
        SearchDocument(kind="page", id=url, title=title, url=url, aliases=(english,), weight=0.4)
        for url, title, english in (*themes, *events)
    ]


def _written() -> list[SearchDocument]:
    with PAGES.open(encoding="utf-8", newline="") as file:
        return [
            SearchDocument(
                kind="page",
                id=f"{row['url']}#{number}",
                title=row["title"],
                url=row["url"],
                aliases=(row["title_en"], *row["aliases"].split("|")),
                weight=0.5,
            )
            for number, row in enumerate(csv.DictReader(file))
        ]
