"""Under which system account PostgreSQL runs, and where its socket lies."""

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.core.embedded.errors import EmbeddedError

SOCKET_LIMIT = 103  # bytes a socket's full path may have: 107 on Linux, 103 on macOS
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    switched: bool  # we are root and step down to it

    @classmethod
    def for_folder(cls, data: Path, os_user: str | None) -> "Account":
        """Ourselves; as root, whoever owns the data already, else `os_user` or `nobody`."""
        me = os.geteuid()
        if me != 0:
            if data.exists() and data.stat().st_uid != me:
                raise EmbeddedError(f"{data} belongs to {_name(data.stat().st_uid)}: start as that account.")
            return cls(_name(me), me, os.getegid(), False)
        if data.exists():
            owner = data.stat()
            if owner.st_uid == 0:
                raise EmbeddedError(
                    f"{data} belongs to root and PostgreSQL never runs as root: give it to an account with chown -R."
                )
            return cls(_name(owner.st_uid), owner.st_uid, owner.st_gid, True)
        try:
            chosen = pwd.getpwnam(os_user or "nobody")
        except KeyError:
            raise EmbeddedError(
                f"There is no account {os_user or 'nobody'} to run PostgreSQL: set PG_OS_USER."
            ) from None
        return cls(chosen.pw_name, chosen.pw_uid, chosen.pw_gid, True)

    def popen(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switched else {}

    def give(self, path: Path) -> None:
        if self.switched:
            os.chown(path, self.uid, self.gid)

    def socket_dir(self, folder: Path) -> Path:
        """`run` beside the data; a short private folder in the temporary directory when that path is too long."""
        place = folder / "run"
        if len(os.fsencode(place / SOCKET_NAME)) > SOCKET_LIMIT:
            mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
            place = _temporary() / f"linli-{self.uid}-{mark}"
        try:
            place.mkdir(mode=0o700, exist_ok=True)
            state = place.lstat()
            if not stat.S_ISDIR(state.st_mode) or state.st_uid not in (self.uid, os.geteuid()):
                raise EmbeddedError(f"{place} belongs to somebody else: remove it, or set DATA_DIR to a shorter path.")
            self.give(place)
            place.chmod(0o700)
        except OSError as refused:
            raise EmbeddedError(f"The socket folder {place} cannot be used ({refused.strerror}).") from refused
        return place


def _temporary() -> Path:
    """TMPDIR may itself be long (macOS, pytest): then /tmp."""
    chosen = Path(tempfile.gettempdir())
    return chosen if len(os.fsencode(chosen)) < 50 else Path("/tmp")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"account {uid}"
