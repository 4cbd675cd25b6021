"""The server is killed while people book. Nobody who was told "booked" loses the place, and nothing is oversold."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from backend.core.embedded import Running
from tests.support.database import copy_of
from tests.support.outside import ROOT, answers, free_port, until

PEOPLE = 40


class Portal:
    """A portal of its own, over its own database: started, killed, started again."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database, self.port = folder, database, free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {key: value for key, value in os.environ.items() if key != "PUBLIC_URL"} | {"DEMO": "on"}
        environment |= {"DATABASE_URL": self.database, "DATA_DIR": str(self.folder), "PORT": str(self.port)}
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "backend", "run"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        until(lambda: answers(self.address), self.process, f"the portal (see {self.folder / 'log'})", seconds=120)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)


@pytest.fixture
async def portal(server: Running, world: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    made = Portal(tmp_path_factory.mktemp("killed"), await copy_of(server, world, "linli_killed"))
    made.start()
    yield made
    made.stop()


async def step_in(address: str, slug: str) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=address) as client:
        answer = await client.post(f"/demo/personas/{slug}", headers={"Sec-Fetch-Site": "same-origin"})
        token = re.search(r"linli=([^;]+)", answer.headers["set-cookie"])
        assert token
        return {"Authorization": f"Bearer {token.group(1)}"}


@pytest.mark.no_database
async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(portal: Portal) -> None:
    mine = await step_in(portal.address, "wang-min")
    async with httpx.AsyncClient(base_url=portal.address, headers=mine, timeout=60) as client:
        halls = (await client.get("/api/v1/halls?derived=false&limit=100")).json()["items"]
        hall = next(each["id"] for each in halls if each["bookable"])
        days = (await client.get(f"/api/v1/halls/{hall}/days")).json()
        slots = [
            slot["id"]
            for day in days[2:6]
            for slot in (await client.get(f"/api/v1/halls/{hall}/slots?day={day['day']}")).json()
        ]
        told: dict[str, str] = {}
        cancelled: set[str] = set()

        async def book_and_let_go(number: int) -> None:
            wish = {"hall": hall, "slot": slots[number % len(slots)]}
            answer = await client.post(
                "/api/v1/appointments", json=wish, headers={"Idempotency-Key": f"killed-{number}"}
            )
            if answer.status_code == 201:
                told[answer.json()["id"]] = answer.json()["number"]
                if number % 3:
                    gone = await client.post(f"/api/v1/appointments/{answer.json()['id']}/cancellation")
                    if gone.status_code == 200:
                        cancelled.add(answer.json()["id"])

        async def everybody() -> None:
            for number in range(PEOPLE):
                if number == PEOPLE // 2:
                    asyncio.get_running_loop().call_soon(portal.kill)
                try:
                    await book_and_let_go(number)
                except httpx.TransportError:
                    return

        await everybody()
    assert told
    portal.start()
    mine = await step_in(portal.address, "wang-min")
    async with httpx.AsyncClient(base_url=portal.address, headers=mine, timeout=60) as client:
        for row, number in told.items():
            found = (await client.get(f"/api/v1/appointments/{row}")).json()
            assert found["number"] == number
            assert (found["state"] == "cancelled") >= (row in cancelled)
        for day in days:
            for slot in (await client.get(f"/api/v1/halls/{hall}/slots?day={day['day']}")).json():
                assert slot["left"] >= 0
