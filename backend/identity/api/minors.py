"""Minors: asking a manager, a guardian's consent, minors' mode."""

from uuid import UUID

from litestar import delete, get, post

from backend.core.http import actor_of, allow
from backend.identity import service
from backend.identity.api.common import Asked, forget
from backend.identity.schemas import (
    ApprovalDecision,
    ApprovalLine,
    ApprovalRequest,
    GuardianConsent,
    MinorsEntry,
    MinorsExit,
    MinorsMode,
)


@post("/approvals", opt=allow(service.ask_approval), tags=["staff"])
async def ask_approval(request: Asked, data: ApprovalRequest) -> ApprovalLine:
    """审批: ask to open the record of a minor. A manager decides; then it is open to you for half an hour."""
    actor = actor_of(request)
    asked = await service.ask_approval(actor, data)
    return next(each for each in await service.my_approvals(actor) if each.id == asked)


@get("/approvals", opt=allow(service.my_approvals), tags=["staff"])
async def list_approvals(request: Asked) -> list[ApprovalLine]:
    """What I asked for in the last twelve hours."""
    return await service.my_approvals(actor_of(request))


@get("/approvals/waiting", opt=allow(service.waiting_approvals), tags=["staff"])
async def list_waiting(request: Asked) -> list[ApprovalLine]:
    """Who waits for my decision."""
    return await service.waiting_approvals(actor_of(request))


@post("/approvals/{approval_id:uuid}/decision", opt=allow(service.decide_approval), tags=["staff"], status_code=204)
async def decide(request: Asked, approval_id: UUID, data: ApprovalDecision) -> None:
    """Agree or refuse. Nobody decides on what they asked for themselves."""
    await service.decide_approval(actor_of(request), approval_id, data.state)


@post(
    "/people/{person_id:uuid}/guardian-consent", opt=allow(service.record_guardian_consent), tags=["staff"],
    status_code=204,
)  # fmt: skip
async def consent(request: Asked, person_id: UUID, data: GuardianConsent) -> None:
    """监护人同意: a guardian of a child under 14 agreed at the counter and showed the proof."""
    await service.record_guardian_consent(actor_of(request), person_id, data)


@delete("/people/{person_id:uuid}/guardian-consent", opt=allow(service.withdraw_guardian_consent), tags=["staff"])
async def withdraw(request: Asked, person_id: UUID) -> None:
    """The guardian takes it back."""
    await service.withdraw_guardian_consent(actor_of(request), person_id)


@get("/me/minors-mode", opt=allow(service.minors_mode), tags=["me"])
async def read_mode(request: Asked) -> MinorsMode:
    """未成年人模式: on or off, the minutes of today, when optional areas are closed."""
    return await service.minors_mode(actor_of(request))


@post("/me/minors-mode", opt=allow(service.enter_minors_mode), tags=["me"], status_code=204)
async def enter(request: Asked, data: MinorsEntry) -> None:
    """Switch it on with six digits that only the parent knows."""
    await service.enter_minors_mode(actor_of(request), data)
    forget(request)


@post("/me/minors-mode/exit", opt=allow(service.leave_minors_mode), tags=["me"], status_code=204)
async def leave(request: Asked, data: MinorsExit) -> None:
    """Switch it off with the parent's digits; five wrong ones lock them until a counter sets new ones."""
    await service.leave_minors_mode(actor_of(request), data)
    forget(request)


@post("/me/minors-mode/pin", opt=allow(service.reset_minors_pin), tags=["me"], status_code=204)
async def reset_pin(request: Asked, data: MinorsExit) -> None:
    """At a counter, for the person whom the clerk is helping: new digits, chosen by the parent."""
    await service.reset_minors_pin(actor_of(request), data)


routes = [
    ask_approval, list_approvals, list_waiting, decide, consent, withdraw, read_mode, enter, leave, reset_pin,
]  # fmt: skip
