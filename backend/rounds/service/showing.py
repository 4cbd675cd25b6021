"""Rows of visits with the names that go with them."""

from typing import Any

from backend.catalogue import service as catalogue
from backend.core.actor import Actor
from backend.identity import service as identity
from backend.rounds.schemas import Visit
from backend.rounds.sealed import unseal


async def shown(actor: Actor, rows: list[Any]) -> list[Visit]:
    """What staff see: the words at the door only of their own visits."""
    people = await identity.people_seen(actor, sorted({row["person_id"] for row in rows}))
    names = await catalogue.names({row["item_id"] for row in rows if row["item_id"]})
    colleagues = {row["staff"] for row in rows if row["staff"]}
    staff = await identity.staff_names("", sorted(colleagues)) if colleagues else {}
    return [
        Visit(
            id=row["id"], person=row["person_id"], item_name=names.get(row["item_id"], ""), begins=row["begins"],
            name=people[row["person_id"]].name if row["person_id"] in people else "", ends=row["ends"],
            place=unseal(row["id"], "place", row["place"]), phone=unseal(row["id"], "phone", row["phone"]),
            mine=row["staff"] == actor.acting, taken=row["staff"] is not None, state=row["state"],
            note=unseal(row["id"], "note", row["note"]), staff=row["staff"], staff_name=staff.get(row["staff"], ""),
            position=row["position"], follows=row["follows"],
            fresh=row["staff"] == actor.acting and row["seen"] is None,
            code=unseal(row["id"], "code", row["code"]) if row["staff"] == actor.acting else "",
        )
        for row in rows
    ]  # fmt: skip
