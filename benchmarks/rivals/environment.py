"""An environment for a rival, and its programmes running in it; nothing of ours is visible there."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.servers import free_port, running

INSIDE = Path(__file__).parent / "inside"
WORKERS, THREADS = 2, 8  # as many workers as ours has; in all as many requests in flight as there are clients


def environment(folder: Path, name: str, requirements: list[str]) -> Path:
    """The Python of the rival's environment, made on the first call."""
    place = folder / name
    python = place / "bin" / "python"
    done = place / "installed"
    if not done.exists() or done.read_text() != "\n".join(requirements):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *requirements], check=True, env=clean({}))
        done.write_text("\n".join(requirements))
    return python


def version(python: Path, package: str) -> str:
    """What was installed."""
    asked = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([str(python), "-c", asked], check=True, capture_output=True, text=True).stdout.strip()


def script(python: Path, name: str, *arguments: str, settings: Mapping[str, str]) -> str:
    """Run one of our small files inside the environment; what it prints."""
    command = [str(python), str(INSIDE / name), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=clean(settings)).stdout


@contextmanager
def gunicorn(python: Path, app: str, path: str, settings: Mapping[str, str]) -> Iterator[int]:
    """The rival behind gunicorn with keep-alive threads; the port it answers on."""
    port = free_port()
    command = [str(python), "-m", "gunicorn", app, "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "75", "--timeout", "120"]
    with running([*command, "--chdir", str(INSIDE)], port, path, clean(settings)) as server:
        yield server.port


def clean(settings: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without our own code and environment, and these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "PG"))}
    return {**kept, **settings}
