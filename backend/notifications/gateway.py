"""Text messages leave through the city's HTTP gateway (setting ``sms_gateway_url``): one POST of JSON for each.

``{"id": …, "to": "138…", "text": …, "by": "sms"}`` with the id also as ``Idempotency-Key``; any 2xx is an
acknowledgement. ``by`` is ``call`` for what the gateway reads out. A message that fails is tried again after 5, 10,
20 … seconds; the eighth failure raises the alarm in the log, and a person calls instead.
"""

import asyncio
from datetime import timedelta
from typing import Any

import httpx

from backend.core import clock, db
from backend.core.log import logger
from backend.core.outbound import client
from backend.notifications import rules
from backend.notifications.sealed import unseal
from backend.notifications.service.reach import NONE, wish_of

BATCH = 20
TRIES = 8
WAITING = """SELECT id, person, phone, body, channel, tries, urgency FROM notifications_message
    WHERE region = '000000' AND state = 'queued' AND next_try <= $1 ORDER BY next_try, id LIMIT $2
    FOR UPDATE SKIP LOCKED"""
SENT = "UPDATE notifications_message SET state = 'sent', sent_at = $2 WHERE region = '000000' AND id = $1"
AGAIN = """UPDATE notifications_message SET tries = tries + 1, next_try = $2, state = $3, door = $4
    WHERE region = '000000' AND id = $1"""


async def deliver(url: str, transport: httpx.AsyncBaseTransport | None = None) -> int:
    """Send what is waiting; returns how many the gateway took. Several hosts may deliver at once."""
    async with db.transaction(), client(transport) as http:
        rows = await db.fetch(WAITING, clock.now(), BATCH)
        results = await asyncio.gather(*(_post(http, url, row) for row in rows))
        for row, taken in zip(rows, results, strict=True):
            if taken:
                await db.execute(SENT, row["id"], clock.now())
            else:
                await _again(row, row["tries"] + 1)
    return sum(results)


async def _post(http: httpx.AsyncClient, url: str, row: Any) -> bool:
    message = {
        "id": str(row["id"]),
        "to": unseal(row["id"], "phone", row["phone"]),
        "text": unseal(row["id"], "body", row["body"]),
        "by": row["channel"],
    }
    try:
        answer = await http.post(url, json=message, headers={"Idempotency-Key": str(row["id"])})
    except httpx.HTTPError as error:
        logger.log("warning", "message not taken", id=str(row["id"]), error=type(error).__name__)
        return False
    if not answer.is_success:
        logger.log("warning", "message not taken", id=str(row["id"]), status=answer.status_code)
    return answer.is_success


async def _again(row: Any, tries: int) -> None:
    """Once more, not in quiet hours. What is given up goes on the call list: a person tells it, or brings a letter."""
    wish = await wish_of(row["person"]) if row["person"] else NONE
    last = "calling" if row["person"] and row["channel"] == "sms" else "failed"
    state = last if tries >= TRIES else "queued"
    if tries >= TRIES:
        logger.log("error", "message given up", id=str(row["id"]), tries=tries)
    later = clock.now() + timedelta(seconds=0 if state == "calling" else 5 * 2 ** (tries - 1))
    if row["person"]:
        later = rules.not_before(later, wish.quiet, urgent=row["urgency"] == "urgent")
    await db.execute(AGAIN, row["id"], later, state, state == "calling" and wish.otherwise == "letter")
