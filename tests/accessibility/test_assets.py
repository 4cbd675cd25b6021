"""Style and script: small, obedient to the reader, and addressed by content."""

import gzip
import re
from pathlib import Path

import pytest

from accessibility.assets import ROOT, assets, icon_files, smaller_css

SHEETS = sorted(ROOT.rglob("*.css"))
FIRST_VIEW = ("app.css", "app.js", "icons.svg", "street.svg")


def test_a_resident_sheet_is_at_most_six_kilobytes_on_the_wire() -> None:
    assert len(assets()["app.css"].gzipped) <= 6 * 1024


def test_all_style_of_our_own_is_at_most_twelve() -> None:
    assert sum(len(asset.gzipped) for name, asset in assets().items() if name.endswith(".css")) <= 12 * 1024


def test_a_script_is_at_most_one_and_all_together_eight() -> None:
    """A page loads app.js and those of its own components only."""
    scripts = [len(asset.gzipped) for name, asset in assets().items() if name.endswith(".js")]
    assert max(scripts) <= 1024 and sum(scripts) <= 8 * 1024


def test_what_every_first_view_needs_leaves_room_for_the_page() -> None:
    """14 KB in all: beside these a page has about five kilobytes for its words."""
    assert sum(len(assets()[name].gzipped) for name in FIRST_VIEW) <= 9 * 1024


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_no_column_is_wider_than_the_page_when_the_reader_doubles_the_text(path: Path) -> None:
    for least in re.findall(r"auto-fi(?:t|ll), minmax\(([^,]+)", path.read_text()):
        assert "min(100%" in least or "max(" in least, least


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_text_follows_the_size_that_the_reader_has_set(path: Path) -> None:
    """WCAG 1.4.4: type in rem, em or percent; paper (the slip) may use points."""
    for value in re.findall(r"(?:font-size|--f-[a-z0-9]+|--root)\s*:\s*([^;}]+)", path.read_text()):
        assert not re.search(r"\dpx", value), value


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_the_focus_is_never_taken_away(path: Path) -> None:
    text = path.read_text()
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        if re.search(r"outline:\s*(0|none)", body):
            assert selector.strip() == "main:focus", "only the page itself, reached by the skip link, goes without"
    assert "user-select" not in text and "data:" not in text and "@import" not in text


def test_tokens_come_before_everything_that_uses_them() -> None:
    text = assets()["app.css"].body.decode()
    assert text.startswith("@layer reset, base, layout, parts, modes;")
    assert text.index("--pine:") < text.index("@layer base{")


def test_an_address_changes_with_the_content() -> None:
    sheet = assets()["app.css"]
    assert sheet.url == f"/static/{sheet.tag}/app.css"
    assert gzip.decompress(sheet.gzipped) == sheet.body
    assert f"url({assets()['street.svg'].url})" in sheet.body.decode()


def test_the_common_icons_share_a_sprite_and_the_rare_ones_do_not() -> None:
    files = icon_files()
    assert "/icons.svg#" in files["calendar"]
    assert "/icon-printer.svg#printer" in files["printer"]
    assert len(files) > 100


def test_a_smaller_sheet_says_the_same() -> None:
    assert smaller_css("/* why */ a > b { color: red; margin: 0 auto; }\n") == "a>b{color:red;margin:0 auto}"
