"""What the search box finds of the catalogue: every item, in the words of the street."""

from backend.catalogue import findable, service, shelves
from backend.catalogue import lexicon as street
from backend.core.search import Lexicon, SearchDocument
from backend.settings import settings


async def documents() -> list[SearchDocument]:
    """Every item; those on the list of frequent items come first among equals."""
    frequent = shelves.frequent()
    return [findable.document(row, frequent=row["id"] in frequent) for row in await service.searchable()]


def lexicon() -> Lexicon:
    """Our words of the street, and those that the city keeps in ``DATA_DIR/lexicon``."""
    return street.lexicon(settings().data_dir / "lexicon")
