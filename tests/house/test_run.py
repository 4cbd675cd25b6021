"""The first command of the README, as a stranger types it: start, serve, stop, be killed, start again."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import pytest

from backend.core.embedded import start
from backend.settings import HELP
from tests.support.outside import ROOT, answers, free_port
from tests.support.place import room

PATIENCE = 120  # seconds; a busy machine, with all the reference data to load


@dataclass
class Portal:
    """One data folder, and the start that serves it now."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self, **settings: str) -> "subprocess.Popen[bytes]":
        clean = {name: value for name, value in os.environ.items() if name.lower() not in HELP}
        place = {"DATA_DIR": str(self.folder), "PORT": str(self.port)}
        with open(self.folder / f"log-{self.port}", "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "backend", "run"],
                cwd=ROOT,
                env=clean | place | settings,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def start(self) -> float:
        """Seconds to the first page."""
        began = time.monotonic()
        self.process = self.begin()
        while not self.serves():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() - began < PATIENCE, self.log()
            time.sleep(0.02)
        return time.monotonic() - began

    def running(self) -> "subprocess.Popen[bytes]":
        """The start that serves now, begun if there is none."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        assert self.process is not None
        return self.process

    def serves(self) -> bool:
        return answers(self.address, "/")

    def end(self, how: signal.Signals, *, group: bool = False) -> int:
        """Status of the end; `group` is Ctrl-C at a terminal, which reaches every process of the start."""
        assert self.process is not None
        (os.killpg if group else os.kill)(self.process.pid, how)
        return self.process.wait(PATIENCE)

    def log(self) -> str:
        return (self.folder / f"log-{self.port}").read_text()

    def left_over(self) -> list[str]:
        """Processes that still belong to this data folder, seen by their arguments or their environment."""
        mark, found = os.fsencode(f"DATA_DIR={self.folder}"), []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                words = (place / "cmdline").read_bytes()
                if os.fsencode(self.folder) in words or mark in (place / "environ").read_bytes():
                    found.append(words.replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found

    def nothing_left(self) -> None:
        end = time.monotonic() + PATIENCE
        while found := self.left_over():
            assert time.monotonic() < end, found
            time.sleep(0.02)


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    folder = Path(tempfile.mkdtemp(prefix="linli-run-", dir=room()))
    folder.chmod(0o755)
    made = Portal(folder)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGTERM)
    shutil.rmtree(folder)


def rows(folder: Path, *statements: str) -> object:
    """Runs statements on the folder's database, started only for this."""
    running = start(folder)

    async def go() -> object:
        connection = await asyncpg.connect(running.dsn)
        result: object = None
        for statement in statements:
            result = await connection.fetchval(statement)
        await connection.close()
        return result

    try:
        return asyncio.run(go())
    finally:
        running.stop()


def test_a_stranger_starts_it_sees_the_first_page_and_ends_it_with_control_c(portal: Portal) -> None:
    portal.running()
    page = httpx.get(f"{portal.address}/")
    assert page.status_code == 200 and "text/html" in page.headers["content-type"]
    assert httpx.get(f"{portal.address}/readyz").status_code == 200
    assert f"is at {portal.address}" in portal.log()
    assert portal.end(signal.SIGINT, group=True) == 0, portal.log()
    portal.nothing_left()


def test_a_kill_of_the_main_process_leaves_nothing_behind_and_loses_nothing(portal: Portal) -> None:
    portal.running()
    rows(portal.folder, "CREATE TABLE IF NOT EXISTS kept (id int)", "TRUNCATE kept")
    rows(portal.folder, "INSERT INTO kept SELECT generate_series(1, 50)")
    portal.end(signal.SIGKILL)
    portal.nothing_left()
    third = portal.start()
    assert rows(portal.folder, "SELECT count(*) FROM kept") == 50
    assert portal.end(signal.SIGTERM) == 0, portal.log()
    portal.nothing_left()
    print(f"start after a kill: {third:.1f} s to the first page")


def test_a_killed_database_comes_back_while_the_portal_serves(portal: Portal) -> None:
    portal.running()
    pid = int((portal.folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while "was started again" not in portal.log() or not answers(portal.address):
        assert time.monotonic() < end, portal.log()
        time.sleep(0.05)
    assert portal.serves()


def test_a_second_start_on_the_same_data_serves_beside_the_first_and_ends_with_it(portal: Portal) -> None:
    portal.running()
    second = Portal(portal.folder)
    second.start()
    assert second.serves() and portal.serves()
    assert portal.end(signal.SIGTERM) == 0
    assert second.process is not None
    second.process.wait(PATIENCE)
    assert "the database is gone, so this start ends too" in second.log()
    portal.nothing_left()


def test_a_taken_port_is_one_sentence(portal: Portal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refusal(PORT=str(port), DATA_DIR=str(portal.folder)) == (
            f"linli: Port {port} is taken on 127.0.0.1: set PORT, for example PORT={port + 1} make run."
        )


def test_a_data_folder_that_cannot_be_written_is_one_sentence(portal: Portal) -> None:
    place = portal.folder / "a file"
    place.write_text("")
    said = refusal(PORT=str(free_port()), DATA_DIR=str(place))
    assert said == f"linli: DATA_DIR {place} cannot be written (File exists): set DATA_DIR to a folder of your own."


def test_a_database_that_is_not_there_is_one_sentence_without_the_password(portal: Portal) -> None:
    nowhere = f"postgresql://linli:hush@127.0.0.1:{free_port()}/linli"
    said = refusal(PORT=str(free_port()), DATA_DIR=str(portal.folder), DATABASE_URL=nowhere)
    assert "cannot be used: nothing listens there." in said and "hush" not in said


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes"])
def test_a_database_that_may_lose_what_it_acknowledged_is_refused(portal: Portal, setting: str) -> None:
    if portal.process is not None and portal.process.poll() is None:
        portal.end(signal.SIGTERM)
    running = start(portal.folder, options={setting: "off"})
    try:
        said = refusal(PORT=str(free_port()), DATA_DIR=str(portal.folder), DATABASE_URL=running.dsn)
        assert f"may lose what it has acknowledged: {setting} is off" in said
        checked = command("check-config", DATA_DIR=str(portal.folder), DATABASE_URL=running.dsn)
        assert checked.returncode == 1 and f"{setting} is off" in checked.stdout
    finally:
        running.stop()


def test_check_config_says_when_the_database_counts_too_seldom(portal: Portal) -> None:
    if portal.process is not None and portal.process.poll() is None:
        portal.end(signal.SIGTERM)
    for seconds, said in (("60", True), ("5", False)):
        running = start(portal.folder, options={"autovacuum_naptime": seconds})
        try:
            checked = command("check-config", DATA_DIR=str(portal.folder), DATABASE_URL=running.dsn)
        finally:
            running.stop()
        assert checked.returncode == 0
        assert ("slow: autovacuum_naptime is 60 s" in checked.stdout) == said


def test_check_config_hides_secrets_and_names_what_is_unsafe() -> None:
    said = command("check-config", SECRET_KEY="ab" * 32, HOST="0.0.0.0", REDIS_URL="redis://:hush@cache.example/0")
    assert said.returncode == 0
    assert "ab" * 32 not in said.stdout and "hush" not in said.stdout
    assert "unsafe: DEMO is on" in said.stdout
    assert "unsafe: REDIS_URL crosses the network in the clear" in said.stdout


def test_a_word_that_is_no_command_is_one_sentence() -> None:
    said = command("danse")
    assert said.returncode == 2 and said.stderr.count("\n") == 1


def refusal(**settings: str) -> str:
    """The one line that `run` ends with."""
    said = command("run", **settings)
    assert said.returncode == 1
    assert len(said.stderr.splitlines()) == 1, said.stderr
    return said.stderr.strip()


def command(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if name.lower() not in HELP}
    return subprocess.run(
        [sys.executable, "-m", "backend", *words],
        cwd=ROOT,
        env=clean | settings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
