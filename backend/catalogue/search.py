"""What the search box finds of the catalogue: every item, in the words of the street."""

from backend.catalogue import findable, service, shelves
from backend.core.search import SearchDocument


async def documents() -> list[SearchDocument]:
    """Every item; those on the list of frequent items come first among equals."""
    frequent = shelves.frequent()
    return [findable.document(row, frequent=row["id"] in frequent) for row in await service.searchable()]
