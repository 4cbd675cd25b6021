"""What one side of the matrix was told: a message, numbers to confirm and to order, people who wait for a call."""

import re
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, ids, rate
from backend.core.actor import Actor
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary
from backend.notifications import service
from backend.notifications.schemas import PhoneCode, PhoneNew, Template
from tests.identity import factories

SYSTEM = Actor.system("tests")
NEWS = Template(id="news", text="News", scope="appointments")


async def told_of(person: PersonSummary, caller: Actor, region: str) -> dict[str, Any]:
    """Ids and a code by what they are for; ``caller`` has a call running, and somebody else still waits."""
    me = msgspec.structs.replace(factories.actor_for(person), proved_at=clock.now())
    called, waits = [await factories.resident(name="张伟", home=region, notice_by="call") for _ in range(2)]
    message, *_ = [await _tell(each) for each in (person, called, waits)]
    proved, code = await _number(me, "13900000011")
    await service.confirm_phone(me, proved, PhoneCode(code=code))
    asked, code = await _number(me, "13900000012")
    running = await service.begin_call(caller, called.id)
    return {
        "message": message, "proved": proved, "asked": asked, "code": {"code": code}, "call": running.id,
        "waits": {"person": str(waits.id)},
    }  # fmt: skip


async def _tell(person: PersonSummary) -> UUID:
    about = ids.new()
    await identity.tell(SYSTEM, person.id, NEWS, {}, about=about, once=str(about))
    found = await service.messages(factories.actor_for(person))
    return found.items[0].id


async def _number(me: Actor, phone: str) -> tuple[UUID, str]:
    rate.reset()
    new = await service.add_phone(me, PhoneNew(phone=phone))
    code = re.search(r"[0-9]{6}", (await service.latest(1))[0].body)
    assert code is not None
    return new.id, code[0]
