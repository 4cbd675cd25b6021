"""Who may do what: each verb declares it once, beside its code, and one place enforces it for every door.

A *verb* says the roles that may call it, whether it can be done for somebody else under a mandate (``scope``), the
level of assurance the person must have reached, and how fresh the proof of the person's identity must be. The route of
a door takes its rule from the verb; ``python -m backend who-can VERB`` and ``openapi/access.md`` are written from it.

A right is never kept in a token: the actor's roles, grants and mandate are read anew for each request.
"""

from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import msgspec

from backend.core import clock, db
from backend.core.actor import ASSURANCE, Actor
from backend.core.problems import Forbidden, SignInRequired
from backend.core.words import N_

P = ParamSpec("P")
R = TypeVar("R")
PUBLIC = "public"
SIGNED_IN = "signed-in"
ANY_SCOPE = "*"  # the scope of what every mandate covers, such as seeing whom one acts for
RECENT = timedelta(minutes=10)  # how fresh a proof must be for what cannot be taken back easily
TYPING = timedelta(minutes=2)


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What a mandate can name: a group of verbs that people understand as one thing, such as 预约.

    ``sensitive`` scopes wait a day before they count, so that the principal can object (安全要求: 24 小时). One that is
    not ``offered`` is never chosen by a person: whoever resolves a mandate adds it when the mandate's basis gives it.
    """

    name: str
    title: str
    text: str = ""
    sensitive: bool = False
    offered: bool = True


class Verb(msgspec.Struct, frozen=True, kw_only=True):
    """The rule of one verb. ``name`` is ``slice.verb``; ``roles`` may hold ``public`` or ``signed-in``.

    A verb without ``scope`` can never be done for somebody else under a mandate; staff who assist do it by their role.
    """

    name: str
    title: str
    roles: frozenset[str]
    scope: str = ""
    assurance: str = ""
    fresh: timedelta | None = None


class NotDelegated(Forbidden):
    """The mandate does not cover this, or nobody can ever do it for somebody else."""

    code, title = "not-delegated", N_("You may not do this for somebody else")


class AssuranceNeeded(Forbidden):
    """The account has not been proved far enough for this."""

    code, title = "assurance-needed", N_("For this we must know you better")


class FreshSignInNeeded(Forbidden):
    """The last proof of identity is too long ago for this."""

    code, title = "fresh-sign-in-needed", N_("Please show once more that it is you")


Watch = Callable[[Actor, str], Awaitable[bool]]
VERBS: dict[str, Verb] = {}
SCOPES: dict[str, Scope] = {}
_watches: list[Watch] = []
SEE = ("/household", N_("See what you may do"))
OVER = N_("You can no longer act for this person. It was taken back, or its time is over.")
NEXT_LEVEL = {
    "counter": N_("Show your identity card once at a counter, or have your name checked here."),
    "real-name": N_("Have your name and identity number checked once; it takes a minute."),
}


def scope(name: str, title: str, text: str = "", *, sensitive: bool = False, offered: bool = True) -> str:
    """Register a scope of mandates; returns its name."""
    SCOPES[name] = Scope(name=name, title=title, text=text, sensitive=sensitive, offered=offered)
    return name


def verb(
    name: str, title: str, *roles: str, scope: str = "", assurance: str = "", fresh: timedelta | None = None
) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Declare a verb: the first argument of the function is its actor. ``title`` is a message id."""
    if not roles:
        raise ValueError(f"{name}: name at least one role, PUBLIC or SIGNED_IN")
    if name in VERBS:
        raise ValueError(f"two verbs are called {name}")
    rule = Verb(name=name, title=title, roles=frozenset(roles), scope=scope, assurance=assurance, fresh=fresh)
    VERBS[name] = rule

    def declare(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @wraps(function)
        async def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = cast(Actor, args[0])
            permit(actor, rule)
            if actor.basis != "delegation" or PUBLIC in rule.roles:
                return await function(*args, **kwargs)
            async with db.transaction():
                await _still_mandated(actor, rule)
                return await function(*args, **kwargs)

        checked.verb = rule  # type: ignore[attr-defined]
        return checked

    return declare


def proved(actor: Actor) -> bool:
    """Whether what cannot be taken back easily is open to the actor, and stays so while a form is filled.

    A page asks before anything is typed: that is better than after.
    """
    return actor.proved_at is not None and clock.now() - actor.proved_at <= RECENT - TYPING


def rule_of(function: Callable[..., Any]) -> Verb:
    """The rule that a verb was declared with; raises ``AttributeError`` for a function that is none."""
    return cast(Verb, function.verb)  # type: ignore[attr-defined]


def inner(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Mark what verbs do among themselves in the name of their actor, such as telling a person. No door may call it."""
    function.inner = True  # type: ignore[attr-defined]
    return function


def permit(actor: Actor, rule: Verb) -> None:
    """Raise the refusal that fits when ``actor`` may not: sign in, not your role, not delegated, not known enough.

    In an assistance the person was verified for it, and it ends by itself: that is the fresh proof of what the person
    could do alone. What belongs to the member of staff, such as a passkey or a decision, asks for their own proof.
    """
    if PUBLIC in rule.roles or actor.is_("system"):
        return
    if actor.acting is None:
        raise SignInRequired()
    if SIGNED_IN not in rule.roles and actor.roles.isdisjoint(rule.roles):
        raise Forbidden()
    if actor.basis == "delegation":
        _delegated(actor, rule)
    if rule.assurance and actor.basis != "official" and below(actor.assurance, rule.assurance):
        raise AssuranceNeeded(NEXT_LEVEL[rule.assurance], next_step=("/me/assurance", N_("See how")))
    verified = actor.basis == "assisted" and "resident" in rule.roles
    if rule.fresh is not None and not verified and not _proved_within(actor, rule.fresh):
        raise FreshSignInNeeded(
            N_("This cannot be taken back easily, so we ask again even though you are signed in."),
            next_step=("/sign-in/again", N_("Show that it is me")),
        )


def watch_mandates(holds: Watch) -> None:
    """Let delegation say, inside the transaction of each act, whether the mandate still covers the scope.

    It holds the mandate's row until the act is committed: an act that begins after a revocation was committed fails,
    and a revocation waits for an act that began before it.
    """
    _watches[:] = [holds]


def below(reached: str, needed: str) -> bool:
    """Whether a level of assurance is under another; an unknown one is under all."""
    return (ASSURANCE.index(reached) if reached in ASSURANCE else -1) < ASSURANCE.index(needed)


def named(actor: Actor, items: Collection[str | None]) -> bool:
    """Whether a mandate that names service items names all of these; always for everybody else."""
    return actor.basis != "delegation" or not actor.items or actor.items.issuperset(items)


def within(actor: Actor, item: str) -> None:
    """Raise ``NotDelegated`` when the mandate names service items and this is none of them."""
    if not named(actor, [item]):
        raise NotDelegated(N_("The person who asked you named other matters."), next_step=SEE)


async def _still_mandated(actor: Actor, rule: Verb) -> None:
    """The session was read up to a second ago, in this process; the mandate itself decides, now."""
    if not _watches or not await _watches[0](actor, rule.scope):
        raise NotDelegated(OVER, next_step=SEE)


def covered(actor: Actor, scope: str) -> bool:
    """Whether the actor may do what belongs to ``scope``: always for oneself, under a mandate only if it names it."""
    return actor.basis != "delegation" or scope == ANY_SCOPE or scope in actor.scopes


def _delegated(actor: Actor, rule: Verb) -> None:
    if not actor.scopes:
        raise NotDelegated(OVER, next_step=SEE)
    if not rule.scope or not covered(actor, rule.scope):
        never = N_("This can only be done by the person, at a counter, or by telephone.")
        not_named = N_("The person who asked you did not name this.")
        raise NotDelegated(not_named if rule.scope else never, next_step=SEE)


def _proved_within(actor: Actor, fresh: timedelta) -> bool:
    return actor.proved_at is not None and clock.now() - actor.proved_at <= fresh
