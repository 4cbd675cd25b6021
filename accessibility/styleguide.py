"""The examples of every component: documentation, preview and test data at once."""

import re
from functools import cache
from typing import Any

import msgspec
from minijinja import safe

from accessibility.assets import ROOT
from accessibility.modes import mode_of
from accessibility.render import environment

COLOURS = ("pine", "lamp", "river", "plum", "bad", "grey")


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """``code`` is what a template says; ``words`` are its values, a text as ``{zh: …, en: …}``."""

    name: str
    code: str
    words: dict[str, Any] = {}
    about: str = ""


class Component(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A component's yaml file."""

    about: str
    parameters: dict[str, str]
    examples: list[Example]


@cache
def components() -> dict[str, Component]:
    """Every component by name."""
    files = sorted((ROOT / "components").glob("*/*.yaml"))
    return {file.parent.name: msgspec.yaml.decode(file.read_bytes(), type=Component) for file in files}


def preview(example: Example, lang: str, mode: str) -> str:
    """The markup of an example."""
    engine = environment(lang, mode_of(mode).plain)
    values = {key: spoken(value, lang) for key, value in example.words.items()}
    return safe(engine.render_str(_imports(example.code) + example.code, name="example.html", **values))


def spoken(value: Any, lang: str) -> Any:
    """The value with every ``{zh, en}`` replaced by the language's words."""
    if isinstance(value, dict):
        if value.keys() == {"zh", "en"}:
            return value["zh" if lang == "zh_CN" else "en"]
        return {key: spoken(each, lang) for key, each in value.items()}
    return [spoken(each, lang) for each in value] if isinstance(value, list) else value


def _imports(code: str) -> str:
    """The imports that the code needs: every component it calls."""
    called = sorted(set(re.findall(r"\b([a-z_]+)\(", code)) & {path.name for path in (ROOT / "components").iterdir()})
    return "".join(f'{{% from "components/{name}/{name}.html" import {name} %}}' for name in called)
