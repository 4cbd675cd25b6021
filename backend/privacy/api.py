"""The JSON door of 我的信息."""

from typing import Any
from uuid import UUID

from litestar import Request, delete, get, post

from backend.core.http import actor_of, allow, viewer_of
from backend.privacy import service
from backend.privacy.schemas import (
    ClosingFacts,
    CorrectionDecision,
    CorrectionLine,
    CorrectionRequest,
    Export,
    HoldLine,
    HoldRequest,
    RunLine,
)

Req = Request[Any, Any, Any]


@get("/me/export", opt=allow(service.export), tags=["me"])
async def export(request: Req) -> Export:
    """Everything held of me, once an hour, after a fresh sign-in."""
    return await service.export(actor_of(request), lang=viewer_of(request).lang)


@get("/me/corrections", opt=allow(service.corrections), tags=["me"])
async def corrections(request: Req) -> list[CorrectionLine]:
    """Corrections asked for, and what became of them."""
    return await service.corrections(actor_of(request))


@post("/me/corrections", opt=allow(service.ask_correction), tags=["me"])
async def ask_correction(request: Req, data: CorrectionRequest) -> CorrectionLine:
    """Ask for a correction; a clerk who sees the card decides."""
    return await service.ask_correction(actor_of(request), data)


@delete("/me/corrections/{row_id:uuid}", opt=allow(service.withdraw_correction), tags=["me"])
async def withdraw_correction(request: Req, row_id: UUID) -> None:
    """I no longer want it."""
    await service.withdraw_correction(actor_of(request), row_id)


@post("/corrections/{row_id:uuid}/decision", opt=allow(service.decide_correction), tags=["desk"], status_code=204)
async def decide_correction(request: Req, row_id: UUID, data: CorrectionDecision) -> None:
    """Decide for the person helped at the counter; a refusal needs a written reason."""
    await service.decide_correction(actor_of(request), row_id, data)


@get("/me/closing", opt=allow(service.closing), tags=["me"])
async def closing(request: Req) -> ClosingFacts:
    """What closing the account deletes, what must stay and until when, and whether it is running."""
    return await service.closing(actor_of(request))


@post("/me/closing", opt=allow(service.ask_closing), tags=["me"], status_code=200)
async def ask_closing(request: Req) -> ClosingFacts:
    """Close the account in seven days."""
    return await service.ask_closing(actor_of(request))


@delete("/me/closing", opt=allow(service.take_back_closing), tags=["me"])
async def take_back_closing(request: Req) -> None:
    """Keep the account."""
    await service.take_back_closing(actor_of(request))


@post("/privacy/holds", opt=allow(service.place_hold), tags=["desk"])
async def place_hold(request: Req, data: HoldRequest) -> HoldLine:
    """依法留存: stop deletion of a person's data until a day."""
    return await service.place_hold(actor_of(request), data)


@delete("/privacy/holds/{row_id:uuid}", opt=allow(service.lift_hold), tags=["desk"])
async def lift_hold(request: Req, row_id: UUID) -> None:
    """Let it be deleted again."""
    await service.lift_hold(actor_of(request), row_id)


@get("/privacy/runs", opt=allow(service.runs), tags=["desk"])
async def runs(request: Req, after: UUID | None = None) -> list[RunLine]:
    """The proofs of deletion, the latest first; ``after`` is the id of the last one seen."""
    return await service.runs(actor_of(request), after=after)


routes = [
    export, corrections, ask_correction, withdraw_correction, decide_correction, closing, ask_closing,
    take_back_closing, place_hold, lift_hold, runs,
]  # fmt: skip
