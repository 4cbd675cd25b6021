"""Starts, watches and stops one PostgreSQL over a folder; safe against kill -9 of anybody at any moment.

- An `flock` names the owner. Everybody else connects to the owner's server, or takes over when the owner is gone.
- The server is a direct child: reaped at once, and told by the kernel (or a watching pipe) when we die.
- As root the server runs as the owner of its data or as `nobody`; no account is made, no system folder is opened.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from backend.core.embedded import binaries, mortality
from backend.core.embedded.account import Account
from backend.core.embedded.errors import EmbeddedError

USER = DATABASE = "linli"
PORT = 5432  # only names the socket file
LOG_LIMIT = 16 * 2**20  # bytes; the log is set aside once at start when it has grown past this
MEMORY = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
# A sixteenth of the memory: with ten million appointments in 128 MB, one booking in a hundred waited for a page to be
# written away. It is taken as it is used.
BUFFERS = min(max(MEMORY // 16, 128 * 2**20), 2 * 2**30)
DEFAULTS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": f"{BUFFERS // 2**20}MB",
    "unix_socket_permissions": "0700",
    "log_checkpoints": "off",
    "autovacuum_naptime": "5s",  # a rush fills tables that were empty: see decision 0003
    "timezone": "UTC",
}


@dataclass
class Running:
    """A server that answers. Only its owner stops it: `stop()` of anybody else lets go of nothing."""

    folder: Path
    socket_dir: Path
    version: str
    process: subprocess.Popen[bytes] | None
    lock: IO[str] | None
    command: list[str] = field(default_factory=list, repr=False)
    account: Account | None = field(default=None, repr=False)

    @property
    def owner(self) -> bool:
        return self.lock is not None

    @property
    def dsn(self) -> str:
        return self.dsn_of(DATABASE)

    def dsn_of(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.socket_dir}"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def answers(self) -> bool:
        return _answering(self.folder / "data") is not None

    def revive(self) -> bool:
        """True when the server had died and was started again: recovery replays everything acknowledged."""
        if self.process is None or self.process.poll() is None:
            return False
        _launch(self)
        return True

    def stop(self) -> None:
        """Open transactions are rolled back, clients disconnected; typically 0.05 s."""
        if self.process is not None:
            _end(self.process)
            self.process = None
        if self.lock is not None:
            self.lock.close()
            self.lock = None


def start(
    data_dir: Path | str,
    *,
    bindir: Path | str | None = None,
    os_user: str | None = None,
    options: Mapping[str, str] | None = None,
    wait: float = 60,
) -> Running:
    """Starts the server over `data_dir` or connects to the one that runs there. Call it from a lasting thread:
    Linux ties the server's life to the thread that started it.
    """
    folder = _prepare(Path(data_dir).absolute() / "postgres")
    end = time.monotonic() + wait
    while True:
        lock = open(folder / "lock", "a+")  # noqa: SIM115 - held as long as the server runs
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            socket_dir = _answering(folder / "data")
            if socket_dir:
                return Running(folder, socket_dir, (folder / "data" / "PG_VERSION").read_text().strip(), None, None)
            if time.monotonic() > end:
                raise EmbeddedError(
                    f"Another programme holds {folder}, but its database does not answer: end that programme first."
                ) from None
            time.sleep(0.05)
            continue
        try:
            return _own(folder, lock, Path(bindir) if bindir else None, os_user, {**DEFAULTS, **(options or {})})
        except BaseException:
            lock.close()
            raise


def _prepare(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "lock", "a"):
            return folder
    except OSError as refused:
        raise EmbeddedError(
            f"The folder {folder} cannot be written ({refused.strerror}): set DATA_DIR to a folder of your own."
        ) from refused


def _own(folder: Path, lock: IO[str], bindir: Path | None, os_user: str | None, options: Mapping[str, str]) -> Running:
    data = folder / "data"
    found = binaries.find(major=_written_by(data), given=bindir)
    account = Account.for_folder(data, os_user)
    if account.switched:
        closed = binaries.can_enter(folder.parent, account.uid, account.gid)
        if closed:
            raise EmbeddedError(
                f"PostgreSQL never runs as root and the account {account.name} may not enter {closed}: "
                "set DATA_DIR to a folder outside it, for example /var/lib/linli."
            )
        os.chmod(folder, 0o755)
        found = binaries.within_reach(found, folder / "programmes", account.uid, account.gid)
    if not data.exists():
        _initialise(data, found, account)
    socket_dir = account.socket_dir(folder)
    command = [str(found.bin / "postgres"), "-D", str(data), "-k", str(socket_dir), "-p", str(PORT)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    running = Running(folder, socket_dir, found.version, None, lock, command, account)
    _launch(running)
    return running


def _written_by(data: Path) -> int | None:
    """Major version that wrote the folder. A folder without it was not made by us: better to say so than to guess."""
    if not data.exists():
        return None
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        raise EmbeddedError(
            f"{data} is not a PostgreSQL database: move it away, or set DATA_DIR to another folder."
        ) from None
    except PermissionError as refused:
        raise EmbeddedError(
            f"{data} belongs to another account (it was made as root or by somebody else): start as that account, "
            "or set DATA_DIR to a folder of your own."
        ) from refused


def _initialise(data: Path, found: binaries.Binaries, account: Account) -> None:
    """Makes the cluster beside its place and renames it: a half-made one is never used."""
    half = data.with_name("data.half-made")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    account.give(half)
    initdb = [found.bin / "initdb", "-D", half, "-U", USER, "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"]
    if found.major >= 17:  # order by code point and Unicode letters, the same on every machine
        initdb[-2:-1] = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    single = [found.bin / "postgres", "--single", "-D", half, "postgres"]
    _tool([*initdb, "--auth-local=trust", "--auth-host=reject"], account, "")
    _tool(single, account, f"CREATE DATABASE {DATABASE};\n")
    half.rename(data)
    handle = os.open(data.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _tool(command: list[Any], account: Account, text: str) -> None:
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, env=_environment(command[0]), cwd="/", **account.popen()
    )
    if done.returncode != 0:
        reason = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise EmbeddedError(f"The database could not be made: {' '.join(reason)}.")


def _environment(programme: Path | str) -> dict[str, str]:
    """Nothing of the caller's locale or PG* variables reaches the server: sorting must not depend on who starts it."""
    return {"PATH": f"{Path(programme).parent}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _launch(running: Running) -> None:
    """A server killed a moment ago may still have children in its memory segment: PostgreSQL refuses, we try again."""
    assert running.account is not None
    end = time.monotonic() + 30
    while True:
        _clear_the_dead(running)
        if running.log.exists() and running.log.stat().st_size > LOG_LIMIT:
            running.log.replace(running.log.with_suffix(".log.1"))
        with open(running.log, "ab") as log:
            since = log.tell()
            running.process = mortality.popen(
                running.command, env=_environment(running.command[0]), log=log, account=running.account
            )
        if _until_ready(running):
            return
        words = running.log.read_bytes()[since:].decode(errors="replace")
        if "still in use" not in words or time.monotonic() > end:
            raise EmbeddedError(
                f"The database in {running.folder} does not start: {_reason(words)} "
                f"(all of it is in {running.log}; nothing was changed or deleted)."
            )
        time.sleep(0.2)


def _reason(log: str) -> str:
    """PostgreSQL's own last word: the first FATAL or PANIC, else whatever it wrote."""
    fatal = [line for line in log.splitlines() if "FATAL" in line or "PANIC" in line]
    return fatal[0].partition("] ")[2] if fatal else log.strip()[-200:]


def _until_ready(running: Running) -> bool:
    """Crash recovery may take as long as it needs; only the end of the process ends the waiting."""
    assert running.process is not None
    while running.process.poll() is None:
        if _answering(running.folder / "data"):
            return True
        time.sleep(0.01)
    return False


def _answering(data: Path) -> Path | None:
    """Socket folder of a ready server. Lines of postmaster.pid: pid, data, start, port, socket folder, …, status."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        if lines[7].strip() != "ready":
            return None
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(f"{lines[4]}/.s.PGSQL.{lines[3]}")
        return Path(lines[4])
    except (OSError, IndexError):
        return None


def _clear_the_dead(running: Running) -> None:
    """We hold the lock, so no living programme owns a server here: an orphan is asked to end, a zombie's file goes.

    A zombie (killed, and pid 1 of the container is slow to reap) or a stranger with the same number still answers
    kill(pid, 0), and PostgreSQL would refuse to start. Should children of it live on, its memory segment says so.
    """
    pid_file = running.folder / "data" / "postmaster.pid"
    end = time.monotonic() + 30
    while pid_file.exists():
        first = pid_file.read_text().splitlines()[:1]
        pid = int(first[0]) if first and first[0].strip().isdigit() else 0
        if not pid or not mortality.is_server(pid, running.folder / "data"):
            pid_file.unlink()
            break
        if time.monotonic() > end:
            raise EmbeddedError(f"A database process (pid {pid}) from an earlier start does not end: end it first.")
        os.kill(pid, signal.SIGINT)
        time.sleep(0.05)
    for stale in running.socket_dir.glob(f".s.PGSQL.{PORT}*"):
        stale.unlink()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; after 20 s the immediate one, from which the next start recovers."""
    for ask, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 10)):
        process.send_signal(ask)
        try:
            process.wait(patience)
            return
        except subprocess.TimeoutExpired:
            continue
    raise EmbeddedError(f"The database process {process.pid} does not end; its files are safe, end it by hand.")
