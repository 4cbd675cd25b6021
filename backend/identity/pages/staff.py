"""人员与岗位: who works here with which posts; inviting, giving, approving, leave, leaving."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from accessibility.render import call
from backend.core import clock, forms
from backend.core.http import actor_of, allow, in_words, viewer_of
from backend.core.http.onward import go
from backend.core.policy import proved
from backend.core.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from backend.core.words import N_
from backend.identity import service
from backend.identity.pages.common import Asked, refused
from backend.identity.pages.words import HINTS, LABELS, ROLES, STATES
from backend.identity.schemas import LeaveRequest, MoveRequest, PostRequest, Reason, StaffInvitation
from backend.settings import settings

KINDS = {"role": "select", "organisation": "select", "division": "select"}
DONE = {
    "given": N_("The post is given"),
    "approved": N_("The post is approved and counts from now on"),
    "refused": N_("The post is not approved"),
    "ended": N_("The post has ended"),
    "moved": N_("The old post has ended and the new one is given"),
    "leave": N_("The leave is arranged"),
    "back": N_("The leave has ended"),
    "left": N_("The membership has ended, with every right"),
    "unlocked": N_("The lock is lifted"),
    "reset": N_("The second factor is taken away; the next sign-in sets up a new one"),
    "withdrawn": N_("The invitation is taken back"),
}
Options = dict[str, fields.Options]


@get("/desk/staff", opt=allow(service.members), include_in_schema=False)
async def everybody(request: Asked, q: str = "", after: str = "", done: str = "") -> Response[bytes]:
    """The members of my divisions; above them what waits for a second person."""
    actor = actor_of(request)
    decides = actor.is_("security", "administrator", "auditor")
    return refused(
        request, "identity/staff", None, title=N_("Staff and posts"), q=q[:60], roles=ROLES, states=STATES,
        found=await service.members(actor, search=q[:60], after=after[:60]), done=DONE.get(done, ""),
        waiting=await service.waiting_posts(actor) if decides else [],
        invitations=await service.invitations(actor) if decides else [], fresh=proved(actor),
    )  # fmt: skip


@get("/desk/staff/invitation", opt=allow(service.invite), include_in_schema=False)
async def invitation(request: Asked) -> Response[bytes]:
    """邀请: who, where, as what."""
    return await _invitation(request, {})


@post("/desk/staff/invitation", opt=allow(service.invite), status_code=200, include_in_schema=False)
async def invite(request: Asked) -> Response[bytes]:
    """Make the link; it is shown this once."""
    try:
        made = await service.invite(actor_of(request), await forms.read(request, StaffInvitation))
    except (Invalid, Forbidden) as problem:
        return await _invitation(request, await forms.raw(request), problem)
    link = f"{settings().public_url.rstrip('/')}/staff/join?code={made.code}"
    return refused(request, "identity/staff_invited", None, title=N_("The invitation is made"), made=made, link=link)


@post(
    "/desk/staff/invitations/{row_id:uuid}/withdrawal", opt=allow(service.withdraw_invitation), include_in_schema=False
)
async def withdraw(request: Asked, row_id: UUID) -> Response[None]:
    """Take an invitation back."""
    await service.withdraw_invitation(actor_of(request), row_id)
    return go("/desk/staff?done=withdrawn")


@get("/desk/staff/{staff:uuid}", opt=allow(service.member), include_in_schema=False)
async def one(request: Asked, staff: UUID, done: str = "") -> Response[bytes]:
    """One member: posts now and before, and what I may do."""
    return await _one(request, staff, done=DONE.get(done, ""))


@post("/desk/staff/{staff:uuid}/posts", opt=allow(service.give_post), include_in_schema=False)
async def give(request: Asked, staff: UUID) -> Response[bytes] | Response[None]:
    """任职: give a post."""
    return await _try(request, staff, "given", _give(request))


@post("/desk/staff/{staff:uuid}/posts/{row_id:uuid}/approval", opt=allow(service.approve_post), include_in_schema=False)
async def approve(request: Asked, staff: UUID, row_id: UUID) -> Response[bytes] | Response[None]:
    """复核同意: the second person."""
    return await _try(request, staff, "approved", service.approve_post(actor_of(request), row_id))


@post("/desk/staff/{staff:uuid}/posts/{row_id:uuid}/refusal", opt=allow(service.refuse_post), include_in_schema=False)
async def refuse(request: Asked, staff: UUID, row_id: UUID) -> Response[bytes] | Response[None]:
    """复核不同意."""
    why = (await forms.read(request, Reason)).why
    return await _try(request, staff, "refused", service.refuse_post(actor_of(request), row_id, why=why))


@post("/desk/staff/{staff:uuid}/posts/{row_id:uuid}/end", opt=allow(service.withdraw_post), include_in_schema=False)
async def end_post(request: Asked, staff: UUID, row_id: UUID) -> Response[bytes] | Response[None]:
    """免职: end one post."""
    return await _try(request, staff, "ended", service.withdraw_post(actor_of(request), row_id))


@post("/desk/staff/{staff:uuid}/posts/{row_id:uuid}/move", opt=allow(service.move_post), include_in_schema=False)
async def move(request: Asked, staff: UUID, row_id: UUID) -> Response[bytes] | Response[None]:
    """调岗: one post ends and another begins."""

    async def act() -> None:
        await service.move_post(actor_of(request), row_id, await forms.read(request, MoveRequest))

    return await _try(request, staff, "moved", act(), row_id)


@post("/desk/staff/{staff:uuid}/posts/{row_id:uuid}/leave", opt=allow(service.grant_leave), include_in_schema=False)
async def leave(request: Asked, staff: UUID, row_id: UUID) -> Response[bytes] | Response[None]:
    """休假代班."""

    async def act() -> None:
        typed = {**(await forms.raw(request)), "post": str(row_id)}
        await service.grant_leave(actor_of(request), forms.parse(typed, LeaveRequest))

    return await _try(request, staff, "leave", act(), row_id)


@post("/desk/staff/{staff:uuid}/leaves/{row_id:uuid}/end", opt=allow(service.end_leave), include_in_schema=False)
async def back(request: Asked, staff: UUID, row_id: UUID) -> Response[bytes] | Response[None]:
    """销假: the colleague is back early."""
    return await _try(request, staff, "back", service.end_leave(actor_of(request), row_id))


@post("/desk/staff/{staff:uuid}/end", opt=allow(service.end_membership), include_in_schema=False)
async def end(request: Asked, staff: UUID) -> Response[None]:
    """离职: everything ends at once."""
    await service.end_membership(actor_of(request), staff)
    return go("/desk/staff?done=left")


@post("/desk/staff/{staff:uuid}/unlocking", opt=allow(service.unlock), include_in_schema=False)
async def unlock(request: Asked, staff: UUID) -> Response[bytes] | Response[None]:
    """Lift a lock."""
    return await _try(request, staff, "unlocked", service.unlock(actor_of(request), staff))


@post("/desk/staff/{staff:uuid}/factor/reset", opt=allow(service.reset_factor), include_in_schema=False)
async def reset(request: Asked, staff: UUID) -> Response[bytes] | Response[None]:
    """Take the second factor away."""
    return await _try(request, staff, "reset", service.reset_factor(actor_of(request), staff))


@get("/desk/staff/{staff:uuid}/posts/{row_id:uuid}", opt=allow(service.move_post), include_in_schema=False)
async def held(request: Asked, staff: UUID, row_id: UUID) -> Response[bytes]:
    """One post: leave with a stand-in, or moving on."""
    return await _post(request, staff, row_id)


async def _give(request: Asked) -> None:
    typed = {**(await forms.raw(request)), "staff": str(request.path_params["staff"])}
    await service.give_post(actor_of(request), forms.parse(typed, PostRequest))


async def _try(
    request: Asked, staff: UUID, done: str, act: Awaitable[object], at: UUID | None = None
) -> Response[bytes] | Response[None]:
    """Do it and go back to the member; a refusal that the form can answer shows the page of the form again."""
    try:
        await act
    except (Invalid, Conflict) as problem:
        typed = await forms.raw(request)
        if at is not None:
            return await _post(request, staff, at, typed=typed, problem=problem)
        return await _one(request, staff, typed=typed, problem=problem)
    return go(f"/desk/staff/{staff}?done={done}")


async def _one(
    request: Asked, staff: UUID, *, done: str = "", typed: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response[bytes]:  # fmt: skip
    actor = actor_of(request)
    who = await service.member(actor, staff)
    errors = in_words(request, problem) if problem and problem.fields else {}
    choices = await _choices(request) if actor.is_("administrator") else {}
    return refused(
        request, "identity/member", problem, title=who.name, who=who, roles=ROLES, states=STATES, done=done,
        errors=errors, refusal=_refusal(problem), fresh=proved(actor), me=staff == actor.acting,
        give=_form(PostRequest, typed, errors, choices, skip="staff"),
    )  # fmt: skip


async def _post(
    request: Asked, staff: UUID, row_id: UUID, *, typed: dict[str, str] | None = None, problem: Problem | None = None
) -> Response[bytes]:
    actor = actor_of(request)
    who = await service.member(actor, staff)
    at = next((each for each in who.posts if each.id == row_id), None)
    if at is None:
        raise NotFound()
    errors = in_words(request, problem) if problem and problem.fields else {}
    days = {"begins": clock.today().isoformat(), "until": (clock.today() + timedelta(days=7)).isoformat()}
    leaving = "stand_in" in (typed or {})
    return refused(
        request, "identity/staff_post", problem, title=who.name, who=who, post=at, roles=ROLES, errors=errors,
        refusal=_refusal(problem), fresh=proved(actor),
        move=_form(MoveRequest, None if leaving else typed, {} if leaving else errors, await _choices(request)),
        leave=_form(LeaveRequest, typed if leaving else days, errors if leaving else {}, {}, skip="post", hints={}),
    )  # fmt: skip


async def _invitation(request: Asked, typed: dict[str, str], problem: Problem | None = None) -> Response[bytes]:
    errors = in_words(request, problem, "division") if problem else {}
    return refused(
        request, "identity/staff_invitation", problem, title=N_("Invite somebody"), errors=errors,
        f=_form(StaffInvitation, typed, errors, await _choices(request)), fresh=proved(actor_of(request)),
    )  # fmt: skip


async def _choices(request: Asked) -> Options:
    """Organisations and divisions within my posts; the divisions are those of the organisations."""
    actor, lang = actor_of(request), viewer_of(request).lang
    places = await service.organisations(actor)
    divisions = sorted({each.division for each in places} | {division for _, division in actor.grants})
    return {
        "organisation": [(str(each.id), each.name) for each in places],
        "division": [(code, f"{call('region_name', code, lang)} {code}") for code in divisions],
        "role": list(ROLES.items()),
    }


def _form(
    struct: type[Any], typed: Any, errors: dict[str, str], choices: Options, *, skip: str = "",
    hints: dict[str, str] = HINTS,
) -> list[fields.Field]:  # fmt: skip
    form = fields.form(struct, typed, errors, labels=LABELS, hints=hints, options=choices, kinds=KINDS)
    return [each for name, each in form.items() if name != skip]


def _refusal(problem: Problem | None) -> Problem | None:
    """A refusal that belongs to no field."""
    return problem if problem and not problem.fields else None


routes = [
    everybody, invitation, invite, withdraw, one, held, give, approve, refuse, end_post, move, leave, back, end, unlock,
    reset,
]  # fmt: skip
