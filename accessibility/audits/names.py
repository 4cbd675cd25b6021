"""A page as a small tree, and the name a screen reader gives to an element."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(eq=False)
class Element:
    tag: str
    attrs: dict[str, str]
    parent: "Element | None"
    children: list["Element | str"] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How a finding names it."""
        for attribute in ("id", "name", "href", "class"):
            if self.attrs.get(attribute):
                return f"<{self.tag} {attribute}={self.attrs[attribute]!r}>"
        return f"<{self.tag}>"

    def elements(self) -> Iterator["Element"]:
        return (child for child in self.children if isinstance(child, Element))

    def texts(self) -> Iterator[str]:
        return (child for child in self.children if isinstance(child, str))

    def ancestors(self) -> Iterator["Element"]:
        around = self.parent
        while around is not None:
            yield around
            around = around.parent

    def inside(self, tag: str) -> "Element | None":
        return next((each for each in self.ancestors() if each.tag == tag), None)

    def language(self) -> str:
        return next((each.attrs["lang"] for each in (self, *self.ancestors()) if "lang" in each.attrs), "")


def visible_text(element: Element) -> str:
    """All words inside it; pictures speak through alt, svg through its title, hidden parts not at all."""
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(child)
        elif child.attrs.get("aria-hidden") == "true" or "hidden" in child.attrs or child.tag in {"script", "style"}:
            continue
        else:
            parts.append(child.attrs.get("aria-label") or child.attrs.get("alt") or visible_text(child))
    return " ".join(parts)


def name_of(element: Element, everything: list[Element]) -> str:
    by_id = {each.attrs.get("id"): each for each in everything}
    pointed = [by_id[each] for each in element.attrs.get("aria-labelledby", "").split() if each in by_id]
    named = " ".join(visible_text(each) for each in pointed) or element.attrs.get("aria-label", "")
    return (named or visible_text(element) or element.attrs.get("title", "")).strip()
