"""What everybody may read: lists, themes, frequent items, life events, one item and its history."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from asyncpg import Record

from backend.catalogue import rules, shelves
from backend.catalogue.access import NoSuchItem, governs
from backend.catalogue.schemas import (
    AdoptionVersion,
    Item,
    ItemLine,
    ItemQuery,
    ItemVersion,
    LifeEvent,
    LifeEventRef,
    LocalValues,
    ThemeRef,
    Versions,
)
from backend.core import db
from backend.core.actor import Actor
from backend.core.policy import PUBLIC, verb
from backend.core.problems import BadRequest, NotFound
from backend.core.schemas import Page
from backend.core.search import live
from backend.core.words import N_

LINE = "id, name, kind, dept, source, source_region, themes, sort"
FULL = ", ".join(Item.__struct_fields__)
FIRST = (-1, "")
SEARCHED = 100  # most hits that a search gives; there is no next piece


class NoSuchTheme(NotFound):
    """No theme has this name in its address."""

    code, title = "no-such-theme", N_("We do not know this group of services")


class NoSuchLifeEvent(NotFound):
    """No life event has this name in its address."""

    code, title = "no-such-life-event", N_("We do not know this life event")


async def names(items: Collection[str]) -> dict[str, str]:
    """Official names by id; unknown ids are left out."""
    rows = await db.fetch("SELECT id, name FROM catalogue_item WHERE id = ANY($1::text[])", list(items))
    return {row["id"]: row["name"] for row in rows}


@verb("catalogue.item", N_("See a service"), PUBLIC)
async def item(actor: Actor, item_id: str) -> Item:
    """One item of the province list."""
    row = await db.fetchrow(f"SELECT {FULL} FROM catalogue_item WHERE id = $1", item_id)
    if row is None:
        raise NoSuchItem(N_("It may have been renamed or merged."), next_step=("/services", N_("See all services")))
    return Item(**row)


@verb("catalogue.items", N_("See the list of services"), PUBLIC)
async def items(actor: Actor, wanted: ItemQuery, *, after: str = "", limit: int = 20) -> Page[ItemLine]:
    """A piece of the list, those that most residents come for first."""
    rows = await _piece(LINE, wanted, after, limit)
    return Page(items=[line_of(row) for row in rows[:limit]], next=_next(rows, limit))


@verb("catalogue.numbered_page", N_("See a numbered page of services"), PUBLIC)
async def numbered_page(actor: Actor, number: int, size: int) -> tuple[list[Item], int]:
    """A page by its number with every field, and how many items there are; for vocabularies that count pages."""
    rows = await db.fetch(
        f"SELECT {FULL} FROM catalogue_item ORDER BY sort, id OFFSET $1 LIMIT $2", (number - 1) * size, size
    )
    total: int = await db.fetchval("SELECT count(*) FROM catalogue_item")
    return [Item(**row) for row in rows], total


@verb("catalogue.search", N_("Search services"), PUBLIC)
async def search(actor: Actor, q: str, wanted: ItemQuery, *, limit: int = 20) -> Page[ItemLine]:
    """The items that fit a question in anybody's words, best first, narrowed as asked."""
    hits = live.current().find(q, kinds=("item",), limit=SEARCHED)
    found = await lines([hit.document.id for hit in hits])
    if wanted != ItemQuery():
        rows = await _piece(LINE, wanted, "", SEARCHED, among=[each.id for each in found])
        kept = {row["id"] for row in rows}
        found = [each for each in found if each.id in kept]
    return Page(items=found[:limit])


async def lines(ids: Sequence[str]) -> list[ItemLine]:
    """List lines in the order of ``ids``; unknown ids are left out."""
    rows = await db.fetch(f"SELECT {LINE} FROM catalogue_item WHERE id = ANY($1::text[])", list(ids))
    found = {row["id"]: line_of(row) for row in rows}
    return [found[each] for each in ids if each in found]


@verb("catalogue.high_frequency", N_("See what most people come for"), PUBLIC)
async def high_frequency(actor: Actor) -> list[ItemLine]:
    """高频事项, chosen by hand from what residents need; not a statistic."""
    return await lines(list(shelves.frequent()))


@verb("catalogue.themes", N_("See the themes"), PUBLIC)
async def themes(actor: Actor) -> list[ThemeRef]:
    """The themes in residents' order with how many items each holds; empty ones are left out."""
    rows = await db.fetch("SELECT slug, count(*) AS n FROM catalogue_item, unnest(themes) AS slug GROUP BY slug")
    counts = {row["slug"]: row["n"] for row in rows}
    return [
        msgspec.structs.replace(each, count=counts[each.slug])
        for each in shelves.themes().values()
        if each.slug in counts
    ]


def theme(slug: str) -> ThemeRef:
    """One theme."""
    found = shelves.themes().get(slug)
    if found is None:
        raise NoSuchTheme(next_step=("/services", N_("See all services")))
    return found


@verb("catalogue.departments", N_("See the departments"), PUBLIC)
async def departments(actor: Actor) -> list[tuple[str, int]]:
    """Kinds of departments with how many items each has, the largest first."""
    rows = await db.fetch(
        """SELECT dept_class, count(*) AS n FROM catalogue_item WHERE dept_class IS NOT NULL
        GROUP BY dept_class ORDER BY n DESC, dept_class"""
    )
    return [(row["dept_class"], row["n"]) for row in rows]


@verb("catalogue.life_events", N_("See the life events"), PUBLIC)
async def life_events(actor: Actor) -> list[LifeEventRef]:
    """The national list of 13, for persons first."""
    refs = [_event_ref(row) for row in shelves.life_events()]
    return sorted(refs, key=lambda ref: ref.audience != "person")


@verb("catalogue.life_event", N_("See a life event"), PUBLIC)
async def life_event(actor: Actor, slug: str) -> LifeEvent:
    """One life event with its items, and the steps that the catalogue does not hold."""
    row = next((each for each in shelves.life_events() if each["slug"] == slug), None)
    if row is None:
        raise NoSuchLifeEvent(next_step=("/services/life-events", N_("All life events")))
    return LifeEvent(
        ref=_event_ref(row), items=await lines(row["items"]), missing=row["missing"], **shelves.life_event_basis()
    )


def events_of(item_id: str) -> list[LifeEventRef]:
    """The life events an item belongs to."""
    return [_event_ref(row) for row in shelves.life_events() if item_id in row["items"]]


@verb("catalogue.versions", N_("See what a service said before"), PUBLIC)
async def versions(actor: Actor, item_id: str, region: str = "") -> Versions:
    """What an item said before, and what residents of a county were shown. Drafts only for who governs the county."""
    known = await item(actor, item_id)
    earlier = await db.fetch(
        """SELECT revision, replaced_at, values::text AS values FROM catalogue_item_version
        WHERE item = $1 ORDER BY revision DESC LIMIT 100""",
        item_id,
    )
    return Versions(
        item=item_id,
        revision=known.revision,
        earlier=[
            ItemVersion(revision=r["revision"], replaced_at=r["replaced_at"], values=msgspec.json.decode(r["values"]))
            for r in earlier
        ],
        local=await _local_versions(actor, item_id, region) if region else [],
    )


async def searchable() -> list[dict[str, Any]]:
    """Every item as the search box needs it."""
    rows = await db.fetch(
        """SELECT id, name, main_item, condition, materials, topics, source_themes, dept, dept_class, objects, kind,
            completeness, law FROM catalogue_item ORDER BY sort, id"""
    )
    return [dict(row) for row in rows]


async def every_id() -> list[str]:
    """The ids of all items, for the sitemap."""
    return [row["id"] for row in await db.fetch("SELECT id FROM catalogue_item ORDER BY sort, id")]


def line_of(row: Record) -> ItemLine:
    """An item of a list."""
    return ItemLine(
        id=row["id"], name=row["name"], english=shelves.english().get(row["id"], ""), kind=row["kind"],
        dept=row["dept"] or "", source=row["source"], source_region=row["source_region"], themes=row["themes"],
    )  # fmt: skip


async def _local_versions(actor: Actor, item_id: str, region: str) -> list[AdoptionVersion]:
    governing = governs(actor, region)
    rows = await db.fetch(
        """SELECT v.region, v.version, v.step, v.local::text AS local, v.effective_from, v.at, v.by, v.reason
        FROM catalogue_adoption_version v JOIN catalogue_adoption a ON a.region = v.region AND a.id = v.adoption
        WHERE a.region = $1 AND a.item = $2 AND ($3 OR v.step IN ('published', 'withdrawn'))
        ORDER BY v.version DESC LIMIT 100""",
        region, item_id, governing,
    )  # fmt: skip
    return [
        AdoptionVersion(
            region=row["region"], version=row["version"], step=row["step"],
            local=msgspec.json.decode(row["local"], type=LocalValues), effective_from=row["effective_from"],
            at=row["at"], by=row["by"] if governing else None, reason=row["reason"] if governing else "",
        )
        for row in rows
    ]  # fmt: skip


async def _piece(
    columns: str, wanted: ItemQuery, after: str, limit: int, *, among: list[str] | None = None
) -> list[Record]:
    """``limit`` rows and one more. Keyset on (sort, id): a deep piece costs no more than the first."""
    try:
        sort, last = rules.read_cursor(after) if after else FIRST
    except ValueError:
        raise BadRequest(N_("This is not a place in the list.")) from None
    return await db.fetch(
        f"""SELECT {columns} FROM catalogue_item
        WHERE (sort, id) > ($1, $2) AND ($3 = '' OR themes @> ARRAY[$3]) AND ($4 = '' OR dept_class = $4 OR dept = $4)
            AND ($5 = '' OR objects @> ARRAY[$5]) AND ($6 = '' OR kind = $6) AND ($7 = '' OR source = $7)
            AND ($8::text[] IS NULL OR id = ANY($8))
        ORDER BY sort, id LIMIT $9""",
        sort, last, wanted.theme, wanted.dept, wanted.object, wanted.kind, wanted.source, among, limit + 1,
    )  # fmt: skip


def _next(rows: list[Record], limit: int) -> str | None:
    return rules.cursor_of(rows[limit - 1]["sort"], rows[limit - 1]["id"]) if len(rows) > limit else None


def _event_ref(row: dict[str, Any]) -> LifeEventRef:
    return LifeEventRef(
        slug=row["slug"], name=row["name"], name_en=row["name_en"], icon=row["icon"], audience=row["audience"],
        count=len(row["items"]),
    )  # fmt: skip
