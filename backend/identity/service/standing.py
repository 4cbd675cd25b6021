"""Which posts give rights at this instant: the one statement for sessions, and its pieces for lists."""

from backend.core import db
from backend.core.actor import Actor, stem

# A post counts while it is active, inside its days, and not resting. The post of a stand-in counts only while the
# leave runs and the absent colleague still has the post and the membership: rights never outlive where they came from.
STANDS = """{p}.state = 'active' AND {p}.begins <= {now} AND ({p}.until IS NULL OR {p}.until > {now})
    AND NOT EXISTS (SELECT 1 FROM identity_leave l WHERE l.region = {p}.region AND l.post = {p}.id
        AND l.ended IS NULL AND l.begins <= {now} AND l.until > {now})
    AND ({p}.instead_of IS NULL OR EXISTS (
        SELECT 1 FROM identity_post o
        JOIN identity_staff h ON h.region = o.region AND h.id = o.staff AND h.state = 'active'
        JOIN identity_leave l ON l.region = o.region AND l.post = o.id AND l.stand_in = {p}.staff
            AND l.ended IS NULL AND l.begins <= {now} AND l.until > {now}
        WHERE o.region = {p}.instead_region AND o.id = {p}.instead_of AND o.state = 'active'
            AND (o.until IS NULL OR o.until > {now})))"""
# Own posts before those of a stand-in: the first one says where the member is at home.
POSTS = f"""SELECT array_agg(p.role ORDER BY p.instead_of IS NOT NULL, p.begins, p.id) AS roles,
        array_agg(p.division ORDER BY p.instead_of IS NOT NULL, p.begins, p.id) AS divisions
    FROM identity_post p WHERE p.region = st.region AND p.staff = st.id AND {STANDS.format(p="p", now="$4")}"""
STAFF = f"""SELECT st.name, h.roles, h.divisions, a.id AS assistance, a.principal, a.channel, a.last_active, a.until
    FROM identity_staff st
    LEFT JOIN identity_assistance a ON a.region = st.region AND a.id = $3 AND a.ended IS NULL
    CROSS JOIN LATERAL ({POSTS}) h
    WHERE st.region = $1 AND st.id = $2 AND st.state = 'active'"""
REGISTERED = "SELECT staff_region FROM identity_login WHERE region = '000000' AND id = $1"


async def registered_in(actor: Actor) -> str:
    """The county that registered the account of a member of staff; a post may be elsewhere."""
    region: str | None = await db.fetchval(REGISTERED, actor.acting)
    return region or actor.region


def reach(actor: Actor, *roles: str) -> list[str]:
    """The beginnings of all division codes in which the actor holds one of the roles, for ``LIKE ANY``."""
    held = actor.grants or frozenset((role, actor.region) for role in actor.roles)
    return sorted({stem(division) + "%" for role, division in held if role in roles})
