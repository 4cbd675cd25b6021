"""The sentences that a principal, or a delegate, is told: by the channel that each of them chose for themselves.

A slice brings the words for its own events with ``tells``; an act without words of its own is told in general ones.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import Announcement, Event
from backend.core.words import N_
from backend.delegation import access, rules
from backend.delegation.sealed import unseal
from backend.identity import service as identity
from backend.notifications.schemas import Template
from backend.settings import settings

Rows = list[tuple[str, UUID]]
Facts = Callable[[Rows], Awaitable[dict[UUID, dict[str, str]]]]
TELLING = Actor.system("tell about acts for somebody")
SEE = ("/household", N_("See who may act for me"))
LATEST = f"""SELECT {access.COLUMNS} FROM delegation_mandate
    WHERE principal = $1 AND delegate = $2 ORDER BY id DESC LIMIT 1"""
GENERAL = N_("{who} did something for you at {time}. If that was not your wish, call {phone}.")
STEPS = {
    "invited": N_(
        "You asked somebody to act for you: {who}. It begins when they agree. If that was not you, call {phone}."
    ),
    "accepted": N_(
        "{who} has agreed to act for you until {until}. We tell you each time. To end it at once, call {phone}."
    ),
    "cooling": N_(
        "{who} has agreed to act for you. It counts from {from}. If you do not want it, call {phone} before that."
    ),
    "extended": N_("{who} may act for you until {until}. To end it at once, call {phone}."),
    "extended-for-you": N_("You may act for {who} until {until}."),
    "ended": N_("{who} can no longer act for you. Questions? Call {phone}."),
    "ended-for-you": N_("You can no longer act for {who}. What you did stays as it is."),
    "taken-back": N_("{who} looks after something that you did for them alone again. You no longer see it."),
}


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """The sentences of an event: ``told`` to the principal (with ``{who}``), ``did`` in a list, ``title`` in short."""

    told: str
    did: str
    title: str


class Words(Wording, frozen=True, kw_only=True):
    """How an event is told; ``title`` stands alone where nobody may see the facts.

    ``returnable`` acts left something behind that the principal can take back. Where the facts have a ``kind``, such as
    an appointment at home, its own wording in ``kinds`` is said instead.
    """

    facts: Facts
    returnable: bool = False
    kinds: Mapping[str, Wording] = {}

    def fitting(self, facts: Mapping[str, str]) -> tuple[Wording, dict[str, str], str]:
        """The wording for these facts, the facts that it says, and the kind when it is a wording of its own."""
        kind = facts.get("kind", "")
        said = {name: value for name, value in facts.items() if name != "kind"}
        return self.kinds.get(kind, self), said, kind if kind in self.kinds else ""


_words: dict[str, Words] = {}


def tells(
    event: type[Event], *, told: str, did: str, title: str, facts: Facts, returnable: bool = False,
    kinds: Mapping[str, Wording] | None = None,
) -> None:  # fmt: skip
    """Bring the words for an event that may happen under a mandate."""
    _words[event.__name__] = Words(
        told=told, did=did, title=title, facts=facts, returnable=returnable, kinds=kinds or {}
    )  # fmt: skip


def words_of(event: str) -> Words | None:
    """The words that a slice brought for an event."""
    return _words.get(event)


async def act(row: Announcement) -> None:
    """Tell the principal what was done for them just now."""
    if row.principal is None or row.acting is None:
        return
    known = _words.get(row.name)
    facts = (await known.facts([(row.region, row.subject)])).get(row.subject) if known else None
    who = await _name(row.acting, row.principal)
    text, name = GENERAL, "act-by-delegate"
    if known and facts:
        wording, facts, kind = known.fitting(facts)
        text, name = wording.told, f"{row.name}-by-delegate{'-' if kind else ''}{kind}"
    template = Template(id=name, text=text, title=N_("Somebody did something for you"), next=SEE)
    at = clock.local(row.at)
    values = {"time": f"{at.hour}:{at.minute:02d}", "phone": settings().help_phone, "who": who} | (facts or {})
    await identity.tell(TELLING, row.principal, template, values, about=row.subject, once=f"act:{row.id}")


async def step(kind: str, subject: UUID, to: UUID, row: Announcement, *, about_mandate: bool = True) -> None:
    """Tell one of the two of a step of their mandate, or of something taken back."""
    mandate = await db.fetchrow(access.ONE, subject) if about_mandate else None
    if mandate is not None and kind == "accepted" and access.standing(mandate, row.at) == "cooling":
        kind = "cooling"
    values = {"phone": settings().help_phone, "until": "", "from": ""}
    if mandate is not None:
        values["who"] = await _other(mandate, to)
        values["until"] = rules.last_day(clock.local(mandate["ends"])).isoformat()
        if mandate["sensitive_from"]:
            values["from"] = f"{clock.local(mandate['sensitive_from']):%Y-%m-%d %H:%M}"
    elif row.principal is not None:
        values["who"] = await _shown(row.principal)
    template = Template(id=f"mandate-{kind}", text=STEPS[kind], title=N_("Who acts for whom"), next=SEE, guard=True)
    await identity.tell(TELLING, to, template, values, about=subject, once=f"{kind}:{row.id}")


async def _other(mandate: Any, reader: UUID) -> str:
    """How the reader calls the other of the two: 女儿王敏, or the end of the number that was asked."""
    mine = mandate["principal"] == reader
    kin = unseal(mandate["id"], "relation" if mine else "called", mandate["relation" if mine else "called"])
    other = mandate["delegate"] if mine else mandate["principal"]
    return kin + (await _shown(other) if other else unseal(mandate["id"], "phone", mandate["phone"])[-4:])


async def _name(delegate: UUID, principal: UUID) -> str:
    """The delegate as the principal calls them."""
    row = await db.fetchrow(LATEST, principal, delegate)
    return await _other(row, principal) if row is not None else await _shown(delegate)


async def _shown(person: UUID) -> str:
    found = (await identity.people([person])).get(person)
    return (found.name or found.phone_masked) if found else "–"
