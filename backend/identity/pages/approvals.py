"""审批 at the desks: asking to open a minor's record, deciding on it; a guardian's consent at the counter."""

from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.actor import Actor
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, Problem
from backend.core.words import N_
from backend.identity import service
from backend.identity.pages.common import Asked, refused
from backend.identity.schemas import ApprovalDecision, ApprovalRequest, GuardianConsent

REASONS = (
    ("guardian-here", N_("A guardian is here with the child")),
    ("minor-here", N_("The young person is here alone")),
    ("called", N_("The young person or a guardian called")),
    ("running-matter", N_("A running matter has to be handled")),
    ("safety", N_("The young person may be in danger")),
)
EVIDENCE = (
    ("household-book", N_("Household register")),
    ("birth-certificate", N_("Birth certificate")),
    ("court-order", N_("Decision of a court or the civil affairs office")),
)
STATES = {
    "waiting": (N_("A manager has not decided yet"), "lamp"),
    "given": (N_("Agreed"), "pine"),
    "refused": (N_("Not agreed"), "bad"),
}
LABELS = {
    "reason": N_("Why do you need to open it?"),
    "note": N_("Anything the manager should know"),
    "guardian": N_("Name of the guardian"),
    "evidence": N_("What the guardian showed"),
}


async def asked_of(actor: Actor) -> int:
    """How many ask a manager, for the start page of the desk; nobody asks anybody else."""
    return await service.count_waiting(actor) if actor.is_("manager") else 0


@get("/desk/approvals", opt=allow(service.my_approvals), include_in_schema=False)
async def approvals(request: Asked) -> Response[bytes]:
    """What I asked for, and, for managers, who waits for a decision."""
    actor = actor_of(request)
    return page(
        request, "identity/approvals", title=N_("Records of minors"), reasons=dict(REASONS), states=STATES,
        waiting=await service.waiting_approvals(actor) if actor.is_("manager") else [],
        mine=await service.my_approvals(actor), decides=actor.is_("manager"),
        assists=actor.is_("operator", "clerk"),
    )  # fmt: skip


@get("/desk/approvals/new", opt=allow(service.ask_approval), include_in_schema=False)
async def new(request: Asked, person: UUID) -> Response[bytes]:
    """Ask a manager, with a reason."""
    return _ask(request, {"person": str(person)}, None)


@post("/desk/approvals", opt=allow(service.ask_approval), include_in_schema=False)
async def ask(request: Asked) -> Response[bytes] | Response[None]:
    """Send the question; the list shows when it is decided."""
    try:
        wanted = await forms.read(request, ApprovalRequest, messages={"reason": N_("Please choose a reason")})
        await service.ask_approval(actor_of(request), wanted)
    except (Invalid, Conflict) as problem:
        return _ask(request, await forms.raw(request), problem)
    return go("/desk/approvals")


@post("/desk/approvals/{approval_id:uuid}/decision", opt=allow(service.decide_approval), include_in_schema=False)
async def decide(request: Asked, approval_id: UUID) -> Response[None]:
    """One click: agreed, or not."""
    decision = await forms.read(request, ApprovalDecision)
    await service.decide_approval(actor_of(request), approval_id, decision.state)
    return go("/desk/approvals")


@get("/desk/guardian-consent", opt=allow(service.record_guardian_consent), include_in_schema=False)
async def guardian(request: Asked, person: UUID) -> Response[bytes]:
    """监护人同意 of a child who is in the register already."""
    return _consent(request, {}, person, None)


@post("/desk/guardian-consent/{person_id:uuid}", opt=allow(service.record_guardian_consent), include_in_schema=False)
async def record_guardian(request: Asked, person_id: UUID) -> Response[bytes] | Response[None]:
    """Keep who agreed and what was shown."""
    try:
        given = await forms.read(request, GuardianConsent)
        await service.record_guardian_consent(actor_of(request), person_id, given)
    except (Invalid, Conflict) as problem:
        return _consent(request, await forms.raw(request), person_id, problem)
    return go("/desk/assist")


def _ask(request: Asked, values: dict[str, str], problem: Problem | None) -> Response[bytes]:
    errors = in_words(request, problem, "reason") if problem else {}
    return refused(
        request, "identity/approval_new", problem, title=N_("Ask a manager"), errors=errors,
        f=fields.form(ApprovalRequest, values, errors, labels=LABELS, options={"reason": REASONS}),
    )  # fmt: skip


def _consent(request: Asked, values: dict[str, str], person: UUID, problem: Problem | None) -> Response[bytes]:
    errors = in_words(request, problem, "guardian") if problem else {}
    return refused(
        request, "identity/guardian_consent", problem, title=N_("A guardian agrees"), errors=errors, person=person,
        f=fields.form(GuardianConsent, values, errors, labels=LABELS, options={"evidence": EVIDENCE}),
    )  # fmt: skip


routes = [approvals, new, ask, decide, guardian, record_guardian]
