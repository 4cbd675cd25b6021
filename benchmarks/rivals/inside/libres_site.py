"""Runs inside libres' environment: its scheduler behind a small Flask application, as in its own example.

A booking is ``reserve`` and ``approve_reservations`` in one SERIALIZABLE transaction, tried again when PostgreSQL
refuses to serialise it, as the documentation of PostgreSQL and the frameworks around libres do.
"""

import os
from datetime import datetime, timedelta
from typing import Any

import libres
from flask import Flask, jsonify, request
from libres.modules import errors
from sqlalchemy.exc import DBAPIError

SLOTS, PLACES, HOT = (int(os.environ[name]) for name in ("SLOTS", "PLACES", "HOT"))
A_HALL = 20  # slots of one hall, which is a resource of libres
ATTEMPTS = 5
START = datetime(2030, 1, 7, 8)

context = libres.registry.register_context("halls")
context.set_setting("dsn", os.environ["DSN"])
app = Flask(__name__)


def scheduler(slot: int) -> Any:
    """The resource that a slot belongs to."""
    return libres.new_scheduler(context, f"hall-{slot // A_HALL}", "Asia/Shanghai")


def times(slot: int) -> tuple[datetime, datetime]:
    """Fifteen minutes each."""
    starts = START + timedelta(minutes=15 * (slot % A_HALL))
    return starts, starts + timedelta(minutes=15)


def populate() -> None:
    """The allocations, once."""
    scheduler(0).setup_database()
    for slot in range(SLOTS):
        one = scheduler(slot)
        one.allocate(times(slot), quota=HOT if slot == 0 else PLACES, approve_manually=False)
        one.session.commit()


@app.teardown_request
def ended(error: BaseException | None) -> None:
    """Each request has a session of its own, as Flask's extensions give it one."""
    context.get_service("session_provider").session.remove()


@app.get("/")
def ready() -> str:
    """Whether it answers."""
    return "yes"


@app.post("/bookings")
def book() -> Any:
    """201 with the token, 409 when nothing is free, 503 when it could not be serialised."""
    wanted = request.get_json()
    one = scheduler(wanted["slot"])
    for _ in range(ATTEMPTS):
        try:
            token = one.reserve(f"w{wanted['wish']}@example.org", times(wanted["slot"]))
            one.approve_reservations(token)
            one.session.commit()
            return jsonify(id=str(token)), 201
        except errors.LibresError as no:
            one.session.rollback()
            return jsonify(error=type(no).__name__), 409
        except DBAPIError:
            context.get_service("session_provider").session.remove()
            one = scheduler(wanted["slot"])
    return jsonify(error="serialization"), 503


@app.get("/days/<int:day>")
def day(day: int) -> Any:
    """The times of a hall and how much is left of each."""
    one = scheduler(day * A_HALL % SLOTS)
    starts, _ = times(0)
    found = one.allocations_in_range(starts, starts + timedelta(days=1)).all()
    free = [(each.display_start().isoformat(), each.availability) for each in found]
    one.session.rollback()
    return jsonify(free)


if __name__ == "__main__":
    populate()
