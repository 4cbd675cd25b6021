"""Lines of menus that slices bring: ``menu`` in a slice's ``pages`` names what it adds to 我的 or to a desk."""

from collections.abc import Awaitable, Callable

import msgspec

from backend.core.actor import Actor

Waits = Callable[[Actor], Awaitable[int]]


class MenuLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line. ``area`` is ``me`` (own account), ``helped`` (also while helping) or ``desk``; texts are message ids.

    ``roles`` limit a desk line to those who may use it; empty is for everybody. Smaller ``order`` comes first.
    ``waits`` counts what waits there for somebody, with one query: staff have no inbox, so their start page says it.
    """

    area: str
    href: str
    title: str
    text: str = ""
    icon: str = ""
    hue: str = "pine"
    order: int = 50
    roles: frozenset[str] = frozenset()
    waits: Waits | None = None


_lines: list[MenuLine] = []


def use(lines: list[MenuLine]) -> None:
    """Take the lines of all slices, once, at start."""
    _lines[:] = sorted(lines, key=lambda line: (line.order, line.href))


def menu(area: str, roles: frozenset[str] = frozenset()) -> list[MenuLine]:
    """The lines of an area that somebody with these roles may use; what stands in both of one's areas stands once."""
    areas = {"me", "helped"} if area == "me" else {area}
    mine = [line for line in _lines if line.area in areas and (not line.roles or not line.roles.isdisjoint(roles))]
    once = {line.href: line for line in reversed(mine)}
    return [line for line in mine if once[line.href] is line]


async def waiting(area: str, actor: Actor) -> dict[str, int]:
    """How much waits for somebody, by the addresses of an area's lines; only where something does."""
    counted = {line.href: await line.waits(actor) for line in menu(area, actor.roles) if line.waits is not None}
    return {href: count for href, count in counted.items() if count}
