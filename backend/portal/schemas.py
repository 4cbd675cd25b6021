"""What the portal takes in and gives out."""

from typing import Annotated, Literal

import msgspec

from backend.core.schemas import Input, Output

Group = Literal["service", "hall", "division", "page"]


class Preferences(Input, frozen=True, kw_only=True):
    """How somebody wants to see the pages; what is left out stays."""

    mode: Literal["standard", "elder"] | None = None
    lang: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")] | None = None


class Found(Output, frozen=True, kw_only=True):
    """A row of the answer. ``score`` 0–1 is comparable between kinds; ``title_en`` is empty where there is none."""

    kind: str
    id: str
    title: str
    title_en: str
    subtitle: str
    url: str
    score: float


class FoundGroup(Output, frozen=True, kw_only=True):
    """The best rows of one sort."""

    group: Group
    hits: list[Found]


class Answer(Output, frozen=True, kw_only=True):
    """The answer of the one search box: how the question was understood, and the groups, best first."""

    query: str
    understood: list[str]
    groups: list[FoundGroup]


class Shortcut(Output, frozen=True, kw_only=True):
    """A tile of the home page. ``words`` is a message id."""

    words: str
    href: str
    icon: str
    hue: str
