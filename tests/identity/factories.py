"""People for tests: real rows through the verbs, and clients signed in as them.

li = await resident(name="李秀兰", mode="elder")          # PersonSummary
await sign_in_as(client, li)                              # the client has Li's session cookie from now on
chen = await operator(region="230103")                    # StaffPost
await sign_in_as(client, chen)
await helping(client, chen, li)                           # Chen acts for Li: basis assisted, channel phone
actor = actor_for(li); actor = actor_for(chen); actor = actor_for(chen, helping=li)   # for tests of verbs
"""

import itertools
from datetime import date, timedelta
from uuid import UUID

import httpx
import msgspec
import pyotp

from backend.core import clock, db, ids, rate
from backend.core.actor import Actor, Channel
from backend.identity import service
from backend.identity.schemas import AssistanceRequest, OrganisationRequest, PersonSummary, StaffPost, StaffSignIn
from backend.identity.service.organising import insert_organisation
from backend.identity.service.people import insert_person

COOKIE = "__Host-linli"
PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


async def resident(
    *,
    name: str = "李秀兰",
    phone: str | None = None,
    birth: date | None = date(1948, 3, 5),
    home: str = "230103",
    mode: str = "standard",
    lang: str = "zh_CN",
    notice_by: str = "sms",
) -> PersonSummary:
    """A person of the register. ``phone=""`` makes somebody without one; otherwise numbers are unique."""
    person = ids.new()
    number = f"138{next(_numbers):08d}" if phone is None else phone
    added = await insert_person(
        person, name=name, phone=number, birth=birth, home=home, mode=mode, lang=lang, notice_by=notice_by
    )
    assert added, "the phone number is taken"
    return (await service.people([person]))[person]


async def staff(*roles: str, name: str = "陈晓", region: str = "230103", login: str = "") -> StaffPost:
    """A staff member with a post in a county."""
    new = await service.appoint(
        login=login or f"staff{next(_numbers)}", name=name, password=PASSWORD, roles=set(roles), region=region
    )
    return StaffPost(id=new, region=region, division=region, name=name, roles=sorted(roles))


async def operator(name: str = "陈晓", region: str = "230103") -> StaffPost:
    """话务员."""
    return await staff("operator", name=name, region=region)


async def clerk(name: str = "赵明", region: str = "230103") -> StaffPost:
    """窗口人员."""
    return await staff("clerk", name=name, region=region)


async def manager(name: str = "孙丽", region: str = "230103") -> StaffPost:
    """大厅主任."""
    return await staff("manager", name=name, region=region)


async def administrator(name: str = "何静", region: str = "230103") -> StaffPost:
    """系统管理员."""
    return await staff("administrator", name=name, region=region)


async def security(name: str = "马超", region: str = "230103") -> StaffPost:
    """安全管理员."""
    return await staff("security", name=name, region=region)


async def organisation(division: str) -> UUID:
    """The organisation in which ``staff`` hold their posts."""
    known = await db.fetchval(
        "SELECT id FROM identity_organisation WHERE region = $1 AND state = 'active' ORDER BY id LIMIT 1", division[:6]
    )
    if known is None:
        wanted = OrganisationRequest(kind="department", name="政务服务中心", division=division)
        known = (await insert_organisation(Actor.system("test"), wanted)).id
    found: UUID = known
    return found


async def city(name: str = "周强", region: str = "230103") -> StaffPost:
    """市级运营."""
    return await staff("city", name=name, region=region)


def actor_for(
    who: PersonSummary | StaffPost, *, helping: PersonSummary | None = None, channel: Channel | None = None
) -> Actor:
    """The actor that a session of this person or staff member gives."""
    if isinstance(who, StaffPost):
        doors: dict[str, Channel] = {"operator": "phone", "clerk": "counter"}
        if helping is not None:
            doors |= {"grid": "field", "volunteer": "field"}
        own: Channel = next((doors[role] for role in who.roles if role in doors), "web")
        return Actor(
            acting=who.id, principal=helping.id if helping else None, basis="assisted" if helping else "official",
            channel=channel or own, roles=frozenset(who.roles), region=who.region, name=who.name,
            principal_name=helping.name if helping else "",
        )  # fmt: skip
    return Actor(
        acting=who.id, principal=who.id, channel=channel or "web", roles=frozenset({"resident"}),
        region=who.home[:6] or "000000", name=who.name, principal_name=who.name,
    )  # fmt: skip


def told_apart(actor: Actor) -> Actor:
    """The actor without what each session has of its own, for comparing with ``actor_for``."""
    return msgspec.structs.replace(actor, session=None, proved_at=None, grants=frozenset())


def fresh(who: StaffPost, *, helping: PersonSummary | None = None) -> Actor:
    """The actor of a member of staff who proved a moment ago to be themselves."""
    return msgspec.structs.replace(actor_for(who, helping=helping), proved_at=clock.now())


def code_of(key: str, *, later: int = 0) -> str:
    """What the authenticator app shows, ``later`` steps of half a minute from now."""
    return pyotp.TOTP(key).at(clock.now() + timedelta(seconds=30 * later))


async def enter_half(login: str, password: str = PASSWORD) -> str:
    """Sign in with the password only: the token reaches the second factor and nothing else."""
    rate.reset()
    wanted = StaffSignIn(login=login, password=password)
    return (await service.staff_sign_in(wanted, address="192.0.2.1", user_agent="")).token


async def enter_with_both(login: str, password: str = PASSWORD) -> str:
    """Sign in for the first time: the password, then a second factor is set up. Returns the token."""
    half = await enter_half(login, password)
    key = (await service.begin_enrolment(half)).key
    return (await service.confirm_enrolment(half, code_of(key), user_agent="")).token


async def token_for(who: PersonSummary | StaffPost) -> str:
    """A session token, for ``Authorization: Bearer``."""
    kind = "staff" if isinstance(who, StaffPost) else "resident"
    token, _ = await service.open_session(actor_for(who), kind=kind, user_agent="")
    return token


async def sign_in_as(client: httpx.AsyncClient, who: PersonSummary | StaffPost) -> str:
    """Give the client a session of this person; returns the token."""
    token = await token_for(who)
    client.cookies.set(COOKIE, token, domain=client.base_url.host)
    return token


async def helping(client: httpx.AsyncClient, who: StaffPost, person: PersonSummary) -> Actor:
    """Sign the client in as staff who acts for a verified person."""
    token = await sign_in_as(client, who)
    channel = "phone" if "operator" in who.roles else "counter"
    known = (await service.facts_of(actor_for(who), [person.id]))[person.id].ways
    verified = known[:2] if channel == "phone" else ["id-card"]
    wanted = AssistanceRequest(person=person.id, verified=verified, channel=channel)  # type: ignore[arg-type]
    await service.begin_assistance(actor_for(who), token, wanted)
    return actor_for(who, helping=person)


async def form_token(client: httpx.AsyncClient, path: str) -> str:
    """The hidden ``csrf`` value of the first form on a page, for posting it."""
    page = await client.get(path)
    assert page.status_code == 200, page.status_code
    return csrf_of(page.text)


def csrf_of(html: str) -> str:
    """The hidden ``csrf`` value in a page."""
    return html.split('name="csrf" value="', 1)[1].split('"', 1)[0]


def no_one() -> UUID:
    """An id that belongs to nobody."""
    return ids.new()
