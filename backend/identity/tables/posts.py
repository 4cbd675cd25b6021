"""Organisations, the posts that members hold in them, leave, and invitations."""

from piccolo.columns import UUID, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Organisation(Table, tablename="identity_organisation", db=DB, tags=["regional", "public", "place:division"]):
    """A department, hall, community, property company, merchant or volunteer group. Lives in its county."""

    region = Text()
    id = UUID(primary_key=True)
    kind = Text()
    name = Text()
    division = Text()
    hall = UUID(null=True, default=None)
    code = Text()
    parent = UUID(null=True, default=None)
    state = Text()
    created = Timestamptz()
    closed = Timestamptz(null=True, default=None)


class Post(Table, tablename="identity_post", db=DB, tags=["regional", "open"]):
    """A role in the subtree of ``division``, held in an organisation. Lives where the member is registered,
    and may reach elsewhere, so it has no wall: it says nothing of a person but ids and a role.

    ``made_by`` is empty for posts of the set-up; ``instead_of`` is the post of the absent colleague of a stand-in.
    """

    region = Text()
    id = UUID(primary_key=True)
    staff = UUID()
    organisation = UUID()
    organisation_region = Text()
    role = Text()
    division = Text()
    begins = Timestamptz()
    until = Timestamptz(null=True, default=None)
    state = Text()
    instead_of = UUID(null=True, default=None)
    instead_region = Text(null=True, default=None)
    made_by = UUID(null=True, default=None)
    made = Timestamptz()
    approved_by = UUID(null=True, default=None)
    approved = Timestamptz(null=True, default=None)
    ended = Timestamptz(null=True, default=None)
    ended_by = UUID(null=True, default=None)
    ended_why = Text(null=True, default=None)


class Leave(Table, tablename="identity_leave", db=DB, tags=["regional", "open"]):
    """From ``begins`` to ``until`` the rights of a post rest, and a colleague stands in."""

    region = Text()
    id = UUID(primary_key=True)
    post = UUID()
    staff = UUID()
    stand_in = UUID()
    stand_in_region = Text()
    begins = Timestamptz()
    until = Timestamptz()
    made_by = UUID()
    made = Timestamptz()
    ended = Timestamptz(null=True, default=None)
    ended_by = UUID(null=True, default=None)


class Invitation(Table, tablename="identity_invitation", db=DB, tags=["regional"]):
    """A link that makes one new member with one post, once, within seven days. Only a hash of its code is kept."""

    region = Text()
    id = UUID(primary_key=True)
    code_hash = Bytea()
    name = Bytea(null=True, default=None)
    organisation = UUID()
    organisation_region = Text()
    role = Text()
    division = Text()
    made_by = UUID()
    made = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
    staff = UUID(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
