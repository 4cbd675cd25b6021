"""Mandates for tests: asked for, agreed to, taken up, all through the verbs.

mandate = await standing(li, wang)                    # 李 gave 王 a mandate for appointments
actor = await acting(wang, mandate)                   # 王's session acts under it
"""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from backend.appointments.service.reading import SCOPE  # noqa: F401  (registers the scope)
from backend.core import clock, db
from backend.core.actor import PROVINCE, Actor
from backend.core.events import Event, announce, relay
from backend.core.policy import verb
from backend.core.words import N_
from backend.delegation import service
from backend.delegation.schemas import AcceptanceRequest, Mandate, MandateRequest
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary, StaffPost
from backend.notifications import service as notifications
from backend.notifications.schemas import MessageLine
from tests.identity.factories import actor_for, token_for

PAPERS, PLAIN = "tests-papers", "tests-plain"  # known while a test of this folder runs; the first is sensitive
_keys = itertools.count(1)


class PaperRead(Event, frozen=True, kw_only=True):
    """Something sensitive was done."""


@verb("tests.read_paper", N_("See one appointment"), "resident", scope=PAPERS)
async def read_paper(actor: Actor, subject: UUID) -> None:
    """A sensitive act that announces itself."""
    await announce(actor, PaperRead(region=PROVINCE, subject=subject))


def proved(actor: Actor) -> Actor:
    """The actor just after signing in."""
    return msgspec.structs.replace(actor, proved_at=clock.now())


def wish(
    *scopes: str, phone: str = "", days: int = 100, relation: str = "女儿", items: list[str] | None = None,
    one_time: bool = False,
) -> MandateRequest:  # fmt: skip
    """What somebody asks."""
    return MandateRequest(
        scopes=list(scopes) or ["appointments"], until=clock.today() + timedelta(days=days), phone=phone,
        relation=relation, items=items or [], one_time=one_time,
    )  # fmt: skip


async def invited(principal: PersonSummary, *scopes: str, actor: Actor | None = None, **more: object) -> Mandate:
    """An invitation with its code."""
    wanted = wish(*scopes, **more)  # type: ignore[arg-type]
    return await service.invite(actor or proved(actor_for(principal)), wanted, key=f"key-{next(_keys):08d}")


async def standing(principal: PersonSummary, delegate: PersonSummary, *scopes: str, **more: object) -> Mandate:
    """A mandate that was agreed to."""
    asked = await invited(principal, *scopes, **more)  # type: ignore[arg-type]
    return await service.accept(actor_for(delegate), None, AcceptanceRequest(code=asked.code, called="妈妈"))


async def acting(delegate: PersonSummary, mandate: Mandate | UUID) -> Actor:
    """The actor of a session of the delegate that has taken the mandate up."""
    token = await token_for(delegate)
    row = mandate if isinstance(mandate, UUID) else mandate.id
    await service.take_up(await now_of(token), row)
    return await now_of(token)


async def now_of(token: str) -> Actor:
    """Whom a session speaks for at this instant."""
    session = await identity.resolve_session(token)
    assert session is not None
    return session.actor


async def assisting(post: StaffPost, person: PersonSummary) -> Actor:
    """Staff helping a person, with the row that says how they were verified."""
    from backend.identity.schemas import AssistanceRequest

    token, channel = await token_for(post), "phone" if "operator" in post.roles else "counter"
    verified = ["registered-number", "name-and-birth"] if channel == "phone" else ["id-card"]
    wanted = AssistanceRequest(person=person.id, verified=verified, channel=channel)  # type: ignore[arg-type]
    await identity.begin_assistance(actor_for(post), token, wanted)
    return await now_of(token)


async def told(person: PersonSummary) -> list[MessageLine]:
    """What the person was told, after everything announced was delivered; the newest first."""
    with clock.frozen(max(clock.now(), datetime.now(UTC))):  # the relay's queue goes by the database's clock
        while await relay():
            pass
    rows = await db.fetch("SELECT id FROM notifications_message WHERE person = $1", person.id)
    mine = {row["id"] for row in rows}
    return [each for each in await notifications.latest(200) if each.id in mine]


async def steps(mandate: Mandate) -> list[str]:
    """The kinds of steps on record."""
    rows = await db.fetch("SELECT kind FROM delegation_step WHERE mandate = $1 ORDER BY id", mandate.id)
    return [row["kind"] for row in rows]
