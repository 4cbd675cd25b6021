"""The second wall: what the portal's own role may do in the database, and which rows a staff member's request reaches.

The code checks divisions first; this holds when a check was forgotten (decision 0010). Rights and row policies follow
from the tags of the Table classes, so a new table is walled without a word:

``regional``: rows show in requests whose posts cover the row's region, and everywhere those of region 000000.
``person:id``, ``person:staff,principal``: also the rows about whoever acts or is acted for, in any region.
``place:division``: also the rows whose place lies in a post smaller than a county.
``shown:state <> 'draft'``: also what this condition says, for reading.
``public``: everybody reads, and only posts of the region write. ``open``: written across regions, no wall.
``append-only``: insert and select only, and an insert is always taken. ``updates:a,b``: these columns may change.
"""

import asyncpg
from piccolo.table import Table

from backend.core import db
from backend.core.actor import Actor, stem

ROLE = db.ROLE
ALWAYS_FROM_WITHIN = {"core_migration": "SELECT"}
SEES = """CREATE OR REPLACE FUNCTION linli_sees(region text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN current_setting('linli.scope', true) = '*' THEN true
        WHEN current_setting('linli.scope', true) ~ '^[0-9]+(,[0-9]+)*$'
            THEN region ~ ('^(000000|' || replace(current_setting('linli.scope', true), ',', '|') || ')')
        ELSE false END $$"""
ABOUT = """CREATE OR REPLACE FUNCTION linli_about(person uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(person::text = ANY (string_to_array(current_setting('linli.people', true), ',')), false) $$"""
POLICIES = """SELECT polname, obj_description(oid, 'pg_policy') AS clause FROM pg_policy
    WHERE polrelid = $1::text::regclass"""
STANDS = """SELECT r.rolsuper OR r.rolbypassrls AS above, EXISTS (
            SELECT 1 FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                AND pg_has_role(r.oid, c.relowner, 'USAGE')) AS owns,
        has_schema_privilege(r.oid, 'public', 'CREATE') AS makes, current_user::text AS me
    FROM pg_roles r WHERE r.rolname = $1"""
MAY_BECOME = """SELECT pg_has_role(session_user, $1::text,
    CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)"""


class NoRole(Exception):
    """The login may not make the role of the portal: one sentence for whoever administers the server."""

    def __init__(self, login: str) -> None:
        super().__init__(
            f"The login {login} may not make the portal's role: let an administrator of the server run "
            f'CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO "{login}"; and start again.'
        )


def sight_of(actor: Actor) -> dict[str, str]:
    """The settings that narrow a staff member's request to the divisions of the posts; empty for everybody else.

    A resident's matters may lie in any county, and their own requests name them in every statement.
    """
    if actor.acting is None or actor.basis not in ("official", "assisted"):
        return {}
    held = {stem(division) for _, division in actor.grants} or {stem(actor.region)}
    if "" in held:
        return {}
    people = {str(each) for each in (actor.acting, actor.principal) if each}
    return {"linli.scope": ",".join(sorted(held)), "linli.people": ",".join(sorted(people))}


async def build(tables: list[type[Table]]) -> None:
    """Give the role its rights and each table its policies, in the transaction of the migrations. Repeatable."""
    await _ensure_role()
    await db.execute(SEES)
    await db.execute(ABOUT)
    for table in tables:
        name, tags = table._meta.tablename, table._meta.tags
        await db.execute(f"REVOKE ALL ON {name} FROM {ROLE}")
        await db.execute(f"GRANT {rights(name, tags)} ON {name} TO {ROLE}")
        await _wall(name, policies(tags))


async def holes(*, serving: bool = False) -> list[str]:
    """Why the wall would not stand, in sentences; none when it does. ``serving``: on the connections of the portal."""
    row = await db.fetchrow(STANDS, ROLE)
    if row is None:
        return [f"the role {ROLE} does not exist: run python -m backend migrate"]
    found = []
    if row["above"]:
        found.append(f"the role {ROLE} is above row security: ALTER ROLE {ROLE} NOSUPERUSER NOBYPASSRLS")
    if row["owns"]:
        found.append(f"the role {ROLE} owns tables, or belongs to a role that does: it could take the wall down")
    if row["makes"]:
        found.append(f"the role {ROLE} may make tables: REVOKE CREATE ON SCHEMA public FROM PUBLIC, {ROLE}")
    if serving and row["me"] != ROLE:
        found.append(
            f"connections work as {row['me']} instead of {ROLE}: something in between drops their start-up parameters"
        )
    return found


def rights(name: str, tags: list[str]) -> str:
    """What the portal may do with a table."""
    if name in ALWAYS_FROM_WITHIN:
        return ALWAYS_FROM_WITHIN[name]
    if "append-only" not in tags:
        return "SELECT, INSERT, UPDATE, DELETE"
    columns = _named("updates", tags)
    return "SELECT, INSERT" + (f", UPDATE ({', '.join(columns)})" if columns else "")


def policies(tags: list[str]) -> dict[str, str]:
    """The row policies of a table by name; empty for a table without a wall."""
    if "regional" not in tags or "open" in tags:
        return {}
    places = [f"linli_sees({column})" for column in ("region", *_named("place", tags))]
    sees = " OR ".join([*places, *(f"linli_about({column})" for column in _named("person", tags))])
    found = {"linli_region": f"FOR ALL USING ({sees}) WITH CHECK ({sees})"}
    if "append-only" in tags:
        found["linli_record"] = "FOR INSERT WITH CHECK (true)"
    shown = "true" if "public" in tags else next((tag[6:] for tag in tags if tag.startswith("shown:")), "")
    if shown:
        found["linli_shown"] = f"FOR SELECT USING ({shown})"
    return found


def _named(kind: str, tags: list[str]) -> list[str]:
    return [name for tag in tags if tag.startswith(f"{kind}:") for name in tag.partition(":")[2].split(",")]


async def _wall(table: str, wanted: dict[str, str]) -> None:
    """Change only what differs: each change locks the table."""
    found = {row["polname"]: row["clause"] for row in await db.fetch(POLICIES, table)}
    for name in found.keys() - wanted.keys():
        await db.execute(f"DROP POLICY {name} ON {table}")
    for name, clause in wanted.items():
        if found.get(name) != clause:
            quoted = clause.replace("'", "''")
            await db.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
            await db.execute(f"CREATE POLICY {name} ON {table} {clause}")
            await db.execute(f"COMMENT ON POLICY {name} ON {table} IS '{quoted}'")
    stands = await db.fetchval("SELECT relrowsecurity FROM pg_class WHERE oid = $1::text::regclass", table)
    if bool(wanted) != stands:
        await db.execute(f"ALTER TABLE {table} {'ENABLE' if wanted else 'DISABLE'} ROW LEVEL SECURITY")


async def _ensure_role() -> None:
    """Roles belong to the server, not to the database: another database, or another host, may have made it."""
    login = await db.fetchval("SELECT session_user::text")
    try:
        if not await db.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", ROLE):
            async with db.transaction():
                await db.execute(f"CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        pass
    except asyncpg.InsufficientPrivilegeError as error:
        raise NoRole(login) from error
    if not await db.fetchval(MAY_BECOME, ROLE):
        try:
            async with db.transaction():
                await db.execute(f'GRANT {ROLE} TO "{login}"')
        except asyncpg.InsufficientPrivilegeError as error:
            raise NoRole(login) from error
