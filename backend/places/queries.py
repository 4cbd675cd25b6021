"""Reads of divisions and halls."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from backend.core import db
from backend.places import rules
from backend.places.schemas import Division, Hall, NearHall, Point, Relation

DIVISION = "code, parent, level, kind, name, full_name, english, lat, lng, coord_source"
HALL = (
    "h.id, h.region, h.code, h.name, h.english, h.level, h.division, h.located_in, h.address, h.phone, h.opens, "
    "h.closes, h.lat, h.lng, h.status, h.source, h.bookable"
)
ENDINGS = ["sheng", "shi", "diqu", "qu", "xian", "jiedao", "zhen", "xiang"]
RELATIONS: dict[str, Relation] = {
    "township": "township", "county": "county", "prefecture": "prefecture", "province": "province",
}  # fmt: skip
ORDER: list[Relation] = ["township", "county", "prefecture", "province", "near"]
NEAR_METRES = 30_000


async def divisions(codes: Sequence[str]) -> list[Division]:
    """The divisions with these codes, from the province down."""
    rows = await db.fetch(
        f"SELECT {DIVISION} FROM places_division WHERE code = ANY($1::text[]) ORDER BY level", list(codes)
    )
    return [Division(**row) for row in rows]


async def division_page(parent: str, level: int, after: str, limit: int) -> list[Division]:
    """Divisions by code, optionally below one division or of one level."""
    rows = await db.fetch(
        f"""SELECT {DIVISION} FROM places_division
        WHERE ($1 = '' OR parent = $1) AND ($2 = 0 OR level = $2) AND code > $3 ORDER BY code LIMIT $4""",
        parent, level, after, limit,
    )  # fmt: skip
    return [Division(**row) for row in rows]


async def named(question: str, home: str, limit: int) -> list[Division]:
    """Divisions called so in Han characters, pinyin or initials; the home county first, then larger ones."""
    parts = rules.parts(question)
    han = [part for part in parts if not part.isascii()]
    latin = "".join(part for part in parts if part.isascii())
    if not parts:
        return []
    rows = await db.fetch(
        f"""SELECT {DIVISION} FROM places_division
        WHERE full_name LIKE ALL ($1::text[])
          AND ($2 = '' OR code LIKE $2 || '%' OR replace(spelled, ' ', '') LIKE $2 || '%' OR initials LIKE $2 || '%'
               OR replace(replace(lower(english), ' ', ''), '''', '') LIKE $2 || '%')
        ORDER BY name = ANY ($3::text[]) DESC, $2 <> '' AND replace(spelled, ' ', '') = ANY ($4::text[]) DESC,
          $5 <> '' AND code LIKE $5 || '%' DESC, name LIKE $6 DESC, level, length(name), code
        LIMIT $7""",
        [f"%{part}%" for part in han], latin, han, [latin, *(latin + ending for ending in ENDINGS)],
        rules.region(home) if len(home) >= 6 else "", f"{han[-1] if han else ''}%", limit,
    )  # fmt: skip
    return [Division(**row) for row in rows]


async def names_below(county: str) -> dict[str, str]:
    """The names of everything below a county, by whole codes."""
    rows = await db.fetch("SELECT code, name FROM places_division WHERE code LIKE $1 || '%' AND level >= 4", county)
    return {row["code"]: row["name"] for row in rows}


async def divisions_around(centre: Point, metres: float) -> list[Division]:
    """Counties and smaller divisions whose point lies in a box around a position."""
    rows = await db.fetch(
        f"""SELECT {DIVISION} FROM places_division
        WHERE level >= 3 AND lat BETWEEN $1 AND $2 AND lng BETWEEN $3 AND $4""",
        *rules.box(centre, metres),
    )
    return [Division(**row) for row in rows]


async def hall(hall_id: UUID, *, lock: bool = False) -> Hall | None:
    """One hall by its id."""
    row = await db.fetchrow(f"SELECT {HALL} FROM places_hall h WHERE h.id = $1{' FOR UPDATE' if lock else ''}", hall_id)
    return Hall(**row) if row else None


async def halls(ids: Sequence[UUID]) -> list[Hall]:
    """Halls by id, in no particular order."""
    return [
        Hall(**row)
        for row in await db.fetch(f"SELECT {HALL} FROM places_hall h WHERE h.id = ANY($1::uuid[])", list(ids))
    ]


async def hall_page(within: str, level: str, derived: bool | None, after: str, limit: int) -> list[Hall]:
    """Halls by code, those from the listing first (R… before D…); ``within`` is the leading digits of a division."""
    rows = await db.fetch(
        f"""SELECT {HALL} FROM places_hall h
        WHERE ($1 = '' OR h.division LIKE $1 || '%' OR h.located_in LIKE $1 || '%') AND ($2 = '' OR h.level = $2)
          AND ($3::boolean IS NULL OR (h.status = 'derived') = $3)
          AND (left(h.code, 1) = 'D', h.code) > (left($4, 1) = 'D', $4)
        ORDER BY left(h.code, 1) = 'D', h.code LIMIT $5""",
        within, level, derived, after, limit,
    )  # fmt: skip
    return [Hall(**row) for row in rows]


async def halls_for(path: list[Division], limit: int) -> list[NearHall]:
    """The halls of the divisions one lives in, smallest first, then others by distance."""
    here = next((each.point for each in reversed(path) if each.point and each.level >= 3), None)
    around = rules.box(here, NEAR_METRES) if here else (0.0, 0.0, 0.0, 0.0)
    rows = await db.fetch(
        f"""SELECT {HALL}, coalesce(h.lat, d.lat) AS at_lat, coalesce(h.lng, d.lng) AS at_lng
        FROM places_hall h
        LEFT JOIN places_division d
          ON d.code = CASE WHEN h.level IN ('township', 'county') OR h.located_in = ''
            THEN h.division ELSE h.located_in END
        WHERE h.division = ANY ($1::text[])
           OR (coalesce(h.lat, d.lat) BETWEEN $2 AND $3 AND coalesce(h.lng, d.lng) BETWEEN $4 AND $5)""",
        [each.code for each in path], *around,
    )  # fmt: skip
    mine = {each.code for each in path}
    found = [_near(dict(row), mine, here) for row in rows]
    found.sort(key=lambda near: (ORDER.index(near.relation), near.metres or 0, near.hall.code))
    return found[:limit]


def _near(row: dict[str, object], mine: set[str], here: Point | None) -> NearHall:
    lat, lng = row.pop("at_lat"), row.pop("at_lng")
    each = Hall(**row)  # type: ignore[arg-type]
    metres = None
    if here is not None and isinstance(lat, float) and isinstance(lng, float):
        metres = round(rules.haversine(here, Point(lat=lat, lng=lng))) or None
    relation = RELATIONS[each.level] if each.division in mine else "near"
    return NearHall(hall=each, relation=relation, metres=metres, exact=each.lat is not None)


async def searchable_divisions() -> list[Record]:
    """What the search box knows of every division."""
    return await db.fetch("SELECT code, level, name, full_name, english, spelled FROM places_division ORDER BY code")


async def searchable_halls() -> list[Record]:
    """What the search box knows of every hall."""
    return await db.fetch(
        """SELECT h.id, h.region, h.name, h.english, h.level, h.address, h.status, h.bookable
        FROM places_hall h ORDER BY h.code"""
    )


async def hall_ids() -> list[UUID]:
    """Every hall, the listed ones first."""
    return [row["id"] for row in await db.fetch("SELECT id FROM places_hall ORDER BY left(code, 1) = 'D', code")]
