"""What one side of the matrix was told: a message, numbers to confirm and to order, people who wait for a call."""

import re
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import Actor
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary
from backend.notifications import service
from backend.notifications.schemas import PhoneCode, PhoneNew, Template
from backend.notifications.sealed import unseal
from backend.notifications.service import texts
from backend.webpush import service as webpush
from tests.house.mailed import mailed
from tests.identity import factories
from tests.webpush.factories import Device

SYSTEM = Actor.system("tests")
SUBSCRIPTION = msgspec.to_builtins(Device().subscription)  # what any browser hands in
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
        "waits": {"person": str(waits.id)}, "reply": await _reply(message), **await _browsers(me), **await mailed(me),
    }  # fmt: skip


async def _browsers(me: Actor) -> dict[str, Any]:
    """A browser of the person, and the receipt of a message that it showed."""
    mine = Device(f"https://web.push.apple.com/{me.acting}")
    kept, message = await webpush.subscribe(me, mine.subscription), ids.new()
    proof = crypto.sign("push-receipt", f"{message}:{kept.id}")
    return {
        "browser": kept.id,
        "receipt": {"message": str(message), "browser": str(kept.id), "proof": proof},
    }


async def _tell(person: PersonSummary) -> UUID:
    about = ids.new()
    await identity.tell(SYSTEM, person.id, NEWS, {}, about=about, once=str(about))
    found = await service.messages(factories.actor_for(person))
    return found.items[0].id


async def _reply(message: UUID) -> UUID:
    """A text that answers a message and that an operator has to read."""
    phone = await db.fetchval("SELECT phone FROM notifications_message WHERE id = $1", message)
    await texts.received(unseal(message, "phone", phone), "可以让我女儿去吗")
    found: UUID = await db.fetchval("SELECT id FROM notifications_received ORDER BY id DESC LIMIT 1")
    return found


async def _number(me: Actor, phone: str) -> tuple[UUID, str]:
    rate.reset()
    new = await service.add_phone(me, PhoneNew(phone=phone))
    code = re.search(r"[0-9]{6}", (await service.latest(1))[0].body)
    assert code is not None
    return new.id, code[0]
