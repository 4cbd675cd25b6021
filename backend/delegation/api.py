"""The JSON door of delegation."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import Parameter

from backend.core.http import actor_of, allow, idempotency_key, refresh_session
from backend.core.schemas import Page
from backend.delegation import service
from backend.delegation.schemas import (
    AcceptanceRequest,
    Act,
    Acting,
    CodeTyped,
    Extension,
    GuardianRequest,
    Household,
    Mandate,
    MandateRequest,
)

Req = Request[Any, Any, Any]
Limit = Annotated[int, Parameter(ge=1, le=100)]
Key = Annotated[str, Parameter(header="Idempotency-Key", min_length=8, max_length=255, required=True)]
TAGS = ["mandates"]


@get("/household", opt=allow(service.household), tags=TAGS)
async def household(request: Req) -> Household:
    """For whom I may act, who may act for me, what waits for an answer, and the latest that was done."""
    return await service.household(actor_of(request))


@post("/mandates", opt=allow(service.invite), tags=TAGS)
async def invite(request: Req, data: MandateRequest, key: Key) -> Mandate:
    """Ask somebody to act for me. The answer is the same whether or not the number has an account."""
    return await service.invite(actor_of(request), data, key=idempotency_key(request))


@get("/mandates/{row_id:uuid}", opt=allow(service.mandate), tags=TAGS)
async def one(request: Req, row_id: UUID) -> Mandate:
    """One mandate, for its principal or its delegate."""
    return await service.mandate(actor_of(request), row_id)


@post("/mandates/invitation", opt=allow(service.invitation), tags=TAGS, status_code=200)
async def invitation(request: Req, data: CodeTyped) -> Mandate:
    """What the code in my hand asks of me."""
    return await service.invitation(actor_of(request), None, data.code)


@post("/mandates/acceptance", opt=allow(service.accept), tags=TAGS, status_code=200)
async def accept_by_code(request: Req, data: AcceptanceRequest) -> Mandate:
    """Agree, with the code of the invitation."""
    return await service.accept(actor_of(request), None, data)


@post("/mandates/{row_id:uuid}/acceptance", opt=allow(service.accept), tags=TAGS, status_code=200)
async def accept(request: Req, row_id: UUID, data: AcceptanceRequest) -> Mandate:
    """Agree to an invitation that went to my number."""
    return await service.accept(actor_of(request), row_id, data)


@post("/mandates/refusal", opt=allow(service.decline), tags=TAGS, status_code=204)
async def decline_by_code(request: Req, data: CodeTyped) -> None:
    """Decline, with the code of the invitation."""
    await service.decline(actor_of(request), None, data.code)


@post("/mandates/{row_id:uuid}/refusal", opt=allow(service.decline), tags=TAGS, status_code=204)
async def decline(request: Req, row_id: UUID) -> None:
    """Decline an invitation that went to my number."""
    await service.decline(actor_of(request), row_id)


@post("/mandates/{row_id:uuid}/withdrawal", opt=allow(service.withdraw), tags=TAGS, status_code=204)
async def withdraw(request: Req, row_id: UUID) -> None:
    """Take an invitation back before it was answered."""
    await service.withdraw(actor_of(request), row_id)


@post("/mandates/{row_id:uuid}/veto", opt=allow(service.veto), tags=TAGS, status_code=204)
async def veto(request: Req, row_id: UUID) -> None:
    """不同意: object before it counts."""
    await service.veto(actor_of(request), row_id)


@post("/mandates/{row_id:uuid}/revocation", opt=allow(service.revoke), tags=TAGS, status_code=204)
async def revoke(request: Req, row_id: UUID) -> None:
    """收回. Once this has answered, nothing begins under the mandate any more."""
    await service.revoke(actor_of(request), row_id)


@post("/mandates/{row_id:uuid}/resignation", opt=allow(service.give_up), tags=TAGS, status_code=204)
async def give_up(request: Req, row_id: UUID) -> None:
    """不再代办, by the delegate."""
    await service.give_up(actor_of(request), row_id)


@post("/mandates/{row_id:uuid}/extension", opt=allow(service.extend), tags=TAGS, status_code=200)
async def extend(request: Req, row_id: UUID, data: Extension) -> Mandate:
    """Let it run longer: a new consent of the principal."""
    return await service.extend(actor_of(request), row_id, data)


@post("/mandates/{row_id:uuid}/turn", opt=allow(service.take_up), tags=TAGS, status_code=204)
async def take_up(request: Req, row_id: UUID) -> None:
    """Act for the principal in this session from now on."""
    await service.take_up(actor_of(request), row_id)
    refresh_session(request)


@get("/acting", opt=allow(service.current), tags=TAGS)
async def current(request: Req) -> Acting | None:
    """For whom this session acts; nothing when it acts for its owner."""
    return await service.current(actor_of(request))


@post("/acting/end", opt=allow(service.lay_down), tags=TAGS, status_code=204)
async def lay_down(request: Req) -> None:
    """This session is about my own matters again."""
    await service.lay_down(actor_of(request))
    refresh_session(request)


@get("/acts", opt=allow(service.acts), tags=TAGS)
async def acts(request: Req, after: UUID | None = None, limit: Limit = 20) -> Page[Act]:
    """What others did for me and I for others, the latest first."""
    return await service.acts(actor_of(request), after=after, limit=limit)


@post("/acts/{act_id:uuid}/takeback", opt=allow(service.take_back), tags=TAGS, status_code=204)
async def take_back(request: Req, act_id: UUID) -> None:
    """收回这件事: what was done is mine alone again."""
    await service.take_back(actor_of(request), act_id)


@post("/guardianships", opt=allow(service.register_guardian), tags=["desk"])
async def register_guardian(request: Req, data: GuardianRequest) -> Mandate:
    """Write down, at a counter, that the person who is here is somebody's guardian."""
    return await service.register_guardian(actor_of(request), data)


routes = [
    household, invite, one, invitation, accept_by_code, accept, decline_by_code, decline, withdraw, veto, revoke,
    give_up, extend, take_up, current, lay_down, acts, take_back, register_guardian,
]  # fmt: skip
