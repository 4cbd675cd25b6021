"""Is this a sound page? Structure, names, labels, language: what a parser can see without a browser.

`findings(html)` returns sentences, empty when all is well. The test client asks it about every page it receives.
"""

import re
from html.parser import HTMLParser

from accessibility.audits.names import Element, name_of, visible_text

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "aria-errormessage", "list")
INTERACTIVE = {"a", "button", "select", "textarea", "input", "summary", "label"}
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
QUIET = {"script", "style", "pre", "code", "kbd", "samp", "template", "svg"}
LEAK = re.compile(r"\{\{|\{%|%\([a-z_]+\)s|\{[a-z_]+\}")
EMPTY_WORDS = {"None", "undefined", "null", "True", "False", "nan"}
ENGLISH = re.compile(r"[A-Za-z][a-z']*(?:[ ,]+[a-z][a-z']*){3,}")


def findings(html: str) -> list[str]:
    """What is wrong with a whole page."""
    page = _Page()
    page.feed(html)
    page.close()
    found = page.problems
    if not html.lstrip().lower().startswith("<!doctype html>"):
        found.append("does not begin with <!doctype html>")
    found += [f"<{each.tag}> is never closed" for each in page.open[1:]]
    for check in (_document, _ids, _fields, _controls, _forms, _tables, _safety, _words):
        found += check(page.all)
    return found


class _Page(HTMLParser):
    """A tree of elements; tags must nest, and only void elements may be left open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, None)
        self.open = [self.root]
        self.all: list[Element] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            self.problems.append(f"<{tag}> has {', '.join(sorted(twice))} twice")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open[-1])
        self.open[-1].children.append(element)
        self.all.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag == self.open[-1].tag:
            self.open.pop()
        elif tag in VOID or tag not in {each.tag for each in self.open}:
            self.problems.append(f"</{tag}> closes nothing")
        else:
            while self.open[-1].tag != tag:
                self.problems.append(f"<{self.open.pop().tag}> is still open at </{tag}>")
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def _document(elements: list[Element]) -> list[str]:
    found = []
    pages = [each for each in elements if each.tag == "html"]
    if len(pages) != 1 or not pages[0].attrs.get("lang"):
        found.append("<html> must be there once, with lang")
    for tag in ("title", "h1", "main"):
        there = [each for each in elements if each.tag == tag and not (tag == "title" and each.inside("svg"))]
        if len(there) != 1:
            found.append(f"{len(there)} <{tag}> instead of one")
        elif not visible_text(there[0]).strip():
            found.append(f"<{tag}> is empty")
    return found


def _ids(elements: list[Element]) -> list[str]:
    ids = [each.attrs["id"] for each in elements if "id" in each.attrs]
    found = [f"id {twice!r} is used twice" for twice in sorted({each for each in ids if ids.count(each) > 1})]
    for element in elements:
        for attribute in REFERENCES:
            for wanted in element.attrs.get(attribute, "").split():
                if wanted not in ids and not (attribute == "for" and element.tag == "output"):
                    found.append(f"{element.label} points with {attribute} to #{wanted}, which is not there")
        target = element.attrs.get("href", "")
        if element.tag == "a" and target.startswith("#") and target not in {"#", "#top"} and target[1:] not in ids:
            found.append(f"{element.label} leads to {target}, which is not there")
    return found


def _fields(elements: list[Element]) -> list[str]:
    labelled = {each.attrs.get("for") for each in elements if each.tag == "label" and visible_text(each).strip()}
    found = []
    for element in elements:
        hidden = element.tag == "input" and element.attrs.get("type", "text") in UNLABELLED
        if element.tag not in {"input", "select", "textarea"} or hidden:
            continue
        around = element.inside("label")
        inside = around is not None and visible_text(around).strip()
        named = element.attrs.get("aria-label", "").strip() or element.attrs.get("aria-labelledby")
        if not (inside or named or element.attrs.get("id") in labelled):
            found.append(f"{element.label} has no label")
    for element in elements:
        if element.tag == "fieldset" and not any(child.tag == "legend" for child in element.elements()):
            found.append("a <fieldset> has no <legend>")
    return found


def _controls(elements: list[Element]) -> list[str]:
    found = []
    for element in elements:
        if element.tag == "img" and "alt" not in element.attrs:
            found.append(f"{element.label} has no alt")
        if element.tag in {"a", "button", "summary"} and not name_of(element, elements):
            found.append(f"{element.label} has no name")
        if element.tag == "a" and not element.attrs.get("href"):
            found.append(f"{element.label} leads nowhere")
        around = element.parent
        while around is not None:
            if element.tag in {"a", "button", "form"} and around.tag in {"a", "button", element.tag}:
                found.append(f"{element.label} lies inside {around.label}")
            around = around.parent
    return found


def _forms(elements: list[Element]) -> list[str]:
    found = []
    for element in elements:
        if element.tag != "form":
            continue
        action = element.attrs.get("action", "")
        if not action.startswith("/") or action.startswith("//"):
            found.append(f"a form goes to {action!r}, not to a path of ours")
        if element.attrs.get("method", "").lower() not in {"get", "post"}:
            found.append(f"the form to {action} does not say its method")
        if not any(_submits(each) for each in elements if element in each.ancestors()):
            found.append(f"the form to {action} has no button")
    return found


def _submits(element: Element) -> bool:
    kind = element.attrs.get("type", "submit")
    return kind == "submit" and (element.tag == "button" or (element.tag == "input" and "type" in element.attrs))


def _tables(elements: list[Element]) -> list[str]:
    """Numbers stand at the right edge of their column; a heading at the left edge would stand over another one."""
    found = []
    for table in (each for each in elements if each.tag == "table"):
        rows = [each for each in elements if each.tag == "tr" and each.inside("table") is table]
        lines = [[cell for cell in row.elements() if cell.tag in {"th", "td"}] for row in rows]
        heads = lines[0] if lines and rows[0].inside("thead") else []
        for line in lines[1:]:
            for head, cell in zip(heads, line, strict=False):
                if "num" in cell.attrs.get("class", "").split() and "num" not in head.attrs.get("class", "").split():
                    found.append(f"the column {visible_text(head).strip()!r} is at the right edge, its heading is not")
    return sorted(set(found))


def _safety(elements: list[Element]) -> list[str]:
    found = []
    for element in elements:
        if "style" in element.attrs or element.tag == "style":
            found.append(f"{element.label} carries style")
        if element.tag == "script" and not element.attrs.get("src") and "json" not in element.attrs.get("type", ""):
            found.append("there is an inline script")
        found += [f"{element.label} carries {name}" for name in element.attrs if name.startswith("on")]
        for attribute in ("href", "src", "action", "formaction"):
            if element.attrs.get(attribute, "").strip().lower().startswith(("javascript:", "data:text")):
                found.append(f"{element.label} runs script by {attribute}")
    return found


def _words(elements: list[Element]) -> list[str]:
    """Leaks of templates, and English sentences on a Chinese page that do not say they are English."""
    found = []
    for element in elements:
        if element.tag in QUIET or any(each.tag in QUIET for each in element.ancestors()):
            continue
        chinese = element.language().lower().startswith("zh")
        for text in element.texts():
            if LEAK.search(text):
                found.append(f"a template leaks: {text.strip()[:60]!r}")
            if text.strip() in EMPTY_WORDS:
                found.append(f"{element.label} shows {text.strip()!r}")
            if chinese and (english := ENGLISH.search(text)):
                found.append(f"untranslated: {english.group()[:60]!r}")
    return found
