"""pretix: sells tickets for events, time slots included, with its own locks; driven by its REST API."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import get, post
from benchmarks.rivals.environment import clean, environment, gunicorn, script, version
from benchmarks.rivals.rival import PLACES, SLOTS, Rival, place, query, redis

REQUIREMENTS = ["pretix==2026.8.0", "gunicorn==27.0.1"]
CONFIG = """[pretix]
url=http://127.0.0.1
datadir={data}
[database]
backend=postgresql
name=pretix
user=linli
host={host}
[redis]
location=unix://{redis}?db=0
sessions=true
[celery]
broker=redis+socket://{redis}
backend=redis+socket://{redis}
"""
HELD = """SELECT p.subevent_id, o.email FROM pretixbase_orderposition p
    JOIN pretixbase_order o ON o.id = p.order_id WHERE NOT p.canceled AND o.status IN ('n', 'p')"""


@contextmanager
def pretix(folder: Path, environments: Path, dsn: str, hot: int) -> Iterator[Rival]:
    """Served by gunicorn over PostgreSQL with Redis for caches and the task queue, whose tasks nobody works on."""
    python = environment(environments, "pretix", REQUIREMENTS)
    data = place(folder, "pretix")
    with redis(folder) as socket:
        config = data / "pretix.cfg"
        config.write_text(CONFIG.format(data=data, host=dsn.partition("host=")[2], redis=socket))
        settings = {"PRETIX_CONFIG_FILE": str(config), "DJANGO_SETTINGS_MODULE": "pretix.settings"}
        command = [str(python), "-m", "pretix", "migrate", "--verbosity", "0"]
        subprocess.run(command, check=True, env=clean(settings), cwd=data, stdout=subprocess.DEVNULL)
        said = script(python, "pretix_world.py", str(SLOTS), str(PLACES), str(hot), settings=settings)
        world = json.loads(said.splitlines()[-1])
        dates, headers = world["dates"], {"authorization": f"Token {world['token']}"}
        number = {row: nth for nth, row in enumerate(dates)}

        def book(slot: int, wish: int, key: str) -> bytes:
            position = {"item": world["item"], "subevent": dates[slot], "price": "0.00"}
            order = {
                "email": f"w{wish}@example.org", "status": "p", "locale": "en", "sales_channel": "web", "fees": [],
                "payment_provider": "free", "positions": [position], "send_email": False,
            }  # fmt: skip
            body = json.dumps(order).encode()
            return post("/api/v1/organizers/city/events/hall/orders/", body, x_idempotency_key=key, **headers)

        def calendar(day: int) -> bytes:
            wanted = f"?with_availability_for=web&ordering=date_from&page_size=24&page={day % (SLOTS // 24) + 1}"
            return get(f"/api/v1/organizers/city/events/hall/subevents/{wanted}", **headers)

        def held() -> list[tuple[int, int]]:
            return [(number[row], int(mail[1:].partition("@")[0])) for row, mail in query(dsn, "pretix", HELD)]

        with gunicorn(python, "pretix.wsgi", "/healthcheck/", settings) as port:
            yield Rival(f"pretix {version(python, 'pretix')}", port, book, calendar, held)
