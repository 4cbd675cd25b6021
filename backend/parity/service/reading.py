"""Reading a published report: the same for everybody."""

from datetime import date
from uuid import UUID

import msgspec

from backend.core import db
from backend.core.actor import PROVINCE, Actor
from backend.core.policy import PUBLIC, verb
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.parity import rules
from backend.parity.schemas import Published, Report
from backend.places import service as places

EVERYWHERE = UUID(int=0)
OF_PLACE = """SELECT month, body::text AS body FROM parity_report WHERE region = $1 AND hall_id = $2
    ORDER BY month DESC LIMIT 60"""
COUNTIES = (
    "SELECT region AS below FROM parity_report WHERE month = $1 AND hall_id = $2 AND region <> '000000' LIMIT 300"
)
HALLS = """SELECT hall_id::text AS below FROM parity_report
    WHERE region = $1 AND month = $2 AND hall_id <> $3 LIMIT 300"""


class NoReport(NotFound):
    """No month with enough people has ended yet, or the place is not one of ours."""

    code, title = "no-report", N_("There is no report for this place and month")


@verb("parity.report", N_("See who got places through which channel"), PUBLIC)
async def report(
    actor: Actor, *, county: str = PROVINCE, hall: UUID | None = None, month: date | None = None
) -> Published:
    """The report of a month, the latest unless said, of the province, a county, or a hall."""
    region = (await places.hall(actor, hall)).region if hall else county
    rows = await db.fetch(OF_PLACE, region, hall or EVERYWHERE)
    chosen = next((row for row in rows if month in (None, row["month"])), None)
    if chosen is None:
        raise NoReport(next_step=("/parity", N_("See the report of the province")))
    history = [_body(row) for row in rows if row["month"] <= chosen["month"]][: rules.MONTHS]
    return Published(
        region=region, hall=str(hall) if hall else "", report=history[0], months=[row["month"] for row in rows],
        history=history, below=[] if hall else await _below(region, chosen["month"]),
    )  # fmt: skip


async def _below(region: str, month: date) -> list[str]:
    """The counties of the province, or the halls of a county, that have a report of the month."""
    if region == PROVINCE:
        return sorted(row["below"] for row in await db.fetch(COUNTIES, month, EVERYWHERE))
    return sorted(row["below"] for row in await db.fetch(HALLS, region, month, EVERYWHERE))


def _body(row: dict[str, str]) -> Report:
    return msgspec.json.decode(row["body"], type=Report)
