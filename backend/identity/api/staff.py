"""Staff for programs: the second factor, members, posts, leave, invitations, organisations."""

from uuid import UUID

from litestar import delete, get, post

from backend.core.http import PUBLIC, actor_of, allow, client_address
from backend.core.schemas import Output, Page
from backend.identity import service
from backend.identity.api.common import Asked, at_no_machine, token_of
from backend.identity.schemas import (
    Enrolled,
    Enrolment,
    InvitationLine,
    InvitationMade,
    Joining,
    LeaveRequest,
    Member,
    MoveRequest,
    OrganisationLine,
    OrganisationRequest,
    PostLine,
    PostRequest,
    Reason,
    SecondCode,
    SignedIn,
    StaffInvitation,
)


class Made(Output, frozen=True):
    """The id of what was made."""

    id: UUID


class WaitingPost(Output, frozen=True):
    """A post that waits for a second person, and for whom it is."""

    name: str
    post: PostLine


@post("/staff/sessions/second-factor", opt=allow(PUBLIC), guards=[at_no_machine], tags=["staff"])
async def create_whole_session(request: Asked, data: SecondCode) -> SignedIn:
    """The second of two factors: send the token of the password as bearer; the answer brings the one that counts."""
    return await service.second_factor(token_of(request), data.code, user_agent=_browser(request))


@post("/staff/second-factor", opt=allow(PUBLIC), tags=["staff"], status_code=200)
async def create_second_factor(request: Asked) -> Enrolment:
    """The secret for an authenticator app, the same one until its first code. Send the token of the password."""
    return await service.begin_enrolment(token_of(request))


@post("/staff/second-factor/confirmation", opt=allow(PUBLIC), guards=[at_no_machine], tags=["staff"])
async def confirm_second_factor(request: Asked, data: SecondCode) -> Enrolled:
    """The first code. Ten recovery codes are given this once."""
    return await service.confirm_enrolment(token_of(request), data.code, user_agent=_browser(request))


@post("/staff/memberships", opt=allow(PUBLIC), guards=[at_no_machine], tags=["staff"])
async def create_membership(request: Asked, data: Joining) -> SignedIn:
    """Join with the code of an invitation; the session then waits for the second factor to be set up."""
    return await service.join(data, address=client_address(request), user_agent=_browser(request))


@get("/staff/members", opt=allow(service.members), tags=["staff"])
async def list_members(request: Asked, q: str = "", after: str = "") -> Page[Member]:
    """Who has a post in my divisions, by login name."""
    return await service.members(actor_of(request), search=q, after=after)


@get("/staff/members/{staff:uuid}", opt=allow(service.member), tags=["staff"])
async def read_member(request: Asked, staff: UUID) -> Member:
    """One member with the posts that I may see."""
    return await service.member(actor_of(request), staff)


@delete("/staff/members/{staff:uuid}", opt=allow(service.end_membership), tags=["staff"])
async def delete_member(request: Asked, staff: UUID) -> None:
    """离职: every post, stand-in, session and assistance ends at once."""
    await service.end_membership(actor_of(request), staff)


@delete("/staff/members/{staff:uuid}/lock", opt=allow(service.unlock), tags=["staff"])
async def delete_lock(request: Asked, staff: UUID) -> None:
    """Forget the wrong passwords and codes of a member."""
    await service.unlock(actor_of(request), staff)


@delete("/staff/members/{staff:uuid}/second-factor", opt=allow(service.reset_factor), tags=["staff"])
async def delete_second_factor(request: Asked, staff: UUID) -> None:
    """Take a second factor away; the sessions end with it."""
    await service.reset_factor(actor_of(request), staff)


@post("/staff/posts", opt=allow(service.give_post), tags=["staff"])
async def create_post(request: Asked, data: PostRequest) -> Made:
    """任职: give a member a post in my division."""
    return Made(id=await service.give_post(actor_of(request), data))


@get("/staff/posts/waiting", opt=allow(service.waiting_posts), tags=["staff"])
async def list_waiting_posts(request: Asked) -> list[WaitingPost]:
    """What waits for a second person in my divisions."""
    found = await service.waiting_posts(actor_of(request))
    return [WaitingPost(name=name, post=line) for name, line in found]


@post("/staff/posts/{row_id:uuid}/approval", opt=allow(service.approve_post), tags=["staff"], status_code=204)
async def create_approval(request: Asked, row_id: UUID) -> None:
    """复核同意: a second person, never the member and never whoever gave the post."""
    await service.approve_post(actor_of(request), row_id)


@post("/staff/posts/{row_id:uuid}/refusal", opt=allow(service.refuse_post), tags=["staff"], status_code=204)
async def create_refusal(request: Asked, row_id: UUID, data: Reason) -> None:
    """复核不同意."""
    await service.refuse_post(actor_of(request), row_id, why=data.why)


@delete("/staff/posts/{row_id:uuid}", opt=allow(service.withdraw_post), tags=["staff"])
async def delete_post(request: Asked, row_id: UUID) -> None:
    """免职: the rights of the post end at once."""
    await service.withdraw_post(actor_of(request), row_id)


@post("/staff/posts/{row_id:uuid}/move", opt=allow(service.move_post), tags=["staff"])
async def create_move(request: Asked, row_id: UUID, data: MoveRequest) -> Made:
    """调岗: this post ends and another one is given, in one step."""
    return Made(id=await service.move_post(actor_of(request), row_id, data))


@post("/staff/leaves", opt=allow(service.grant_leave), tags=["staff"])
async def create_leave(request: Asked, data: LeaveRequest) -> Made:
    """休假代班: a colleague has the rights of a post for some days."""
    return Made(id=await service.grant_leave(actor_of(request), data))


@delete("/staff/leaves/{row_id:uuid}", opt=allow(service.end_leave), tags=["staff"])
async def delete_leave(request: Asked, row_id: UUID) -> None:
    """销假: the leave ends early."""
    await service.end_leave(actor_of(request), row_id)


@post("/staff/invitations", opt=allow(service.invite), tags=["staff"])
async def create_invitation(request: Asked, data: StaffInvitation) -> InvitationMade:
    """Invite somebody; the code is shown this once and works once, for seven days."""
    return await service.invite(actor_of(request), data)


@get("/staff/invitations", opt=allow(service.invitations), tags=["staff"])
async def list_invitations(request: Asked) -> list[InvitationLine]:
    """Invitations of my divisions that were not used yet."""
    return await service.invitations(actor_of(request))


@delete("/staff/invitations/{row_id:uuid}", opt=allow(service.withdraw_invitation), tags=["staff"])
async def delete_invitation(request: Asked, row_id: UUID) -> None:
    """Take an invitation back."""
    await service.withdraw_invitation(actor_of(request), row_id)


@get("/organisations", opt=allow(service.organisations), tags=["staff"])
async def list_organisations(request: Asked, q: str = "") -> list[OrganisationLine]:
    """The organisations in my divisions."""
    return await service.organisations(actor_of(request), search=q)


@post("/organisations", opt=allow(service.add_organisation), tags=["staff"])
async def create_organisation(request: Asked, data: OrganisationRequest) -> OrganisationLine:
    """Write an organisation down."""
    return await service.add_organisation(actor_of(request), data)


@delete("/organisations/{row_id:uuid}", opt=allow(service.close_organisation), tags=["staff"])
async def delete_organisation(request: Asked, row_id: UUID) -> None:
    """Close an organisation, with every post in it."""
    await service.close_organisation(actor_of(request), row_id)


def _browser(request: Asked) -> str:
    return str(request.headers.get("user-agent", ""))


routes = [
    create_whole_session, create_second_factor, confirm_second_factor, create_membership, list_members,
    read_member, delete_member, delete_lock, delete_second_factor, create_post, list_waiting_posts, create_approval,
    create_refusal, delete_post, create_move, create_leave, delete_leave, create_invitation, list_invitations,
    delete_invitation, list_organisations, create_organisation, delete_organisation,
]  # fmt: skip
