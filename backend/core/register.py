"""The field register (个人信息登记): what is kept, of what kind, why, on what basis, how long. Data, beside the tables.

Each slice says it in ``register.py`` as ``HELD``; a column that no line names fails the build. Retention jobs, the
export, the deletion and the published list are all made from it (个人信息保护法 arts. 17, 19, 47; GB/T 35273 §5).
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from backend.core.words import N_

KINDS = ("public", "internal", "personal", "sensitive", "secret")
KIND_WORDS = {
    "public": N_("open to everybody"),
    "internal": N_("says nothing about a person"),
    "personal": N_("personal"),
    "sensitive": N_("sensitive"),
    "secret": N_("key or password"),
}
BASIS_WORDS = {
    "duty": N_("The law gives us this task"),
    "service": N_("You asked us for it"),
    "consent": N_("You agreed to it, and can take that back"),
}
DAY = timedelta(days=1)
YEAR = 365 * DAY
Forget = Callable[[datetime, int, list[UUID]], Awaitable[int]]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One table. Its columns are named once each, blanks between, under their kind.

    ``public`` may be shown to anybody, ``internal`` says nothing of a person by itself, ``personal`` does,
    ``sensitive`` harms when it leaks (identity number, address, minors; art. 28), ``secret`` opens something.
    ``person`` is the column with the id of the person a row is about; empty when rows are about nobody.
    ``basis`` is ``duty`` (statutory duty, art. 13 (3)), ``service`` (asked for by the person), or ``consent:PURPOSE``.
    ``keep`` counts from the instant in ``since``; ``None`` keeps a row as long as the account; ``forever`` says why a
    row is never deleted. ``plain`` gives the reason for each sensitive or secret column that is not sealed or hashed.
    """

    table: str
    purpose: str
    basis: str = "duty"
    person: str = ""
    keep: timedelta | None = None
    since: str = ""
    forever: str = ""
    public: str = ""
    internal: str = ""
    personal: str = ""
    sensitive: str = ""
    secret: str = ""
    plain: dict[str, str] = msgspec.field(default_factory=dict)

    def kinds(self) -> dict[str, str]:
        """The kind of each column."""
        return {column: kind for kind in KINDS for column in getattr(self, kind).split()}

    @property
    def about_people(self) -> bool:
        """Whether rows are about residents who can ask for them."""
        return bool(self.person)

    @property
    def ends_with_account(self) -> bool:
        """Whether closing the account deletes the rows at once; what duty keeps for a time stays until then."""
        return self.about_people and not self.forever and (self.keep is None or self.basis != "duty")


_held: list[Held] = []
_forgets: dict[str, Forget] = {}


def use(lines: Iterable[Held]) -> None:
    """Take the lines of core and of all slices, once, at start."""
    _held[:] = sorted(lines, key=lambda line: line.table)


def held() -> list[Held]:
    """The whole register, by table."""
    return list(_held)


def forgets(table: str) -> Callable[[Forget], Forget]:
    """Register a slice's own way to delete rows of a table past their term, where a plain DELETE would be wrong.

    It gets the cut-off, how many rows at most, and the people under a legal hold; it says how many rows it deleted.
    """

    def register(work: Forget) -> Forget:
        _forgets[table] = work
        return work

    return register


def own_way(table: str) -> Forget | None:
    """How a slice deletes rows of this table itself; none: a plain DELETE is right."""
    return _forgets.get(table)


def as_markdown(lines: Iterable[Held]) -> str:
    """The register as a document for auditors (``openapi/held.md``)."""
    parts = [
        "# What is kept of people (个人信息登记)\n",
        "Written by `python -m backend openapi` from `register.py` of each slice. Do not edit.\n",
        "| table | purpose | basis | kept | person | public | internal | personal | sensitive | secret |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for line in sorted(lines, key=lambda each: each.table):
        kinds = " | ".join(getattr(line, kind) for kind in KINDS)
        term = f"{line.table} | {line.purpose} | {line.basis} | {_kept(line)} | {line.person}"
        parts.append(f"| {term} | {kinds} |")
    return "\n".join(parts) + "\n"


def _kept(line: Held) -> str:
    if line.forever:
        return f"for good: {line.forever}"
    return f"{line.keep.days} days from `{line.since}`" if line.keep else "as long as the account"
