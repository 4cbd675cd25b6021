"""The field register (个人信息登记): what is kept, of what kind, why, on what basis, how long. Data, beside the tables.

Each slice says it in ``register.py`` as ``HELD``; a column that no line names fails the build. Retention jobs, the
export, the deletion and the published list are all made from it (个人信息保护法 arts. 17, 19, 47; GB/T 35273 §5).
"""

from datetime import timedelta

import msgspec

KINDS = ("public", "internal", "personal", "sensitive", "secret")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One table. Its columns are named once each, blanks between, under their kind.

    ``public`` may be shown to anybody, ``internal`` says nothing of a person by itself, ``personal`` does,
    ``sensitive`` harms when it leaks (identity number, address, minors; art. 28), ``secret`` opens something.
    ``person`` is the column with the id of the person a row is about; empty when rows are about nobody.
    ``basis`` is ``duty`` (statutory duty, art. 13 (3)), ``service`` (asked for by the person), or ``consent:PURPOSE``.
    ``keep`` counts from the instant in ``since``; ``None`` keeps a row as long as the account; ``forever`` says why a
    row is never deleted.
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

    def kinds(self) -> dict[str, str]:
        """The kind of each column."""
        return {column: kind for kind in KINDS for column in getattr(self, kind).split()}
