"""The embedded database: what it survives, who may share it, and how it says no."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from backend.core.embedded import EmbeddedError, Running, start
from backend.core.embedded.account import Account
from tests.support.outside import ROOT
from tests.support.place import room

PATIENCE = 120  # seconds; on a busy machine too, only what would never end comes so far
# Another process that starts the database of a folder, says its address and waits to be told what to do.
OTHER = """
import sys
from backend.core.embedded import start
running = start(sys.argv[1])
print(running.owner, running.dsn, flush=True)
sys.stdin.readline()
running.stop()
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A folder with a fresh database, stopped: copying it is quicker than making one for each test."""
    place = Path(tempfile.mkdtemp(prefix="linli-e-", dir=room()))
    place.chmod(0o755)
    start(place).stop()
    yield place
    shutil.rmtree(place)


@pytest.fixture
def empty() -> Iterator[Path]:
    """Short and open to the account that runs PostgreSQL, as pytest's own folders are not."""
    place = Path(tempfile.mkdtemp(prefix="linli-e-", dir=room()))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def folder(made: Path, empty: Path) -> Path:
    """A database folder of the test's own."""
    subprocess.run(["cp", "-a", str(made / "postgres"), str(empty)], check=True)
    return empty


def ask(dsn: str, sql: str) -> object:
    """One statement from a connection of its own."""

    async def go() -> object:
        connection = await asyncpg.connect(dsn, timeout=PATIENCE)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(go())


def other(folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", OTHER, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> tuple[bool, str]:
    assert process.stdout is not None
    owner, dsn = process.stdout.readline().split()
    return owner == "True", dsn


def gone(pid: int, seconds: float = PATIENCE) -> bool:
    """Whether a process of ours or of another has ended: polled, because it is not our child."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.01)
    return False


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_rows_are_there_at_the_second_start(folder: Path) -> None:
    first = start(folder)
    ask(first.dsn, "CREATE TABLE kept AS SELECT generate_series(1, 100) AS id")
    first.stop()
    second = start(folder)
    assert ask(second.dsn, "SELECT count(*) FROM kept") == 100
    second.stop()


def test_it_is_durable_and_listens_on_no_network(folder: Path) -> None:
    running = start(folder)
    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert ask(running.dsn, f"SHOW {name}") == "on"
    assert ask(running.dsn, "SHOW listen_addresses") == ""
    assert running.socket_dir.stat().st_mode & 0o777 == 0o700
    assert ask(running.dsn, "SELECT lower('ÉÄ') || (SELECT 'Z' < 'a')::text") == "éätrue"
    running.stop()


def test_a_killed_postmaster_comes_back_with_every_acknowledged_row(folder: Path) -> None:
    running = start(folder)
    ask(running.dsn, "CREATE TABLE kept (id int)")
    for number in range(20):
        ask(running.dsn, f"INSERT INTO kept VALUES ({number})")
    assert running.process is not None
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait(PATIENCE)
    assert running.revive()
    assert ask(running.dsn, "SELECT count(*) FROM kept") == 20
    assert not running.revive()
    running.stop()


def test_a_kill_of_the_whole_family_in_the_middle_of_writing_loses_nothing_acknowledged(folder: Path) -> None:
    async def write_until_killed(running: Running) -> int:
        connection = await asyncpg.connect(running.dsn)
        acknowledged = 0
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            while True:
                await connection.execute("INSERT INTO kept VALUES ($1)", acknowledged)
                acknowledged += 1
                if acknowledged == 200:
                    assert running.process is not None
                    for pid in [running.process.pid, *children(running.process.pid)]:
                        os.kill(pid, signal.SIGKILL)
        return acknowledged

    running = start(folder)
    ask(running.dsn, "CREATE TABLE kept (id int PRIMARY KEY)")
    acknowledged = asyncio.run(write_until_killed(running))
    assert running.process is not None
    running.process.wait(PATIENCE)
    running.revive()
    kept = ask(running.dsn, f"SELECT count(*) FROM kept WHERE id < {acknowledged}")
    assert kept == acknowledged >= 200
    running.stop()


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(each) for each in listed.stdout.split()]


def test_the_first_process_owns_the_server_and_the_second_connects(folder: Path) -> None:
    first = other(folder)
    owner, dsn = said(first)
    assert owner
    ask(dsn, "CREATE TABLE kept AS SELECT 1 AS id")
    second = start(folder)
    assert not second.owner and second.dsn == dsn
    assert ask(second.dsn, "SELECT count(*) FROM kept") == 1
    second.stop()
    assert ask(dsn, "SELECT 1") == 1, "a guest's stop must not stop the owner's server"
    first.communicate("\n", timeout=PATIENCE)


def test_six_starts_at_once_make_one_database(empty: Path) -> None:
    crowd = [other(empty) for _ in range(6)]
    answers = [said(each) for each in crowd]
    assert sorted(owner for owner, _ in answers) == [False] * 5 + [True]
    assert len({dsn for _, dsn in answers}) == 1
    assert ask(answers[0][1], "SELECT 1") == 1
    for (owner, _), process in sorted(zip(answers, crowd, strict=True), key=lambda each: each[0][0]):
        process.communicate("\n", timeout=PATIENCE)
        assert owner in {True, False}


def test_the_server_ends_when_its_owner_is_killed_and_the_next_start_takes_over(folder: Path) -> None:
    first = other(folder)
    _, dsn = said(first)
    ask(dsn, "CREATE TABLE kept AS SELECT 1 AS id")
    server = postmaster(folder)
    first.kill()
    first.wait(PATIENCE)
    next_one = start(folder)
    assert next_one.owner
    assert gone(server)
    assert ask(next_one.dsn, "SELECT count(*) FROM kept") == 1
    next_one.stop()
    if first.stdin:
        first.stdin.close()
    if first.stdout:
        first.stdout.close()


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start_or_hurt_the_stranger(folder: Path) -> None:
    running = start(folder)
    pid_file = folder / "postgres" / "data" / "postmaster.pid"
    text = pid_file.read_text()
    running.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    pid_file.write_text("\n".join([str(stranger.pid), *text.splitlines()[1:]]) + "\n")
    again = start(folder)
    assert ask(again.dsn, "SELECT 1") == 1
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait(PATIENCE)
    again.stop()


def test_a_path_longer_than_a_socket_may_have_works(empty: Path) -> None:
    deep = empty / ("d" * 60) / ("e" * 60)
    running = start(deep)
    assert len(str(running.socket_dir)) < 90
    assert running.socket_dir.stat().st_mode & 0o777 == 0o700
    assert ask(running.dsn, "SELECT 1") == 1
    guest = start(deep)
    assert guest.dsn == running.dsn
    running.stop()
    shutil.rmtree(running.socket_dir)


def test_a_folder_of_another_major_version_is_refused_in_one_sentence(folder: Path) -> None:
    start(folder).stop()
    version = folder / "postgres" / "data" / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(EmbeddedError, match=r"written by PostgreSQL 12, but only .* is here: set PG_BINDIR"):
        start(folder)
    assert (folder / "postgres" / "data" / "base").is_dir()


def test_a_folder_that_is_not_a_database_is_left_alone(empty: Path) -> None:
    mine = empty / "postgres" / "data"
    mine.mkdir(parents=True)
    (mine / "holiday.jpg").write_text("precious")
    with pytest.raises(EmbeddedError, match="is not a PostgreSQL database"):
        start(empty)
    assert (mine / "holiday.jpg").read_text() == "precious"


def test_a_broken_database_is_one_sentence_with_the_place_of_the_log(folder: Path) -> None:
    start(folder).stop()
    control = folder / "postgres" / "data" / "global" / "pg_control"
    kept = control.read_bytes()
    control.write_bytes(b"\0" * len(kept))
    with pytest.raises(EmbeddedError, match=r"does not start: .*postgres\.log; nothing was changed or deleted"):
        start(folder)
    control.write_bytes(kept)
    whole = start(folder)
    assert ask(whole.dsn, "SELECT 1") == 1
    whole.stop()


def test_a_half_made_cluster_is_made_again(empty: Path) -> None:
    half = empty / "postgres" / "data.half-made"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    running = start(empty)
    assert ask(running.dsn, "SELECT 1") == 1
    running.stop()


def test_without_programmes_the_sentence_says_what_to_set(empty: Path) -> None:
    with pytest.raises(EmbeddedError, match="set PG_BINDIR"):
        start(empty, bindir=empty)


def test_a_folder_that_cannot_be_written_is_one_sentence(empty: Path) -> None:
    place = empty / "file"
    place.write_text("")
    with pytest.raises(EmbeddedError, match="cannot be written"):
        start(place)


def test_as_root_the_server_runs_as_nobody_and_no_folder_is_opened(folder: Path) -> None:
    if os.geteuid() != 0:
        assert not Account.for_folder(folder, None).switched  # we are that ordinary account in every other test
        return
    running = start(folder)
    assert running.process is not None
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    uid = pwd.getpwnam("nobody").pw_uid
    assert f"Uid:\t{uid}\t{uid}\t{uid}\t{uid}" in status
    running.stop()
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EmbeddedError, match=r"the account nobody may not enter .*: set DATA_DIR"):
        start(closed)
    assert closed.stat().st_mode & 0o777 == 0o700


def test_an_ordinary_account_runs_its_own_server_and_root_steps_down_to_it(empty: Path) -> None:
    if os.geteuid() != 0:
        start(empty).stop()
        assert (empty / "postgres" / "data").stat().st_uid == os.geteuid()
        return
    daemon = pwd.getpwnam("daemon")
    os.chown(empty, daemon.pw_uid, daemon.pw_gid)
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(daemon.pw_gid)
        os.setuid(daemon.pw_uid)
        running = start(empty)
        running.stop()
        os._exit(0 if running.account == Account("daemon", daemon.pw_uid, daemon.pw_gid, False) else 1)
    assert os.waitpid(child, 0)[1] == 0
    as_root = start(empty)
    assert ask(as_root.dsn, "SELECT 1") == 1
    assert as_root.account is not None and as_root.account.name == "daemon" and as_root.account.switched
    as_root.stop()
