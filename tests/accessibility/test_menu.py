"""The lines of one's own account and of the desk."""

import pytest

from accessibility import menu
from accessibility.menu import MenuLine


def test_a_line_of_both_of_ones_areas_stands_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        MenuLine(area=area, href=href, title=href) for area, href in (("me", "/a"), ("helped", "/a"), ("me", "/b"))
    ]
    monkeypatch.setattr(menu, "_lines", lines)
    assert [(each.area, each.href) for each in menu.menu("me")] == [("me", "/a"), ("me", "/b")]
    assert [each.href for each in menu.menu("helped")] == ["/a"], "who helps sees it too"
