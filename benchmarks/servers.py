"""Servers under measurement: processes we start, whose CPU time and memory the kernel tells."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parents[1]
GRANIAN = ["--interface", "asgi", "--loop", "uvloop", "--runtime-mode", "st", "--workers", "1", "--no-access-log"]


@dataclass
class Server:
    """A running server and the port it answers on."""

    process: subprocess.Popen[bytes]
    port: int
    started_in: float

    def workers(self) -> list[int]:
        """The processes that run our Python: the server's children that are no database."""
        return [pid for pid in _tree(self.process.pid) if "postgres" not in _name(pid)]

    def cpu(self) -> float:
        """CPU seconds used so far by the worker processes."""
        return sum(_cpu(pid) for pid in self.workers())

    def memory(self) -> float:
        """Resident MiB of the largest worker."""
        return max(_resident(pid) for pid in self.workers()) / 2**20


@contextmanager
def floor(app: str, **environment: str) -> Iterator[Server]:
    """A bare ASGI application behind the same server with the same settings."""
    port = free_port()
    command = [sys.executable, "-m", "granian", *GRANIAN, "--port", str(port), app]
    with running(command, port, "/", {**os.environ, **environment}) as server:
        yield server


@contextmanager
def portal(data: Path, **environment: str) -> Iterator[Server]:
    """The portal as ``make run`` starts it, over its own data folder."""
    port = free_port()
    settings = {
        **os.environ,
        "PORT": str(port),
        "DATA_DIR": str(data),
        "IP_RATE": "0",
        "LOG_LEVEL": "warning",
        "DEMO": "on",
        **environment,
    }
    with running([sys.executable, "-m", "backend", "run"], port, "/readyz", settings) as server:
        yield server


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, path: str, environment: dict[str, str]) -> Iterator[Server]:
    """A process that serves on ``port``, from its first answer until the end of the block."""
    began = time.perf_counter()
    log = open(os.devnull, "wb")  # noqa: SIM115 - closed with the process
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _until_answers(process, port, path)
        yield Server(process, port, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _until_answers(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
                answer.read()
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise TimeoutError("the server does not answer")


def process_cpu(pid: int) -> float:
    """CPU seconds that a process of ours has used so far."""
    return _cpu(pid)


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _tree(int(child))
    return found


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
