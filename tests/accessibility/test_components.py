"""The examples of every component, in every mode and language, are sound pieces of a page."""

import re
from pathlib import Path

import pytest

from accessibility import styleguide
from accessibility.assets import ROOT
from accessibility.audits.html import findings
from accessibility.modes import MODES
from backend.core.words import languages

COMPONENTS = styleguide.components()
EXAMPLES = [(name, example) for name, component in COMPONENTS.items() for example in component.examples]
HAN = re.compile("[\u4e00-\u9fff]")
# Words of the help strip and the aloud button exist on the page around an example, not in it.
AROUND = (
    '<!doctype html><html lang="{lang}"><head><title>x</title></head><body><main><h1>x</h1>{body}</main></body></html>'
)


def folders() -> list[Path]:
    return sorted(path for path in (ROOT / "components").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", folders(), ids=lambda path: path.name)
def test_a_component_has_examples_that_call_it(folder: Path) -> None:
    component = COMPONENTS[folder.name]
    assert component.about and component.parameters is not None
    assert any(folder.name in example.code or folder.name == "shortcuts" for example in component.examples)


@pytest.mark.parametrize(
    "folder", [path for path in folders() if (path / f"{path.name}.html").exists()], ids=lambda path: path.name
)
def test_every_parameter_is_explained(folder: Path) -> None:
    text = (folder / f"{folder.name}.html").read_text()
    signature = re.search(rf"macro {folder.name}\((.*?)\) %}}", text)
    assert signature
    taken = re.findall(r"(\w+)(?==|,|$)", re.sub(r"=(\"[^\"]*\"|[^,)]*)", "=", signature.group(1)))
    explained = {name.strip() for line in COMPONENTS[folder.name].parameters for name in line.split(",")}
    assert set(taken) <= explained, set(taken) - explained


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}-{example.name}" for name, example in EXAMPLES])
def test_an_example_is_sound(name: str, example: styleguide.Example, lang: str, mode: str) -> None:
    body = styleguide.preview(example, lang, mode)
    assert body.strip() or example.name == "nothing"
    assert not findings(AROUND.format(lang="zh-Hans" if lang == "zh_CN" else lang, body=body))
    if lang == "en":
        assert not HAN.search(body), "Chinese words in an English example"


def test_every_mode_has_a_layout_that_exists() -> None:
    for mode in MODES.values():
        assert (ROOT / mode.layout).is_file()
