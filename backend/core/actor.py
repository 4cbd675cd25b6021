"""Who acts, for whom, by what right, through which door."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from backend.core.problems import NobodyToActFor, SignInRequired

Basis = Literal["self", "delegation", "assisted", "official"]
Channel = Literal["app", "web", "miniprogram", "counter", "phone", "kiosk", "field"]
PROVINCE = "000000"
ASSURANCE = ("phone", "counter", "real-name")  # 短信核验 < 窗口核验 < 实名认证


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The first argument of every verb.

    ``acting`` does it, ``principal`` (委托人) is whom it is for. ``basis`` is the right by which: one's own matter,
    delegation (亲友代办), assistance by staff (帮办代办), or official duty. ``region`` is the county of a staff
    member's post, or of a resident's home; ``000000`` is the province.

    ``grants`` are the staff member's (role, division) pairs of all posts held now. ``assurance`` is how well the
    principal is known, ``proved_at`` when whoever acts last proved to be themselves. Under a delegation ``mandate``
    names it, ``scopes`` and ``items`` (none: all) say what it covers. ``session`` is the session that speaks.
    """

    acting: UUID | None = None
    principal: UUID | None = None
    basis: Basis = "self"
    channel: Channel = "web"
    roles: frozenset[str] = frozenset()
    region: str = PROVINCE
    name: str = ""
    principal_name: str = ""
    session: UUID | None = None
    grants: frozenset[tuple[str, str]] = frozenset()
    assurance: str = "phone"
    proved_at: datetime | None = None
    mandate: UUID | None = None
    scopes: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()

    @staticmethod
    def system(job: str) -> "Actor":
        """The installation itself, at work on a named job. Has no person and no channel of its own."""
        return Actor(basis="official", roles=frozenset({"system"}), name=job)

    def is_(self, *roles: str) -> bool:
        """Whether the actor holds one of the roles."""
        return not self.roles.isdisjoint(roles)

    def covers(self, region: str, *roles: str) -> bool:
        """Whether one of the roles is held in a post whose division contains ``region`` (6 to 12 digits)."""
        return any(role in roles and region.startswith(stem(division)) for role, division in self._held)

    def counties(self, *roles: str) -> list[str]:
        """The counties (or prefectures) of the posts in which one of the roles is held."""
        return sorted({division[:6] for role, division in self._held if role in roles})

    def divisions(self, *roles: str) -> list[str]:
        """The divisions of the posts in which one of the roles is held, of 6 to 12 digits."""
        return sorted({division for role, division in self._held if role in roles})

    def within(self, *roles: str) -> list[str]:
        """Patterns for ``LIKE ANY``: the codes that lie in a post in which one of the roles is held."""
        return sorted({f"{stem(division)}%" for division in self.divisions(*roles)})

    @property
    def _held(self) -> frozenset[tuple[str, str]]:
        return self.grants or frozenset((role, self.region) for role in self.roles)

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


def stem(division: str) -> str:
    """The digits that all codes below a division share: 230100 → 2301, 230000 → 23, 000000 → none."""
    whole = division
    while len(whole) > 6 and whole.endswith("000"):
        whole = whole[:-3]
    while len(whole) <= 6 and whole.endswith("00"):
        whole = whole[:-2]
    return whole


ANONYMOUS = Actor()
