"""What the search box finds of the catalogue: every item, in the words of the street."""

import msgspec

from backend.catalogue import findable, service, shelves
from backend.catalogue import lexicon as street
from backend.core.search import Lexicon, SearchDocument
from backend.settings import settings


async def documents() -> list[SearchDocument]:
    """Every item; those on the list of frequent items come first among equals. English names are aliases."""
    frequent, english = shelves.frequent(), shelves.english()
    return [
        msgspec.structs.replace(
            findable.document(row, frequent=row["id"] in frequent),
            aliases=(english[row["id"]],) if row["id"] in english else (),
        )
        for row in await service.searchable()
    ]


def lexicon() -> Lexicon:
    """Our words of the street, and those that the city keeps in ``DATA_DIR/lexicon``."""
    return street.lexicon(settings().data_dir / "lexicon")
