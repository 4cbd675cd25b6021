"""The people of the demonstration, to step in as with one tap. They cannot be dialled and have no real document."""

from datetime import date
from uuid import UUID, uuid5

import msgspec

from backend.core import crypto, db
from backend.core.actor import PROVINCE, Actor
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.identity import rules
from backend.identity.schemas import PersonaLine
from backend.identity.service.membership import appoint
from backend.identity.service.people import insert_person
from backend.identity.service.sessions import open_session
from backend.settings import settings

FAMILY = UUID("6c696e6c-6900-7000-8000-000000000000")
HOME = "230103"


class Persona(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. Residents have a birthday, staff have a role."""

    slug: str
    name: str
    who: str
    start: str
    birth: date | None = None
    phone: str = ""
    mode: str = "standard"
    notice_by: str = "sms"
    role: str = ""
    region: str = HOME
    organisation: str = "南岗区政务服务中心"

    @property
    def id(self) -> UUID:
        """The same in every demonstration."""
        return uuid5(FAMILY, self.slug)

    @property
    def document(self) -> str:
        """The number of a document that belongs to nobody."""
        assert self.birth is not None
        number = f"999999{self.birth:%Y%m%d}00{len(self.slug) % 10}"
        return number + rules.check_digit(number)

    @property
    def actor(self) -> Actor:
        """The actor that their session gives."""
        if self.role:
            return Actor(acting=self.id, basis="official", roles=frozenset({self.role}), region=self.region)
        return Actor(acting=self.id, principal=self.id, roles=frozenset({"resident"}), region=self.region)


PERSONAS = (
    Persona(
        slug="zhao-yiming", name="赵一鸣（模拟）", who=N_("A young resident of 26"), start="/", birth=date(2000, 5, 17),
        phone="10000000026",
    ),
    Persona(
        slug="li-xiulan", name="李秀兰（模拟）", who=N_("Mrs Li of 78, sees the elder version"), start="/",
        birth=date(1948, 3, 5), phone="10000000078", mode="elder", notice_by="call",
    ),
    Persona(
        slug="wang-min", name="王敏（模拟）", who=N_("Her daughter, 51"), start="/", birth=date(1975, 9, 21),
        phone="10000000051",
    ),
    Persona(slug="chen-xiao", name="陈晓（模拟）", who=N_("Phone operator"), start="/desk/phone", role="operator"),
    Persona(slug="liu-yang", name="刘洋（模拟）", who=N_("Clerk at a counter"), start="/desk/counter", role="clerk"),
    Persona(slug="sun-li", name="孙丽（模拟）", who=N_("Manager of a hall"), start="/desk/hall", role="manager"),
    Persona(
        slug="zhou-qiang", name="周强（模拟）", who=N_("Operator for the whole city"), start="/desk/hall", role="city",
        region="230100", organisation="哈尔滨市营商环境局",
    ),
    Persona(
        slug="he-jing", name="何静（模拟）", who=N_("System administrator"), start="/desk/staff", role="administrator"
    ),
    Persona(
        slug="ma-chao", name="马超（模拟）", who=N_("Security administrator"), start="/desk/staff", role="security"
    ),
    Persona(slug="zheng-wen", name="郑文（模拟）", who=N_("Auditor"), start="/desk/staff", role="auditor"),
    Persona(slug="gao-shan", name="高山（模拟）", who=N_("Grid worker"), start="/desk", role="grid"),
)  # fmt: skip


async def make_personas() -> None:
    """Make whoever is missing; safe to repeat."""
    async with db.transaction():
        for each in PERSONAS:
            if each.role:
                await _make_staff(each)
            else:
                await _make_resident(each)


def demo_personas() -> list[PersonaLine]:
    """Whom one can step in as."""
    return [PersonaLine(slug=each.slug, name=each.name, who=each.who, staff=bool(each.role)) for each in PERSONAS]


async def step_in(slug: str, *, user_agent: str, replacing: str = "") -> tuple[str, str]:
    """Open a session as one of them: (token, where to begin). Only while the demonstration is on."""
    chosen = next((each for each in PERSONAS if each.slug == slug), None)
    if chosen is None or not settings().demo:
        raise NotFound()
    kind = "staff" if chosen.role else "resident"
    token, _ = await open_session(chosen.actor, kind=kind, user_agent=user_agent, replacing=replacing, proof="demo")
    return token, chosen.start


def demo_document() -> str:
    """The number of Mrs Li's document, which a helper at her door has in hand."""
    return next(each.document for each in PERSONAS if each.slug == "li-xiulan")


async def demo_people(limit: int) -> list[tuple[UUID, str]]:
    """(id, home) of residents in the order of their ids, for filling a demonstration with what they did."""
    sql = "SELECT id, home FROM identity_person WHERE region = $1 AND state = 'active' ORDER BY id LIMIT $2"
    rows = await db.fetch(sql, PROVINCE, limit)
    return [(row["id"], row["home"]) for row in rows]


async def _make_resident(each: Persona) -> None:
    await insert_person(
        each.id, name=each.name, phone=each.phone, birth=each.birth, document=each.document,
        document_kind="demonstration", home=each.region, mode=each.mode, notice_by=each.notice_by, assurance="counter",
    )  # fmt: skip


async def _make_staff(each: Persona) -> None:
    known = await db.fetchval("SELECT 1 FROM identity_staff WHERE region = $1 AND id = $2", each.region, each.id)
    if known is None:
        await appoint(
            login=f"demo.{each.slug}", name=each.name, password=crypto.token(), roles={each.role}, region=each.region,
            staff_id=each.id, organisation=each.organisation,
        )  # fmt: skip
