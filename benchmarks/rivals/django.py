"""The controls: a plain Django view that counts and inserts, and the same with ``select_for_update``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import get, post
from benchmarks.rivals.environment import environment, gunicorn, script, version
from benchmarks.rivals.rival import PLACES, SLOTS, Rival, query

REQUIREMENTS = ["django==5.2.19", "psycopg2-binary==2.9.13", "gunicorn==27.0.1"]


@contextmanager
def unlocked(folder: Path, environments: Path, dsn: str, hot: int) -> Iterator[Rival]:
    """Check, then insert: what a lock is for."""
    with _django(environments, dsn, hot, "unlocked", "no") as rival:
        yield rival


@contextmanager
def locked(folder: Path, environments: Path, dsn: str, hot: int) -> Iterator[Rival]:
    """The slot's row is locked before the count."""
    with _django(environments, dsn, hot, "locked", "yes") as rival:
        yield rival


@contextmanager
def _django(environments: Path, dsn: str, hot: int, database: str, lock: str) -> Iterator[Rival]:
    python = environment(environments, "django", REQUIREMENTS)
    settings = {"DATABASE": database, "DATABASE_HOST": dsn.partition("host=")[2], "LOCKED": lock}
    script(python, "django_site.py", str(SLOTS), str(PLACES), str(hot), settings=settings)

    def book(slot: int, wish: int, key: str) -> bytes:
        return post(f"/bookings/{slot + 1}/{wish}", b"{}")

    def calendar(day: int) -> bytes:
        return get(f"/days/{day % 50}")

    def held() -> list[tuple[int, int]]:
        return [(row["slot_id"] - 1, row["wish"]) for row in query(dsn, database, "SELECT * FROM halls_booking")]

    what = "select_for_update" if lock == "yes" else "check, then insert"
    with gunicorn(python, "django_site:application", "/", settings) as port:
        yield Rival(f"Django {version(python, 'django')}, {what}", port, book, calendar, held)
