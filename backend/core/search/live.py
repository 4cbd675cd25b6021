"""The index in use. Built at start from what the slices want found; replaced whole, never changed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from backend.core.search.documents import SearchDocument
from backend.core.search.index import Index
from backend.core.search.lexicon import Lexicon

Source = Callable[[], Awaitable[Sequence[SearchDocument]]]


class _Live:
    index = Index.build([])
    lexicon = Lexicon()


def use(lexicon: Lexicon) -> None:
    """The words of the street for the next ``rebuild``."""
    _Live.lexicon = lexicon


async def rebuild(sources: Iterable[Source]) -> Index:
    """Ask every slice for its rows and put a new index in use; readers keep the old one until then."""
    documents = [document for source in sources for document in await source()]
    _Live.index = await asyncio.to_thread(Index.build, documents, _Live.lexicon)
    return _Live.index


def current() -> Index:
    """The index in use; empty before the first ``rebuild``."""
    return _Live.index
