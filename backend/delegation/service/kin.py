"""Who may act for a person now, for those who are told too."""

from uuid import UUID

from backend.core import clock, db
from backend.core.ahead import Ahead
from backend.core.sealing import legible
from backend.delegation import access, rules
from backend.delegation.service.steps import name_of
from backend.identity import service as identity
from backend.notifications import service as notifications
from backend.notifications.schemas import Kin

OF_PEOPLE = f"""SELECT m.* FROM unnest($1::uuid[]) AS p (person) CROSS JOIN LATERAL
    (SELECT {access.COLUMNS} FROM delegation_mandate WHERE principal = p.person AND state = 'accepted'
        AND delegate IS NOT NULL AND ends > $2 ORDER BY id LIMIT 20) AS m"""


async def kin_of(person: UUID) -> list[Kin]:
    """One line for each mandate that counts now, with what it covers."""
    return await _KIN.of(person) or []


async def _kin(principals: list[UUID]) -> dict[UUID, list[Kin]]:
    rows = [row for row in await db.fetch(OF_PEOPLE, principals, clock.now()) if access.counting(row)]
    people = await identity.people([row["delegate"] for row in rows]) if rows else {}
    found: dict[UUID, list[Kin]] = {}
    for row in rows:
        if row["delegate"] in people:
            kin = Kin(
                person=row["delegate"], scopes=access.counting(row), items=frozenset(row["items"]),
                guardian=row["basis"] in rules.GUARDIANS,
                name=legible("mandate", row["id"], "relation", row["relation"]) + name_of(people, row["delegate"]),
            )  # fmt: skip
            found.setdefault(row["principal"], []).append(kin)
    return found


_KIN = Ahead(_kin)  # for all at once where many are told


notifications.use_family(kin_of)
