"""Every ink on every ground it is used on is at least 7:1, in light and dark; edges at least 3:1."""

import re

import pytest

from accessibility.assets import ROOT


def colours(name: str) -> dict[str, str]:
    text = (ROOT / "tokens" / f"{name}.css").read_text().split("[data-mode=minors] { --pine: #a5")[0]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", text))


LIGHT = colours("standard")
DARK = LIGHT | colours("dark")
MINORS = LIGHT | colours("minors")
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "pine") for ground in ("ground", "surface")),
    *(("ink", f"{hue}-soft") for hue in ("pine", "river", "plum", "lamp", "bad")),
    *((hue, f"{hue}-soft") for hue in ("pine", "river", "plum", "lamp", "bad")),
    ("on-pine", "pine"),
    ("lamp", "surface"),
    ("bad", "surface"),
]


@pytest.mark.parametrize("palette", [LIGHT, DARK, MINORS], ids=["light", "dark", "minors"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS, ids=lambda name: name)
def test_words_can_be_read(palette: dict[str, str], ink: str, ground: str) -> None:
    assert ratio(palette[ink], palette[ground]) >= 7


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_edges_can_be_seen(palette: dict[str, str], ground: str) -> None:
    assert ratio(palette["edge"], palette[ground]) >= 3


def test_white_on_the_street_and_the_lamp_on_dark() -> None:
    assert ratio("#ffffff", LIGHT["pine-deep"]) >= 7
    assert ratio("#ffffff", DARK["pine-deep"]) >= 7
    assert ratio("#2b1600", LIGHT["glow"]) >= 7


def ratio(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def light(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
