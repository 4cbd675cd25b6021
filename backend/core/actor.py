"""Who acts, for whom, by what right, through which door."""

from typing import Literal
from uuid import UUID

import msgspec

from backend.core.problems import NobodyToActFor, SignInRequired

Basis = Literal["self", "delegation", "assisted", "official"]
Channel = Literal["app", "web", "miniprogram", "counter", "phone", "kiosk", "field"]
PROVINCE = "000000"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The first argument of every verb.

    ``acting`` does it, ``principal`` (委托人) is whom it is for. ``basis`` is the right by which: one's own matter,
    delegation (亲友代办), assistance by staff (帮办代办), or official duty. ``region`` is the county of a staff
    member's post, or of a resident's home; ``000000`` is the province.
    """

    acting: UUID | None = None
    principal: UUID | None = None
    basis: Basis = "self"
    channel: Channel = "web"
    roles: frozenset[str] = frozenset()
    region: str = PROVINCE
    name: str = ""
    principal_name: str = ""

    @staticmethod
    def system(job: str) -> "Actor":
        """The installation itself, at work on a named job. Has no person and no channel of its own."""
        return Actor(basis="official", roles=frozenset({"system"}), name=job)

    def is_(self, *roles: str) -> bool:
        """Whether the actor holds one of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def person(self) -> UUID:
        """The person the act is for; raises ``SignInRequired``, or ``NobodyToActFor`` for staff who help nobody."""
        if self.principal is None:
            raise SignInRequired() if self.acting is None else NobodyToActFor()
        return self.principal

    @property
    def helping(self) -> bool:
        """Whether somebody acts for somebody else."""
        return self.acting is not None and self.principal is not None and self.acting != self.principal


ANONYMOUS = Actor()
