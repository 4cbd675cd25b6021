"""Who is on duty at an instant: whose post stands then, with nobody who is on leave."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from backend.core import db
from backend.core.actor import stem
from backend.core.sealing import legible
from backend.identity.schemas import Colleague
from backend.identity.service.standing import STANDS

# Posts inside the place and those that contain it.
ON_DUTY = f"""SELECT DISTINCT ON (st.id) st.id, st.region, st.name, p.role, p.division, p.instead_of
    FROM identity_post p JOIN identity_staff st ON st.region = p.region AND st.id = p.staff AND st.state = 'active'
    WHERE p.role = ANY ($1::text[]) AND (p.division LIKE $2 OR p.division = ANY ($3::text[]))
        AND ($5::uuid IS NULL OR p.staff = $5) AND {STANDS.format(p="p", now="$4")}
    ORDER BY st.id, p.instead_of IS NOT NULL, p.begins"""


async def on_duty(place: str, roles: Sequence[str], at: datetime, *, staff: UUID | None = None) -> list[Colleague]:
    """Members of staff with one of the roles for a place whose post counts at an instant; stand-ins too."""
    rows = await db.fetch(ON_DUTY, list(roles), f"{stem(place)}%", _above(place), at, staff)
    found = [
        Colleague(
            id=row["id"], region=row["region"], name=legible("staff", row["id"], "name", row["name"]),
            role=row["role"], division=row["division"], stands_in=row["instead_of"] is not None,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.name, each.id))


def _above(place: str) -> list[str]:
    """The codes of the divisions that contain a place, itself included; a long code may end in zeros."""
    counties = ["000000", f"{place[:2]}0000", f"{place[:4]}00", place[:6]]
    streets = [place[:length] for length in (9, 12) if len(place) >= length]
    return [*counties, *streets, *(f"{street}000" for street in streets if len(street) == 9)]
