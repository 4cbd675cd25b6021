"""What can be found, and what was found."""

import msgspec


class SearchDocument(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row that the search box may show.

    ``kind`` names the sort of row; kinds given to ``Index.build`` as ``names`` are found by their name alone,
    which costs a tenth of the memory. ``weight`` 0–1 lifts what many people need. ``group``: rows of one group are
    variants of each other and do not fill the first page together. ``enquiry``: looking something up rather than
    applying for it. ``audience``: "person", "business" or "" for both. ``body``: further text, each with its weight
    0–1 relative to the title. ``pinyin``: syllables separated by spaces, or initials; only used for names.
    """

    kind: str
    id: str
    title: str
    url: str
    subtitle: str = ""
    aliases: tuple[str, ...] = ()
    body: tuple[tuple[str, float], ...] = ()
    weight: float = 0.0
    region: str = ""
    audience: str = ""
    lang: str = "zh-Hans"
    group: str = ""
    enquiry: bool = False
    pinyin: str = ""


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A found row. ``score`` 0–1 is comparable between kinds; ``matched`` are the words that led to it."""

    document: SearchDocument
    score: float
    matched: tuple[str, ...] = ()
