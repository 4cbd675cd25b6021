"""The callers of the matrix: how each comes by a token, and what signs people and machines in."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from backend.core import clock, rate
from backend.core.actor import ANONYMOUS
from backend.identity import rules
from backend.identity import service as identity
from backend.identity.schemas import (
    AssistanceRequest,
    CardRequest,
    CodeRequest,
    DeviceEnrolment,
    DeviceRequest,
    LeaveRequest,
    MinorsEntry,
    PersonSummary,
    PostRequest,
    StaffInvitation,
    StaffPost,
)
from backend.notifications import service as notifications
from tests.appointments.factories import MONDAY, SYSTEM
from tests.identity import factories

PHONE = "13900000001"
PIN = "271828"


async def code() -> dict[str, str]:
    """A one-time code that was just sent, to sign in with."""
    rate.reset()
    sent = await identity.request_code(SYSTEM, CodeRequest(phone=PHONE), address="", lang="en")
    found = re.search(r"[0-9]{6}", (await notifications.latest(1))[0].body)
    assert found
    return {"request": sent.request, "code": found[0]}


async def neighbour() -> str:
    """Somebody who handed the account to a child."""
    person = await factories.resident()
    await identity.enter_minors_mode(factories.actor_for(person), MinorsEntry(pin=PIN))
    return await factories.token_for(person)


async def machines(region: str) -> tuple[UUID, str, str]:
    """A kiosk in use and one that waits: the id of the first, the code of the second, the token of the first."""
    keeper = factories.actor_for(await factories.manager(region=region))
    wanted = DeviceRequest(kind="kiosk", name="门口", region=region)
    used, waits = [await identity.set_up_device(keeper, wanted) for _ in range(2)]
    made = await identity.enrol_device(ANONYMOUS, DeviceEnrolment(code=used.code), address="")
    return made.id, waits.code, made.token


_shown: dict[UUID, int] = {}  # of two people nobody shows the same document, whatever their ids


def document(person: PersonSummary) -> str:
    """The number of the document that the person shows."""
    number = f"999999194803050{_shown.setdefault(person.id, 10 + len(_shown) % 90)}"
    return number + rules.check_digit(number)


async def card(post: StaffPost, person: PersonSummary) -> dict[str, str]:
    """What signs the person in with a card."""
    await helping(post, person)
    wanted = CardRequest(card=uuid4(), pin="802461", document=document(person))
    made = await identity.issue_card(factories.fresh(post, helping=person), wanted)
    return {"card": made.number, "pin": "802461"}


async def ran_out(person: PersonSummary) -> str:
    """A session that is too old."""
    with clock.frozen(MONDAY - timedelta(days=2)):
        return await factories.token_for(person)


async def left(region: str) -> str:
    """A session of a clerk whose post has ended."""
    post = await factories.staff("clerk", region=region)
    token = await factories.token_for(post)
    await identity.end_post(region, post.id)
    return token


async def helping(post: StaffPost, person: PersonSummary) -> str:
    """A session of staff who act for the person."""
    token = await factories.token_for(post)
    phone = "operator" in post.roles
    ways = ["registered-number", "name-and-birth"] if phone else ["id-card"]
    wanted = AssistanceRequest(person=person.id, verified=ways, channel="phone" if phone else "counter")
    await identity.begin_assistance(factories.actor_for(post), token, wanted)
    return token


async def staffed(region: str, by: StaffPost, other: StaffPost) -> dict[str, Any]:
    """A member with a post, one that waits and one on leave, and an invitation."""
    he, place = factories.fresh(by), await factories.organisation(region)
    who = await factories.staff("clerk", region=region)
    wanted = PostRequest(staff=who.id, organisation=place, role="manager", division=region)
    waiting = await identity.give_post(he, wanted)
    held = {post.role: post.id for post in (await identity.member(he, who.id)).posts}
    volunteer = await identity.give_post(he, msgspec.structs.replace(wanted, role="volunteer"))
    login = f"stand-in-{region}"
    await factories.staff("volunteer", region=region, login=login)
    day = clock.today()
    leave = await identity.grant_leave(he, LeaveRequest(post=volunteer, stand_in=login, begins=day, until=day))
    invited = StaffInvitation(name="王芳", organisation=place, role="clerk", division=region)
    made = await identity.invite(he, invited)
    return {
        "place": place, "member": who.id, "post": held["clerk"], "waiting": waiting, "leave": leave,
        "invitation": made.id, "code": made.code, "other": (await identity.member(he, other.id)).posts[0].id,
    }  # fmt: skip
