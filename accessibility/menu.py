"""Lines of menus that slices bring: ``menu`` in a slice's ``pages`` names what it adds to 我的 or to a desk."""

import msgspec


class MenuLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line. ``area`` is ``me`` (own account), ``helped`` (also while helping) or ``desk``; texts are message ids.

    ``roles`` limit a desk line to those who may use it; empty is for everybody. Smaller ``order`` comes first.
    """

    area: str
    href: str
    title: str
    text: str = ""
    icon: str = ""
    hue: str = "pine"
    order: int = 50
    roles: frozenset[str] = frozenset()


_lines: list[MenuLine] = []


def use(lines: list[MenuLine]) -> None:
    """Take the lines of all slices, once, at start."""
    _lines[:] = sorted(lines, key=lambda line: (line.order, line.href))


def menu(area: str, roles: frozenset[str] = frozenset()) -> list[MenuLine]:
    """The lines of an area that somebody with these roles may use."""
    areas = {"me", "helped"} if area == "me" else {area}
    return [line for line in _lines if line.area in areas and (not line.roles or not line.roles.isdisjoint(roles))]
