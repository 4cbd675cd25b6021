"""Text messages leave through the city's HTTP gateway (setting ``sms_gateway_url``): one POST of JSON for each.

``{"id": …, "to": "138…", "text": …, "by": "sms"}`` with the id also as ``Idempotency-Key``; any 2xx is an
acknowledgement. ``by`` is ``call`` for what the gateway reads out. A message that fails is tried again after 5, 10,
20 … seconds; the eighth failure ends it and raises the alarm in the log.
"""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from backend.core import clock, db
from backend.core.log import logger
from backend.core.outbound import client
from backend.notifications.sealed import unseal

BATCH = 20
TRIES = 8
WAITING = """SELECT id, phone, body, channel, tries FROM notifications_message
    WHERE region = '000000' AND state = 'queued' AND next_try <= $1 ORDER BY next_try, id LIMIT $2
    FOR UPDATE SKIP LOCKED"""
SENT = "UPDATE notifications_message SET state = 'sent', sent_at = $2 WHERE region = '000000' AND id = $1"
AGAIN = (
    "UPDATE notifications_message SET tries = tries + 1, next_try = $2, state = $3 WHERE region = '000000' AND id = $1"
)


async def deliver(url: str, transport: httpx.AsyncBaseTransport | None = None) -> int:
    """Send what is waiting; returns how many the gateway took. Several hosts may deliver at once."""
    async with db.transaction(), client(transport) as http:
        rows = await db.fetch(WAITING, clock.now(), BATCH)
        results = await asyncio.gather(*(_post(http, url, row) for row in rows))
        for row, taken in zip(rows, results, strict=True):
            if taken:
                await db.execute(SENT, row["id"], clock.now())
            else:
                await _again(row["id"], row["tries"] + 1)
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


async def _again(message: UUID, tries: int) -> None:
    state = "failed" if tries >= TRIES else "queued"
    if state == "failed":
        logger.log("error", "message given up", id=str(message), tries=tries)
    await db.execute(AGAIN, message, clock.now() + timedelta(seconds=5 * 2 ** (tries - 1)), state)
