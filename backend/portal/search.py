"""Pages of the portal that the search box finds. Elder mode is found by all its names (MIIT app 3.1)."""

import csv
from pathlib import Path

from backend.core.search import SearchDocument

PAGES = Path(__file__).parent / "data" / "pages.csv"


async def documents() -> list[SearchDocument]:
    """One row of ``data/pages.csv`` each."""
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
