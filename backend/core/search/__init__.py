"""Search in the process: finds rows by the words people use. Knows nothing of what the rows are.

``Index.build(documents, lexicon)`` once at start, ``index.find("query")`` per request; how: ``ranking.py``.
"""

from backend.core.search.documents import Hit, SearchDocument
from backend.core.search.index import Index
from backend.core.search.lexicon import Entry, Lexicon

__all__ = ["Entry", "Hit", "Index", "Lexicon", "SearchDocument"]
