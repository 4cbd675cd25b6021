"""Rows of visits with the names that go with them."""

from typing import Any
from uuid import UUID

from backend.catalogue import service as catalogue
from backend.core.actor import Actor
from backend.core.sealing import legible
from backend.identity import service as identity
from backend.rounds import access, rules
from backend.rounds.schemas import Visit


async def shown(actor: Actor, rows: list[Any]) -> list[Visit]:
    """What staff see: who lives there where it is their duty, the words at the door only of their own visits."""
    people = await identity.people_seen(actor, sorted({row["person_id"] for row in rows if opened(actor, row)}))
    names = await names_of(rows)
    colleagues = {row["staff"] for row in rows if row["staff"]}
    staff = await identity.staff_names("", sorted(colleagues)) if colleagues else {}
    return [
        Visit(
            id=row["id"], region=row["region"], item_name=names[row["id"]], begins=row["begins"], ends=row["ends"],
            mine=row["staff"] == actor.acting, taken=row["staff"] is not None, state=row["state"], staff=row["staff"],
            staff_name=staff.get(row["staff"], ""), position=row["position"], follows=row["follows"],
            division="" if row["division"] == row["region"] else row["division"],
            fresh=row["staff"] == actor.acting and row["seen"] is None,
            code=_open(row, "code") if row["staff"] == actor.acting else "", **_who_and_where(actor, row, people),
        )
        for row in rows
    ]  # fmt: skip


async def names_of(rows: list[Any]) -> dict[UUID, str]:
    """What each visit is for, by its id: all of its services."""
    names = await catalogue.names({item for row in rows for item in access.items_of(row)})
    return {row["id"]: "；".join(names[item] for item in access.items_of(row) if item in names) for row in rows}


def opened(actor: Actor, row: Any) -> bool:
    """Whether the actor's duty needs who lives there: of whoever goes, of a manager, of whoever helps the person."""
    if row["person_id"] == actor.principal or row["staff"] == actor.acting:
        return True
    return actor.covers(row["division"], "manager")


def _who_and_where(actor: Actor, row: Any, people: dict[Any, Any]) -> dict[str, Any]:
    place = _open(row, "place")
    if not opened(actor, row):
        return {"person": None, "name": "", "place": rules.about_where(place), "phone": "", "note": ""}
    person = row["person_id"]
    return {
        "person": person, "name": people[person].name if person in people else "", "place": place,
        "phone": _open(row, "phone"), "note": _open(row, "note"),
    }  # fmt: skip


def _open(row: Any, field: str) -> str:
    return legible("round", row["id"], field, row[field])
