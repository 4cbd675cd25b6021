"""Every operation of the contract, as everybody, with one's own and another city's objects. `test_matrix.py` walks it.

A new operation is tried with a body made from its schema. Where that cannot be right, say what is in
``objects.BODIES`` or ``PARAMETERS``; where an object may be reached from another city, in ``SHARED``, with the reason.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx

from backend.appointments import service as appointments
from backend.catalogue import service as catalogue
from backend.catalogue.schemas import AdoptionRequest, LocalValues, PublicationRequest
from backend.core import db, rate, trail
from backend.disclosures import service as disclosures
from backend.disclosures.schemas import DisclosureQuestion
from backend.identity import service as identity
from backend.identity.schemas import (
    ApprovalRequest,
    GuardianConsent,
    PersonSummary,
)
from backend.places import service as places
from tests.appointments.factories import MONDAY, SYSTEM, open_hall, slots, wish
from tests.house import callers, family, line, opening, rated, walked
from tests.house import hall as queue
from tests.house.keys import keys_of
from tests.house.objects import BODIES, DAY, DRAFT, LIVE, PARAMETERS, PERSONAL, SHARED, Side
from tests.house.own_data import own_data
from tests.house.source import current_contract
from tests.house.told import told_of
from tests.identity import factories

METHODS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True)
class Credential:
    """Somebody who calls: ``side`` names whose objects they may reach; ``nobody`` has no live session."""

    name: str
    roles: frozenset[str]
    side: str
    token: str

    @property
    def nobody(self) -> bool:
        return not self.roles


@dataclass(frozen=True)
class Operation:
    """A method and a path of the contract, with the roles that it declares."""

    method: str
    path: str
    roles: frozenset[str]
    spec: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path.removeprefix('/api/v1')}"

    @property
    def public(self) -> bool:
        return not self.spec["security"]


def operations() -> list[Operation]:
    """What the contract offers, by path."""
    return [
        Operation(method, path, frozenset(each.get("x-roles", ())), each)
        for path, item in sorted(_spec()["paths"].items())
        for method, each in sorted(item.items(), key=lambda pair: pair[0])
        if method in METHODS
    ]


def declared(operation: Operation, who: Credential) -> bool:
    """Whether the operation says that this kind of caller may come."""
    return "signed-in" in operation.roles or not who.roles.isdisjoint(operation.roles)


def judge(operation: Operation, who: Credential, side: str, status: int) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if status >= 500:
        return "fails"
    if not 200 <= status < 400 or operation.public:
        return ""
    if who.nobody:
        return "opens to nobody in particular"
    if not declared(operation, who):
        return "opens to a role that is not declared"
    if operation.name in PERSONAL and who.name != f"resident {side}":
        return "gives somebody else's object"
    if side and side != who.side and operation.name not in SHARED:
        return "gives an object of the other side"
    return ""


def leaks(operation: Operation, who: Credential, other: Side, text: str) -> bool:
    """Whether an answer holds what belongs to the side that was not asked for."""
    free = operation.public or operation.name in SHARED or who.side == other.name
    return not free and any(mark in text for mark in other.marks)


def placed(operation: Operation, here: Side, there: Side) -> bool:
    """Whether what is asked for lies on one side: then parameters or body differ."""
    if body(operation, here) != body(operation, there):
        return True
    names = [each for each in _needed(operation) if each["in"] != "header"]
    return any(parameter(operation, each, here) != parameter(operation, each, there) for each in names)


async def call(client: httpx.AsyncClient, operation: Operation, who: Credential, side: Side) -> httpx.Response:
    """One request whose effects are undone, so that each finds the same world."""
    given = {each["name"]: (each["in"], parameter(operation, each, side)) for each in _needed(operation)}
    path = re.sub(r"\{(\w+)\}", lambda found: str(given[found[1]][1]), operation.path)
    headers = {name: str(value) for name, (where, value) in given.items() if where == "header"}
    if who.token:
        headers["Authorization"] = f"Bearer {who.token}"
    query = {name: value for name, (where, value) in given.items() if where == "query"}
    rate.reset()
    try:
        async with db.transaction():
            answer = await client.request(
                operation.method.upper(), path, params=query, headers=headers, json=body(operation, side)
            )
            raise _Undo
    except _Undo:
        return answer


class _Undo(Exception):
    pass


def parameter(operation: Operation, wanted: dict[str, Any], side: Side) -> Any:
    """A value for a parameter: ours, or one made from the schema."""
    known = PARAMETERS.get(f"{operation.name} {wanted['name']}") or PARAMETERS.get(wanted["name"])
    return known(side) if known else made(wanted["schema"], _schemas())


def body(operation: Operation, side: Side) -> Any:
    """A body: ours, or one made from the schema; none for operations that take none."""
    content = operation.spec.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    known = BODIES.get(operation.name)
    return known(side) if known else made(content["application/json"]["schema"], _schemas())


def made(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Something that a schema allows, with required members only."""
    if "$ref" in schema:
        return made(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return made(next(each for each in schema[several] if each.get("type") != "null"), schemas)
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    kind = schema.get("type")
    if kind == "object":
        needed = schema.get("required", [])
        return {name: made(each, schemas) for name, each in schema.get("properties", {}).items() if name in needed}
    if kind == "array":
        return [made(schema["items"], schemas)] * schema.get("minItems", 1)
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    formats = {"uuid": str(uuid4()), "date": DAY.isoformat(), "date-time": MONDAY.isoformat(), "time": "09:00:00"}
    return formats.get(schema.get("format", "")) or "x" * max(2, schema.get("minLength", 0))


def _needed(operation: Operation) -> list[dict[str, Any]]:
    return [each for each in operation.spec.get("parameters", []) if each.get("required")]


def _schemas() -> dict[str, Any]:
    found: dict[str, Any] = _spec()["components"]["schemas"]
    return found


@cache
def _spec() -> dict[str, Any]:
    """The contract of the code as it stands."""
    made: dict[str, Any] = json.loads(current_contract())
    return made


async def build(name: str, region: str, city: str) -> tuple[Side, list[Credential]]:
    """One side with its people: two residents, all desks, a helped resident, an ended post, a session that ran out."""
    person = await factories.resident(name=f"居民{name}", home=region, phone=family.PHONES[name])
    side = await _side(name, region, city, person)
    posts = {
        role: await factories.staff(role, region=region)
        for role in ("clerk", "operator", "manager", "auditor", "security", "grid")
    }
    at = await places.hall(SYSTEM, side.hall)
    side.queue = await queue.build(person, at, posts["clerk"]) | await line.build(person, at)
    side.opening = await opening.build(at, posts["manager"])
    posts["city"] = await factories.staff("city", region=city)
    posts["administrator"] = await factories.staff("administrator", region=city)
    people = [
        Credential(f"resident {name}", frozenset({"resident"}), name, await factories.token_for(person)),
        Credential(f"neighbour {name}", frozenset({"resident"}), "", await callers.neighbour()),
        Credential(f"ran out {name}", frozenset(), "", await callers.ran_out(person)),
        Credential(f"left {name}", frozenset(), "", await callers.left(region)),
    ]  # fmt: skip
    people.append(Credential(f"delegate {name}", frozenset({"resident"}), name, side.family["delegate"]))
    people.append(Credential(f"revoked delegate {name}", frozenset(), "", side.family["revoked"]))
    people += [Credential(f"{role} {name}", frozenset({role}), name, await factories.token_for(post))
               for role, post in posts.items()]  # fmt: skip
    side.device, side.waiting, token = await callers.machines(side.region)
    people.append(Credential(f"kiosk {name}", frozenset({"kiosk"}), name, token))
    side.card = await callers.card(posts["clerk"], person)
    side.told = await told_of(person, factories.actor_for(posts["operator"]), region)
    for role in ("clerk", "operator"):
        token = await callers.helping(posts[role], person)
        people.append(Credential(f"{role} {name} who helps", frozenset({role}), name, token))
    side.rated = await rated.build(person, side.hall)
    side.walked = await walked.build(person, posts["operator"], posts["clerk"])
    side.staff = await callers.staffed(region, posts["administrator"], posts["operator"])
    return side, people


async def _side(name: str, region: str, city: str, person: PersonSummary) -> Side:
    code = await db.fetchval("SELECT code FROM places_hall WHERE region = $1 ORDER BY code LIMIT 1", region)
    hall = await open_hall(code)
    free = await slots(hall, DAY)
    actor = factories.actor_for(person)
    booked = await appointments.book(actor, wish(hall, free[0]), key=str(uuid4()))
    editor = factories.actor_for(await factories.city(region=city))
    for item in (DRAFT, LIVE):
        await catalogue.adopt(editor, item, AdoptionRequest(region=region, local=LocalValues(fee="免费")))
    await catalogue.publish(editor, LIVE, PublicationRequest(region=region, version=1))
    token = await factories.token_for(person)
    (session,) = [each.id for each in await identity.my_sessions(actor, token)]
    login = f"matrix-{name.lower()}"
    clerk = factories.actor_for(await factories.staff("clerk", region=region, login=login))
    minor, child, agreed = [
        (await factories.resident(name=f"{who}{name}", birth=birth)).id
        for who, birth in (("少年", date(2010, 5, 1)), ("孩子", date(2016, 5, 1)), ("孩童", date(2016, 5, 1)))
    ]
    await identity.record_guardian_consent(clerk, agreed, GuardianConsent(guardian="王敏", evidence="household-book"))
    approval = await identity.ask_approval(clerk, ApprovalRequest(person=minor, reason="minor-here"))
    reads, own = await _reads(person, region), await own_data(person, editor, region)
    return Side(
        name, region, city, person, hall.id, free[1].id, booked.id, session, *reads, *own, login, minor, child,
        agreed, approval, await callers.code(), await keys_of(person),
        family=await family.build(person, family.PHONES[name], hall),
    )  # fmt: skip


async def _reads(person: PersonSummary, region: str) -> tuple[UUID, UUID]:
    """Two reads of the person's data: one that nobody asked about, and the question about the other."""
    reader, actor = factories.actor_for(await factories.clerk(region=region)), factories.actor_for(person)
    for purpose in ("one", "other"):
        await trail.viewed(reader, region=region, person=person.id, what="person", purpose=purpose)
    one, other = (await disclosures.who_looked(actor)).items
    asked = await disclosures.ask_about(actor, other.id, DisclosureQuestion())
    assert asked.question
    return one.id, asked.question.id
