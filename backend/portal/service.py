"""The one search box, and the list of everything public."""

from collections.abc import Collection

from backend.core.actor import Actor
from backend.core.policy import PUBLIC, verb
from backend.core.search import Hit, Index, live
from backend.core.words import N_
from backend.portal import english, rules
from backend.portal.schemas import Answer, Found, FoundGroup, Group

GROUPS: tuple[Group, ...] = ("service", "hall", "division", "page")
SHOWN = {"service": 10, "hall": 4, "division": 4, "page": 3}
STATIC = ("/", "/services", "/services/life-events", "/places", "/halls", "/accessibility", "/privacy", "/open-data")


@verb("portal.search", N_("Search everything"), PUBLIC)
async def search(actor: Actor, q: str, *, place: str = "", group: Group | None = None, limit: int = 0) -> Answer:
    """What is meant by ``q``: services, halls, divisions and pages, each group best first, the best group first."""
    index = live.current()
    wanted = [group] if group else GROUPS
    found = {each: _hits(index, q, each, place, limit or SHOWN[each]) for each in wanted}
    least = rules.WORTH * max((hits[0].score for hits in found.values() if hits), default=0.0)
    groups = [
        FoundGroup(group=each, hits=[_found(hit) for hit in hits if hit.score >= least])
        for each, hits in found.items()
        if hits and hits[0].score >= least
    ]
    groups.sort(key=lambda each: -each.hits[0].score)
    best = found.get("service")
    return Answer(query=q, understood=rules.news(list(best[0].matched), q) if best else [], groups=groups)


@verb("portal.public_paths", N_("See the list of public pages"), PUBLIC)
async def public_paths(actor: Actor) -> list[str]:
    """The address of every page that anybody may see, without communities and villages."""
    index = live.current()
    named = [each.url for each in index.names.documents if not (each.kind == "division" and each.id[9:] != "000")]
    return list(dict.fromkeys([*STATIC, *(each.url for each in index.documents), *named]))


def _hits(index: Index, q: str, group: Group, place: str, limit: int) -> list[Hit]:
    kinds: Collection[str] = {group}
    if group == "service":
        kinds = {each.kind for each in index.documents} - {"page"}
    if not q or not kinds:
        return []
    by_name = english.of(index) if q.isascii() else None
    if by_name and by_name.speaks(q):
        hits = by_name.find(q, kinds=kinds, place=place, limit=limit)
    else:
        hits = index.find(q, kinds=kinds, place=place, limit=limit)
        if by_name:
            hits = _best([*by_name.find(q, kinds=kinds, place=place, limit=limit), *hits])[:limit]
    return _pages_once([hit for hit in hits if hit.score >= rules.LEAST[group]])


def _best(hits: list[Hit]) -> list[Hit]:
    """Each row once, with its better score."""
    seen: dict[str, Hit] = {}
    for hit in hits:
        key = f"{hit.document.kind}:{hit.document.id}"
        if key not in seen or seen[key].score < hit.score:
            seen[key] = hit
    return sorted(seen.values(), key=lambda hit: -hit.score)


def _pages_once(hits: list[Hit]) -> list[Hit]:
    """A page that is found under two headings is shown once."""
    return list({hit.document.url: hit for hit in reversed(hits)}.values())[::-1]


def _found(hit: Hit) -> Found:
    """A row for the page: the first alias in Latin letters is its English name."""
    row = hit.document
    title_en = next((alias for alias in row.aliases if alias.isascii() and alias[:1].isupper()), "")
    return Found(
        kind=row.kind,
        id=row.id,
        title=row.title,
        title_en=title_en,
        subtitle=row.subtitle,
        url=row.url,
        score=round(hit.score, 3),
    )
