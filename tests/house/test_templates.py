"""Pages carry no style and no script of their own, and use what they import."""

import re
from pathlib import Path

import pytest
from minijinja import Environment

from tests.house.source import PACKAGES, ROOT

TEMPLATES = sorted(path for folder in PACKAGES for path in (ROOT / folder).rglob("*.html"))
HAN = "\u4e00-\u9fff"


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles(path: Path) -> None:
    Environment().add_template(path.name, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_inline_style_script_or_unescaped_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style|javascript:|\bdata:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_what_is_imported_is_used(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for names in re.findall(r"{%-?\s*from\s+\S+\s+import\s+([^%]+?)-?%}", text):
        for each in (part.split(" as ")[-1].strip() for part in names.split(",")):
            assert len(re.findall(rf"\b{re.escape(each)}\b", text)) > 1, f"{each} is imported for nothing"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_words_come_from_the_catalogue(path: Path) -> None:
    """Chinese words in a template would stay Chinese in every other language."""
    text = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not re.findall(f"[{HAN}]+", text)
