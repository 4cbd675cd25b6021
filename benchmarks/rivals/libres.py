"""libres: the reservation library of the Swiss OneGov Cloud, over SERIALIZABLE transactions as it asks for."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import get, post
from benchmarks.rivals.environment import environment, gunicorn, script, version
from benchmarks.rivals.rival import PLACES, SLOTS, Rival, query

REQUIREMENTS = ["libres==1.4.0", "psycopg2-binary==2.9.13", "flask==3.1.3", "gunicorn==27.0.1"]
# A reservation without its reserved slot would be a promise without a place.
HELD = """SELECT r.email, s.resource::text, a.mirror_of::text AS hall, to_char(a._start, 'HH24:MI') AS starts
    FROM reservations r JOIN reserved_slots s ON s.reservation_token = r.token
    JOIN allocations a ON a.id = s.allocation_id"""
FIRST = "SELECT id, mirror_of::text AS hall FROM allocations WHERE resource = mirror_of ORDER BY id"


@contextmanager
def libres(folder: Path, environments: Path, dsn: str, hot: int) -> Iterator[Rival]:
    """The scheduler behind Flask and gunicorn; psycopg2 and SQLAlchemy's pool as it sets them up."""
    python = environment(environments, "libres", REQUIREMENTS)
    host = dsn.partition("host=")[2]
    settings = {
        "DSN": f"postgresql+psycopg2://linli@/libres?host={host}", "SLOTS": str(SLOTS), "PLACES": str(PLACES),
        "HOT": str(hot),
    }  # fmt: skip
    script(python, "libres_site.py", settings=settings)

    def book(slot: int, wish: int, key: str) -> bytes:
        return post("/bookings", json.dumps({"slot": slot, "wish": wish}).encode())

    def calendar(day: int) -> bytes:
        return get(f"/days/{day % 50}")

    def held() -> list[tuple[int, int]]:
        halls = list(dict.fromkeys(row["hall"] for row in query(dsn, "libres", FIRST)))
        return [
            (halls.index(row["hall"]) * 20 + _quarter(row["starts"]), int(row["email"][1:].partition("@")[0]))
            for row in query(dsn, "libres", HELD)
        ]

    with gunicorn(python, "libres_site:app", "/", settings) as port:
        yield Rival(f"libres {version(python, 'libres')}", port, book, calendar, held)


def _quarter(starts: str) -> int:
    """08:00 in Shanghai is midnight in UTC."""
    hour, minute = starts.split(":")
    return int(hour) * 4 + int(minute) // 15
