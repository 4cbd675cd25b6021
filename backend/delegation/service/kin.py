"""Who may act for a person now, for those who are told too."""

from uuid import UUID

from backend.core import clock, db
from backend.delegation import access, rules
from backend.delegation.sealed import unseal
from backend.delegation.service.steps import name_of
from backend.identity import service as identity
from backend.notifications import service as notifications
from backend.notifications.schemas import Kin

OF_PERSON = f"""SELECT {access.COLUMNS} FROM delegation_mandate
    WHERE principal = $1 AND state = 'accepted' AND delegate IS NOT NULL AND ends > $2 ORDER BY id LIMIT 20"""


async def kin_of(person: UUID) -> list[Kin]:
    """One line for each mandate that counts now, with what it covers."""
    rows = [row for row in await db.fetch(OF_PERSON, person, clock.now()) if access.counting(row)]
    people = await identity.people([row["delegate"] for row in rows]) if rows else {}
    return [
        Kin(
            person=row["delegate"], scopes=access.counting(row), items=frozenset(row["items"]),
            guardian=row["basis"] in rules.GUARDIANS,
            name=unseal(row["id"], "relation", row["relation"]) + name_of(people, row["delegate"]),
        )
        for row in rows
        if row["delegate"] in people
    ]  # fmt: skip


notifications.use_family(kin_of)
